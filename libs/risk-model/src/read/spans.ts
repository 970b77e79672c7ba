import type { DecayStep, Span } from '../rule-set/definition.ts';
import type { Reader } from './reader.ts';
import type { Reading } from './reading.ts';

/** One of two keys, the first in months and the second in days; exactly one is expected. */
export function readSpan(reader: Reader, months: string, days: string): Span {
  if (reader.has(months) === reader.has(days)) reader.fail(`exactly one of ${months}, ${days} is expected`);
  return readOptionalSpan(reader, months, days) ?? { unit: 'MONTH', length: 1 };
}

export function readOptionalSpan(reader: Reader, months: string, days: string): Span | null {
  if (reader.has(months) && reader.has(days)) reader.fail(`only one of ${months}, ${days} is expected`);
  if (reader.has(months)) return { unit: 'MONTH', length: reader.at(months).integer(1) };
  if (reader.has(days)) return { unit: 'DAY', length: reader.at(days).integer(1) };
  return null;
}

const LONGEST_MONTH = 31;
const SHORTEST_MONTH = 28;

/** Whether one span ends after another whatever the moment they begin at. */
export function isLonger(one: Span, than: Span): boolean {
  const shortest = one.unit === 'DAY' ? one.length : one.length * SHORTEST_MONTH;
  const longest = than.unit === 'DAY' ? than.length : than.length * LONGEST_MONTH;
  return one.unit === than.unit ? one.length > than.length : shortest > longest;
}

const CONTINUOUS =
  'steps are expected: a weight that falls continuously has no next moment at which anything changes, so none is read';

function readDecaySteps(reader: Reader): DecayStep[] {
  const readers = reader.filledList();
  const steps = readers.map((step) => {
    step.object('untilMonth', 'untilDay', 'perMille');
    return { until: readSpan(step, 'untilMonth', 'untilDay'), perMille: step.at('perMille').integer(1) };
  });
  steps.forEach((step, place) => {
    const at = readers[place] as Reader;
    const before = steps[place - 1];
    if (step.perMille > 1000) at.at('perMille').fail('a weight may not exceed 1000 per mille');
    if (before === undefined) return;
    const key = step.until.unit === 'MONTH' ? 'untilMonth' : 'untilDay';
    if (!isLonger(step.until, before.until)) at.at(key).fail('steps are expected in ascending order');
    if (step.perMille > before.perMille) at.at('perMille').fail('the decay rises; a weight may only fall');
  });
  return steps;
}

/** Decay profiles: steps of falling weight in per mille. */
export function readDecays(reader: Reader | null, reading: Reading): void {
  for (const [name, item] of reader?.entries() ?? []) {
    item.object('steps', 'label', 'basis');
    if (!item.has('steps')) item.fail(CONTINUOUS);
    reading.decays.set(name, item.has('steps') ? readDecaySteps(item.at('steps')) : []);
  }
}

export function readDecay(reader: Reader, reading: Reading): readonly DecayStep[] {
  return reading.decays.get(reader.oneOf([...reading.decays.keys()])) ?? [];
}
