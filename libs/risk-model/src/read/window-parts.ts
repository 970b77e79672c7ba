import type { ConsecutivePart, CountPart, DropPart, ExcessPart, Step, TotalPart } from '../rule-set/definition.ts';
import { readPredicates, readSelection, SELECTION_KEYS } from './predicates.ts';
import type { Reader } from './reader.ts';
import { readAttribute } from './reading.ts';
import type { Reading } from './reading.ts';
import { readSpan } from './spans.ts';

/** Steps in ascending order; points never fall, so that one more fact never lowers them. */
export function readSteps(reader: Reader): Step[] {
  const readers = reader.filledList();
  const steps = readers.map((item) => {
    item.object('from', 'points', 'label', 'basis');
    return { from: item.at('from').integer(1), points: item.at('points').positivePoints() };
  });
  steps.forEach((step, place) => {
    const before = steps[place - 1];
    if (before === undefined) return;
    const at = readers[place] as Reader;
    if (step.from <= before.from) at.at('from').fail('steps are expected in ascending order');
    if (step.points <= before.points) at.at('points').fail('a later step must bring more points');
  });
  return steps;
}

/** Distinct incidents in a window against steps, for each value of an attribute where `per` names one. */
export function readCountPart(reader: Reader, reading: Reading, frame: readonly string[]): CountPart {
  reader.object(...frame, ...SELECTION_KEYS, 'per', 'months', 'days', 'steps');
  const select = readSelection(reader, reading);
  return {
    form: 'count',
    select,
    per: reader.has('per') ? readAttribute(reader.at('per'), select.factType) : null,
    within: readSpan(reader, 'months', 'days'),
    steps: readSteps(reader.at('steps')),
  };
}

/** Sum of amounts in a window against a table of whole-number breakpoints. */
export function readTotalPart(reader: Reader, reading: Reading, frame: readonly string[]): TotalPart {
  reader.object(...frame, ...SELECTION_KEYS, 'sumOf', 'months', 'days', 'steps');
  const select = readSelection(reader, reading);
  const summed = reader.at('sumOf').filledList();
  return {
    form: 'total',
    select,
    sumOf: summed.map((item) => readAttribute(item, select.factType)),
    within: readSpan(reader, 'months', 'days'),
    steps: readSteps(reader.at('steps')),
  };
}

/** A fact type whose facts carry a value computed over many enterprises. */
export function readDerivedType(reader: Reader, reading: Reading): string {
  const type = reading.factType(reader);
  if (type !== '' && !type.startsWith('derived.')) reader.fail('a derived fact type is expected (derived.…)');
  return type;
}

/** Points for each incident above the latest derived value. */
export function readExcessPart(reader: Reader, reading: Reading, frame: readonly string[]): ExcessPart {
  reader.object(...frame, ...SELECTION_KEYS, 'months', 'days', 'over', 'overAtLeast', 'each');
  return {
    form: 'excess',
    select: readSelection(reader, reading),
    within: readSpan(reader, 'months', 'days'),
    over: readDerivedType(reader.at('over'), reading),
    overAtLeast: reader.at('overAtLeast').integer(0),
    each: reader.at('each').positivePoints(),
  };
}

const SHORTEST_ROW = 2;

/** Points while the last so many facts in a row, by a whole-number key, all fulfil a condition. */
export function readConsecutivePart(reader: Reader, reading: Reading, frame: readonly string[]): ConsecutivePart {
  reader.object(...frame, 'fact', 'key', 'length', 'holds', 'points');
  const factType = reading.factType(reader.at('fact'));
  return {
    form: 'consecutive',
    factType,
    key: readAttribute(reader.at('key'), factType),
    length: reader.at('length').integer(SHORTEST_ROW),
    holds: readPredicates(reader.at('holds'), factType, reading),
    points: reader.at('points').positivePoints(),
  };
}

/** Points for a time after a value fell between two adjacent snapshots. */
export function readDropPart(reader: Reader, reading: Reading, frame: readonly string[]): DropPart {
  reader.object(...frame, 'fact', 'key', 'everyMonths', 'attribute', 'from', 'toPerMille', 'months', 'days', 'points');
  const factType = reading.factType(reader.at('fact'));
  const toPerMille = reader.at('toPerMille').perMille(0);
  if (toPerMille === 1000) reader.at('toPerMille').fail('a value that stays is no drop; less than 1000 is expected');
  return {
    form: 'drop',
    factType,
    key: readAttribute(reader.at('key'), factType),
    everyMonths: reader.at('everyMonths').integer(1),
    attribute: readAttribute(reader.at('attribute'), factType),
    from: reader.at('from').integer(1),
    toPerMille,
    within: readSpan(reader, 'months', 'days'),
    points: reader.at('points').positivePoints(),
  };
}
