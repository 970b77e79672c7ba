import type { AttributeValue } from '../facts.ts';
import { readLife } from '../life.ts';
import { isDisputed } from '../objection.ts';
import { TYPE } from '../position.ts';
import type { FactState } from '../position.ts';
import type { Closer } from '../rule-set/definition.ts';
import type { Run, TypePlan } from '../run.ts';
import { compileTests, valuesOf } from './predicates.ts';
import { placeOf, typeOf } from './places.ts';
import type { ProgramBuilder } from './program.ts';

interface CompiledCloser {
  readonly type: number;
  readonly classIndex: number;
  readonly test: ((fact: FactState) => boolean) | null;
  /** Places of the attribute that must be the same, in the opening and in the closing fact. */
  readonly same: readonly [own: number, other: number] | null;
  readonly later: boolean;
}

function compileOne(builder: ProgramBuilder, { select, same, order }: Closer, opener: string): CompiledCloser {
  return {
    type: typeOf(select.factType),
    classIndex: builder.classIndexOf(select),
    test: compileTests(select.where, select.factType),
    same: same === null ? null : [placeOf(opener, same), placeOf(select.factType, same)],
    later: order === 'LATER',
  };
}

function isSame(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  return one !== null && one !== undefined && one === other;
}

/** Of a closing kind by what it states. */
function isOfKind(opener: FactState, fact: FactState, { type, test, same }: CompiledCloser): boolean {
  if (fact[TYPE] !== type || fact === opener) return false;
  if (test !== null && !test(fact)) return false;
  return same === null || isSame(valuesOf(opener)[same[0]], valuesOf(fact)[same[1]]);
}

function closes(run: Run, opener: FactState, fact: FactState, closer: CompiledCloser): boolean {
  if (!isOfKind(opener, fact, closer)) return false;
  const life = run.otherLife;
  if (!readLife(life, fact, run.program.plans[closer.type] as TypePlan)) return false;
  if (closer.classIndex >= 0 && life.classIndex !== closer.classIndex) return false;
  if (closer.later && life.start <= run.life.start) return false;
  if (life.start > run.asOf || life.end <= life.start) return false;
  return !(run.withoutDisputed && isDisputed(run, fact));
}

/**
 * Whether a fact of a closing kind, usable when it began, has closed the state of the fact at hand.
 * Removing or repairing the closing fact afterwards does not open the state again; retracting it does.
 */
export function compileClosers(
  builder: ProgramBuilder,
  closers: readonly Closer[],
  opener: string,
): (run: Run, fact: FactState) => boolean {
  const compiled = closers.map((closer) => compileOne(builder, closer, opener));
  return (run, opening) => {
    for (const fact of run.facts) for (const closer of compiled) if (closes(run, opening, fact, closer)) return true;
    return false;
  };
}
