import { addMonths } from '../calendar.ts';
import { PERFORMANCE, REGISTER_EFFECTIVE_AT, REGISTER_VALUE } from '../position.ts';
import type { FactState } from '../position.ts';
import type { Run } from '../run.ts';
import { ageForm, lookupForm } from './attribute-forms.ts';
import { countForm, totalForm } from './aggregate-forms.ts';
import type { Building, DecayStep, Selection } from './building.ts';
import { FRAME_KEYS } from './form-traits.ts';
import type { FormTraits } from './form-traits.ts';
import { closedBefore, readClosers } from './closers.ts';
import { readSelection, SELECTION_KEYS } from './predicates.ts';
import type { Reader } from './reader.ts';

const FULL = 1000;

export function readDecay(reader: Reader | null, building: Building): readonly DecayStep[] | null {
  if (reader === null) return null;
  return building.decays.get(reader.oneOf([...building.decays.keys()])) ?? [];
}

/** Weight in per-mille of a fact that began at `start`, 0 once the profile has run out; watches the step's end. */
export function weightAt(run: Run, steps: readonly DecayStep[], start: number): number {
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at] as DecayStep;
    const end = addMonths(start, step.untilMonth);
    if (run.asOf >= end) continue;
    if (end < run.life.end) run.watch(end);
    return step.perMille;
  }
  return 0;
}

/** Each matching usable fact brings points times its decay; all are added up. */
function factsForm(reader: Reader, building: Building, indicator: number): FormTraits {
  reader.object(...FRAME_KEYS, ...SELECTION_KEYS, 'points', 'decay');
  const selection = readSelection(reader, building);
  const points = reader.at('points').points();
  if (points === 0) reader.at('points').fail('points other than 0 are expected');
  const steps = readDecay(reader.optional('decay'), building);
  building.noteClassPoints(selection, points);
  const first = steps?.[0];
  if (first?.perMille === FULL) {
    building.fullWeights.set(reader.at('code').text(), { selection, months: first.untilMonth });
  }
  const magnitude = Math.abs(points);
  building.whileUsable(selection, (run, _fact, place) => {
    const weight = steps === null ? FULL : weightAt(run, steps, run.life.start);
    if (weight > 0) run.add(indicator, place, magnitude, weight);
  });
  return { greatest: false, largest: magnitude, positive: points < 0 };
}

type IsOpen = (run: Run, fact: FactState) => boolean;

/** Open while the performance register holds a value, from that record's moment. */
function readOpensOn(reader: Reader): IsOpen {
  reader.object('register', 'value');
  reader.at('register').oneOf(['PERFORMANCE']);
  const value = reader.at('value').text();
  return (run, fact) => {
    const register = fact[PERFORMANCE];
    if (register === null || register[REGISTER_VALUE] !== value) return false;
    const since = register[REGISTER_EFFECTIVE_AT];
    if (since > run.asOf) run.watch(since);
    return since <= run.asOf;
  };
}

function readLongest(reader: Reader): IsOpen {
  const months = reader.integer(1);
  return (run) => {
    const end = addMonths(run.life.start, months);
    if (end < run.life.end) run.watch(end);
    return run.asOf < end;
  };
}

function readResidual(reader: Reader, building: Building, selection: Selection, indicator: number): number {
  reader.object('points', 'months', 'label', 'basis');
  const points = reader.at('points').positivePoints();
  const months = reader.at('months').integer(1);
  building.afterClosing(selection, (run, _fact, place) => {
    const end = Math.min(addMonths(run.life.closedAt, months), run.life.publicityEnd);
    if (run.asOf >= end) return;
    run.watch(end);
    run.add(indicator, place, points, FULL);
  });
  return points;
}

/** Points while a fact is open, then a residual; the single greatest fact counts, open or residual. */
function stateForm(reader: Reader, building: Building, indicator: number): FormTraits {
  reader.object(...FRAME_KEYS, ...SELECTION_KEYS, 'open', 'residual', 'opensOn', 'closesAfterMonths', 'closedBy');
  const selection = readSelection(reader, building);
  const open = reader.at('open').positivePoints();
  building.noteClassPoints(selection, open);
  const conditions: IsOpen[] = [];
  if (reader.has('opensOn')) conditions.push(readOpensOn(reader.at('opensOn')));
  if (reader.has('closesAfterMonths')) conditions.push(readLongest(reader.at('closesAfterMonths')));
  if (reader.has('closedBy')) {
    const closers = readClosers(reader.at('closedBy'), building);
    conditions.push((run) => !closedBefore(run, closers));
  }
  building.whileUsable(selection, (run, fact, place) => {
    for (const holds of conditions) if (!holds(run, fact)) return;
    run.open[indicator] = 1;
    run.add(indicator, place, open, FULL);
  });
  const residual = reader.optional('residual');
  if (residual === null) return { greatest: true, largest: open, positive: false };
  if (conditions.length > 0) residual.fail('only a state that ends with its fact can leave a residual');
  const left = readResidual(residual, building, selection, indicator);
  if (left > open) residual.at('points').fail('a residual may not exceed the open state: it would rise with time');
  return { greatest: true, largest: open, positive: false };
}

/** Points once a single fact has been open for so long; never over a union of facts. */
function clockForm(reader: Reader, building: Building, indicator: number): FormTraits {
  reader.object(...FRAME_KEYS, ...SELECTION_KEYS, 'points', 'afterMonths');
  const selection = readSelection(reader, building);
  const points = reader.at('points').positivePoints();
  const months = reader.at('afterMonths').integer(1);
  building.whileUsable(selection, (run, _fact, place) => {
    const due = addMonths(run.life.start, months);
    if (run.asOf < due) {
      if (due < run.life.end) run.watch(due);
      return;
    }
    run.open[indicator] = 1;
    run.add(indicator, place, points, FULL);
  });
  return { greatest: true, largest: points, positive: false };
}

export const FORMS = {
  facts: factsForm,
  state: stateForm,
  clock: clockForm,
  count: countForm,
  total: totalForm,
  lookup: lookupForm,
  age: ageForm,
} as const;
