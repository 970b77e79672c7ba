import { addMonths } from '../calendar.ts';
import { CONTENT, CONTENT_CASE, ID } from '../position.ts';
import type { Row, Run } from '../run.ts';
import { readAttribute, valuesOf } from './building.ts';
import type { Building } from './building.ts';
import { FRAME_KEYS } from './form-traits.ts';
import type { FormTraits } from './form-traits.ts';
import { readSelection, SELECTION_KEYS, sumOf } from './predicates.ts';
import type { Reader } from './reader.ts';

interface Step {
  readonly from: number;
  readonly points: number;
}

const FULL = 1000;

/** Steps of a count or sum in ascending order; points never fall, so that one more fact never lowers them. */
export function readSteps(reader: Reader): Step[] {
  const steps = reader.filledList().map((item) => {
    item.object('from', 'points', 'label', 'basis');
    return { from: item.at('from').integer(1), points: item.at('points').positivePoints(), reader: item };
  });
  steps.forEach((step, place) => {
    const before = steps[place - 1];
    if (before === undefined) return;
    if (step.from <= before.from) step.reader.at('from').fail('steps are expected in ascending order');
    if (step.points <= before.points) step.reader.at('points').fail('a later step must bring more points');
  });
  return steps.map(({ from, points }) => ({ from, points }));
}

export function pointsAt(steps: readonly Step[], value: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= (steps[middle] as Step).from) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (steps[low - 1] as Step).points;
}

function inWindow(run: Run, months: number): boolean {
  const end = addMonths(run.life.start, months);
  if (run.asOf >= end) return false;
  if (end < run.life.end) run.watch(end);
  return true;
}

function addGroup(run: Run, indicator: number, place: number, group: string, points: number): void {
  run.disputed = false;
  run.add(indicator, place, points, FULL);
  run.entryGroup[run.entries - 1] = group;
}

function rowsOf(run: Run, indicator: number): number {
  let rows = 0;
  for (const row of run.rows) if (row.indicator === indicator) rows++;
  return rows;
}

/** Distinct incidents (case number, else fact) in a window, for each value of an attribute; values add up. */
export function countForm(reader: Reader, building: Building, indicator: number): FormTraits {
  reader.object(...FRAME_KEYS, ...SELECTION_KEYS, 'per', 'months', 'steps');
  const selection = readSelection(reader, building);
  const per = reader.has('per') ? readAttribute(reader.at('per'), selection.type) : null;
  const months = reader.at('months').integer(1);
  const steps = readSteps(reader.at('steps'));
  const least = steps[0]?.from ?? 1;
  building.whileUsable(selection, (run, fact, place) => {
    const values = valuesOf(fact);
    if (run.disputed || !inWindow(run, months)) return;
    const group = per === null ? '' : values[per];
    if (typeof group !== 'string') return;
    const caseNumber = fact[CONTENT]?.[CONTENT_CASE] ?? null;
    const incident = caseNumber === null ? `fact:${fact[ID]}` : `case:${caseNumber}`;
    run.rows.push({ indicator, place, value: 1, group, incident });
  });
  building.finals.push((run) => {
    if (rowsOf(run, indicator) < least) return;
    const incidents = new Map<string, { readonly ids: Set<string>; readonly place: number }>();
    for (const row of run.rows) {
      if (row.indicator !== indicator) continue;
      const known = incidents.get(row.group);
      if (known === undefined) incidents.set(row.group, { ids: new Set([row.incident]), place: row.place });
      else known.ids.add(row.incident);
    }
    for (const [group, { ids, place }] of incidents) {
      const points = pointsAt(steps, ids.size);
      if (points > 0) addGroup(run, indicator, place, group, points);
    }
  });
  return { greatest: false, largest: steps.at(-1)?.points ?? 0, positive: false };
}

function rowValue(run: Run, value: number): number {
  return run.disputed ? Math.ceil((value * run.model.objectionPerMille) / FULL) : value;
}

/** Sum of amounts in a window against a table of whole-number breakpoints. */
export function totalForm(reader: Reader, building: Building, indicator: number): FormTraits {
  reader.object(...FRAME_KEYS, ...SELECTION_KEYS, 'sumOf', 'months', 'steps');
  const selection = readSelection(reader, building);
  const places = reader
    .at('sumOf')
    .filledList()
    .map((item) => readAttribute(item, selection.type));
  const months = reader.at('months').integer(1);
  const steps = readSteps(reader.at('steps'));
  building.whileUsable(selection, (run, fact, place) => {
    const values = valuesOf(fact);
    const amount = sumOf(values, places);
    if (amount <= 0 || !inWindow(run, months)) return;
    run.rows.push({ indicator, place, value: rowValue(run, amount), group: '', incident: '' });
  });
  building.finals.push((run) => {
    let sum = 0;
    let first: Row | null = null;
    for (const row of run.rows) {
      if (row.indicator !== indicator) continue;
      first ??= row;
      sum += row.value;
    }
    const points = pointsAt(steps, sum);
    if (first !== null && points > 0) addGroup(run, indicator, first.place, '', points);
  });
  return { greatest: false, largest: steps.at(-1)?.points ?? 0, positive: false };
}
