import { objectionEnd, readLife } from '../life.ts';
import { DISPUTE, REGISTER_EFFECTIVE_AT, TYPE } from '../position.ts';
import type { FactState } from '../position.ts';
import type { Run } from '../run.ts';
import { valuesOf } from './building.ts';
import type { Building, Selection } from './building.ts';
import { readSelection } from './predicates.ts';
import type { Reader } from './reader.ts';

/** Kinds of later facts that close a state. */
export function readClosers(reader: Reader, building: Building): Selection[] {
  return reader.filledList().map((item) => readSelection(item.object('fact', 'where'), building));
}

function underObjection(run: Run, fact: FactState): boolean {
  const dispute = fact[DISPUTE];
  if (dispute === null || dispute[REGISTER_EFFECTIVE_AT] > run.asOf) return false;
  return run.asOf < objectionEnd(fact, run.model.objectionDays);
}

function closes(run: Run, fact: FactState, closers: readonly Selection[]): boolean {
  const type = fact[TYPE];
  const closer = closers.find((kind) => kind.type === type && (kind.where === null || kind.where(valuesOf(fact))));
  if (closer === undefined) return false;
  const plan = run.model.plans[closer.type];
  if (plan === undefined) return false;
  const { start } = run.life;
  const life = run.otherLife;
  if (!readLife(life, fact, plan)) return false;
  if (life.start <= start || life.start > run.asOf || life.end <= life.start) return false;
  return !(run.withoutDisputed && underObjection(run, fact));
}

/**
 * Whether a strictly later fact of a closing kind, usable when it began, has closed the state of the fact at hand.
 * Removing or repairing the closing fact afterwards does not open the state again; retracting it does.
 */
export function closedBefore(run: Run, closers: readonly Selection[]): boolean {
  for (const fact of run.facts) if (closes(run, fact, closers)) return true;
  return false;
}
