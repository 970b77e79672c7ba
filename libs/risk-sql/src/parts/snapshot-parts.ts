import type { ConsecutivePart, DropPart } from '#libs/risk-model';
import { column, isStated } from '../attributes.ts';
import { all, MISSING } from '../expressions.ts';
import { isType } from '../fact-types.ts';
import { isWithin } from '../moments.ts';
import { predicateOf } from '../predicates.ts';
import type { Reading, Selected } from '../reading.ts';
import type { Candidates } from './part-sql.ts';

/** SQL of the facts, sorted, that speak for their keys: of tuples (key, rank, …) the one of the greatest rank. */
function speakers(facts: string): string {
  return `arrayMap(s -> arrayFilter((f, at) -> at = length(s) OR s[at + 1].1 != f.1, s, arrayEnumerate(s)), [arraySort(f -> (f.1, f.2), ${facts})])[1]`;
}

function keyed(factType: string, key: string): Selected {
  return { types: [factType], where: all([isType([factType]), 'usable', isStated(column(key), key)]), same: [] };
}

/** Each key of the row is spoken for by a fact that holds. */
export function holding(_: Reading, { factType, key, length, holds }: ConsecutivePart): Candidates {
  const facts = keyed(factType, key);
  return { facts: { ...facts, where: all([facts.where, ...holds.map(predicateOf)]) }, having: `count() >= ${length}` };
}

/** Some value is enough to fall from, and one within the window is low enough for it. */
export function fallen(reading: Reading, { factType, key, attribute, from, toPerMille, within }: DropPart): Candidates {
  const facts = keyed(factType, key);
  const value = column(attribute);
  const lowest = `minIf(${value}, ${isWithin('start', within, reading.asOf)})`;
  return {
    facts: { ...facts, where: all([facts.where, isStated(value, attribute)]) },
    having: `max(${value}) >= ${from} AND max(${isWithin('start', within, reading.asOf)}) AND ${lowest} * 1000 <= max(${value}) * ${toPerMille}`,
  };
}

export function consecutivePart(reading: Reading, part: ConsecutivePart): string {
  const { factType, key, length, points } = part;
  const selected = keyed(factType, key);
  const holds = all(part.holds.map(predicateOf));
  const facts = reading.collect(selected, `(${column(key)}, rank, toUInt8(${holds}), toUInt8(disputed))`);
  const complete = [
    `length(k) >= ${length}`,
    `k[-1].1 - k[-${length}].1 = ${length - 1}`,
    `arrayAll(f -> f.3 = 1, arraySlice(k, -${length}))`,
  ];
  const own = reading.halvedIf('k[-1].4 = 1', String(points));
  return `arrayMap(k -> if(${all(complete)}, ${own}, 0), [${speakers(facts)}])[1]`;
}

/** SQL: number of the Shanghai month of a moment. */
function monthOf(moment: string): string {
  return `toInt64(toRelativeMonthNum(fromUnixTimestamp64Milli(${moment}, 'Asia/Shanghai')))`;
}

export function dropPart(reading: Reading, part: DropPart): string {
  const { factType, key, attribute, everyMonths, from, toPerMille, within, points } = part;
  const selected = keyed(factType, key);
  const facts = reading.collect(
    selected,
    `(${monthOf(column(key))}, rank, ${column(attribute)}, toUInt8(${isWithin('start', within, reading.asOf)}), toUInt8(disputed))`,
  );
  const fell = all([
    'l.4 = 1',
    `l.3 != ${MISSING}`,
    `arrayExists(e -> ${all([
      `e.1 = l.1 - ${everyMonths}`,
      `e.3 >= ${from}`,
      `l.3 * 1000 <= e.3 * ${toPerMille}`,
    ])}, k)`,
  ]);
  const own = reading.halvedIf('l.5 = 1', String(points));
  return `arrayMap(k -> arrayMax(arrayPushFront(arrayMap(l -> if(${fell}, ${own}, 0), k), 0)), [${speakers(facts)}])[1]`;
}
