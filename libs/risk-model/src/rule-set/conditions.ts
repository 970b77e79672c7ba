import { addMonths } from '../calendar.ts';
import type { CompiledCondition } from '../compiled.ts';
import { PERFORMANCE, REGISTER_EFFECTIVE_AT, REGISTER_VALUE } from '../position.ts';
import type { FactState, RiskClass } from '../position.ts';
import type { Run } from '../run.ts';
import { readEnterpriseAttribute } from './building.ts';
import type { Building, Selection } from './building.ts';
import { readSelection, SELECTION_KEYS } from './predicates.ts';
import type { Reader } from './reader.ts';

export const CLASSES = ['A', 'B', 'C', 'D'] as const satisfies readonly RiskClass[];

/** Inside `months` of the fact's start; Infinity = as long as it is usable. */
function isWithin(run: Run, months: number): boolean {
  if (months === Infinity) return true;
  const end = addMonths(run.life.start, months);
  if (run.asOf >= end) return false;
  if (end < run.life.end) run.watch(end);
  return true;
}

/** Once the fact has been open for `months`. */
function isAfter(run: Run, months: number): boolean {
  if (months === 0) return true;
  const due = addMonths(run.life.start, months);
  if (run.asOf >= due) return true;
  if (due < run.life.end) run.watch(due);
  return false;
}

/** The performance register holds `value` (an order lifted 解除), from that record's moment. */
function holdsPerformance(run: Run, fact: FactState, value: string): boolean {
  const register = fact[PERFORMANCE];
  if (register === null || register[REGISTER_VALUE] !== value) return false;
  const since = register[REGISTER_EFFECTIVE_AT];
  if (run.asOf >= since) return true;
  if (since < run.life.end) run.watch(since);
  return false;
}

interface Times {
  readonly within: number;
  readonly after: number;
  readonly unless: string | null;
}

function layFactRule(building: Building, selection: Selection, times: Times, condition: number): void {
  const { within, after, unless } = times;
  building.whileUsable(selection, (run, fact, place) => {
    if (!isWithin(run, within) || !isAfter(run, after)) return;
    if (unless !== null && holdsPerformance(run, fact, unless)) return;
    run.hit(condition, place);
  });
}

function readFullWeight(reader: Reader, building: Building, condition: number): void {
  reader.object('fullWeight');
  const code = reader.at('fullWeight').oneOf([...building.fullWeights.keys()]);
  const found = building.fullWeights.get(code);
  if (found === undefined) return;
  layFactRule(building, found.selection, { within: found.months, after: 0, unless: null }, condition);
}

function readAttributeCondition(reader: Reader, building: Building, condition: number): void {
  reader.object('attribute', 'is');
  const slot = building.slot(readEnterpriseAttribute(reader.at('attribute')));
  const wanted = new Set<unknown>(
    reader
      .at('is')
      .filledList()
      .map((item) => item.scalar()),
  );
  building.finals.push((run) => {
    if (wanted.has(run.attributeValue[slot])) run.hit(condition, run.attributePlace[slot] as number);
  });
}

function readWhen(reader: Reader, building: Building, condition: number): void {
  if (reader.has('fullWeight')) return readFullWeight(reader, building, condition);
  if (reader.has('attribute')) return readAttributeCondition(reader, building, condition);
  reader.object(...SELECTION_KEYS, 'withinMonths', 'afterMonths', 'unlessPerformance');
  const times: Times = {
    within: reader.optional('withinMonths')?.integer(1) ?? Infinity,
    after: reader.optional('afterMonths')?.integer(1) ?? 0,
    unless: reader.optional('unlessPerformance')?.text() ?? null,
  };
  layFactRule(building, readSelection(reader, building), times, condition);
}

/** Floors and direct determinations; each is met when one of its `when` entries is. */
export function readConditions(
  reader: Reader,
  building: Building,
  kind: CompiledCondition['kind'],
  conditions: CompiledCondition[],
): void {
  for (const item of reader.list()) {
    item.object('code', 'name', 'class', 'when', 'label', 'basis');
    const place = conditions.length;
    const code = item.at('code').text();
    if (conditions.some((known) => known.code === code)) item.at('code').fail(`${code} is declared twice`);
    const riskClass = item.at('class').oneOf(CLASSES);
    const name = item.at('name').bilingual();
    conditions.push({ code, name, basis: item.at('basis').text(), kind, riskClass });
    for (const when of item.at('when').filledList()) readWhen(when, building, place);
  }
}
