import type { CountCondition, CountPart, ExcessPart, Selection, Span, TotalPart } from '#libs/risk-model';
import { column, isStated } from '../attributes.ts';
import { all, stepPoints } from '../expressions.ts';
import { isType } from '../fact-types.ts';
import { isWithin } from '../moments.ts';
import { sumOf } from '../predicates.ts';
import type { Reading, Selected } from '../reading.ts';
import { latestDerived } from './enterprise-parts.ts';
import type { Candidates } from './part-sql.ts';

function counted(reading: Reading, select: Selection, within: Span): Selected {
  return reading.select(select, 'usable', isWithin('start', within, reading.asOf), 'NOT disputed');
}

/** SQL: distinct incidents (case number, else fact) that began within a window, none of them under objection. */
export function incidents(reading: Reading, select: Selection, within: Span): string {
  const facts = counted(reading, select, within);
  if (facts.same.length > 0) {
    const cases = reading.collect(facts, 'case_number');
    return `(countEqual(${cases}, '') + length(arrayDistinct(arrayFilter(c -> c != '', ${cases}))))`;
  }
  const alone = reading.aggregate(facts.types, `countIf(${all([facts.where, `case_number = ''`])})`);
  const cases = reading.aggregate(facts.types, `groupArrayIf(case_number, ${all([facts.where, `case_number != ''`])})`);
  return `(${alone} + length(arrayDistinct(${cases})))`;
}

export function countPart(reading: Reading, { select, per, within, steps }: CountPart): string {
  if (per === null) return stepPoints(incidents(reading, select, within), steps);
  const facts = counted(reading, select, within);
  const known = { ...facts, where: all([facts.where, isStated(column(per), per)]) };
  const pairs = reading.collect(known, `(${column(per)}, case_number)`);
  // One array of (value, incident, place): an incident without a case number is told from others by its place.
  const distinct = `arrayDistinct(arrayMap((p, at) -> (p.1, p.2, if(p.2 = '', at, 0)), ${pairs}, arrayEnumerate(${pairs})))`;
  const values = `arrayMap(d -> d.1, ${distinct})`;
  const points = stepPoints(`countEqual(v, value)`, steps);
  return `arraySum(arrayMap(v -> arraySum(arrayMap(value -> ${points}, arrayDistinct(v))), [${values}]))`;
}

/** Fewer facts than the first step needs are fewer incidents. */
export function enough(reading: Reading, { select, within, steps }: CountPart): Candidates | null {
  const atLeast = steps[0]?.from ?? 1;
  return atLeast < 1 ? null : { facts: counted(reading, select, within), having: `count() >= ${atLeast}` };
}

export function totalPart(reading: Reading, { select, sumOf: attributes, within, steps }: TotalPart): string {
  const amount = sumOf(attributes);
  const facts = reading.select(select, 'usable', isWithin('start', within, reading.asOf), `${amount} > 0`);
  const { perMille } = reading.definition.objection;
  const value = `if(disputed, intDiv(${amount} * ${perMille} + 999, 1000), ${amount})`;
  return stepPoints(reading.sum(facts, value), steps);
}

export function excessPart(reading: Reading, { select, within, over, overAtLeast, each }: ExcessPart): string {
  const derived = latestDerived(reading, over);
  const above = `(toInt64(${incidents(reading, select, within)}) - greatest(${derived.value}, ${overAtLeast}))`;
  return `if(${derived.isKnown}, greatest(${above}, 0) * ${each}, 0)`;
}

/** Without a valid derived value there is nothing to compare with. */
export function compared(_: Reading, { over }: ExcessPart): Candidates {
  return { facts: { types: [over], where: all([isType([over]), 'usable']), same: [] }, having: null };
}

/** SQL: at least so many incidents began within the window. */
export function countHolds(reading: Reading, { select, within, atLeast }: CountCondition): string {
  return `${incidents(reading, select, within)} >= ${atLeast}`;
}
