import type { AgePart, DerivedPart, LookupPart, SchemeClassPart } from '../rule-set/definition.ts';
import { CLASSES } from './reading.ts';
import type { Reading } from './reading.ts';
import type { Reader } from './reader.ts';
import { isLonger, readSpan } from './spans.ts';
import { readDerivedType, readSteps } from './window-parts.ts';

/** Points by a table of prefixes of an attribute's value, the longest prefix wins. */
export function readLookupPart(reader: Reader, reading: Reading, frame: readonly string[]): LookupPart {
  reader.object(...frame, 'attribute', 'levels', 'prefixes', 'otherwise');
  const levels = reader.at('levels').entries();
  const points = new Map(levels.map(([level, item]) => [level, item.plainPoints()] as const));
  const pointsOf = (level: Reader): number => points.get(level.oneOf([...points.keys()])) ?? 0;
  const prefixes = reader.at('prefixes').entries();
  return {
    form: 'lookup',
    attribute: reading.enterpriseAttribute(reader.at('attribute')),
    prefixes: prefixes.map(([prefix, level]) => ({ prefix, points: pointsOf(level) })),
    otherwise: pointsOf(reader.at('otherwise')),
  };
}

/** Points by the time passed since the moment that an attribute states; they may only fall. */
export function readAgePart(reader: Reader, reading: Reading, frame: readonly string[]): AgePart {
  reader.object(...frame, 'attribute', 'steps');
  const readers = reader.at('steps').filledList();
  const steps = readers.map((item) => {
    item.object('untilMonth', 'untilDay', 'points', 'label', 'basis');
    return { until: readSpan(item, 'untilMonth', 'untilDay'), points: item.at('points').positivePoints() };
  });
  steps.forEach((step, place) => {
    const before = steps[place - 1];
    if (before === undefined) return;
    const at = readers[place] as Reader;
    const key = step.until.unit === 'MONTH' ? 'untilMonth' : 'untilDay';
    if (!isLonger(step.until, before.until)) at.at(key).fail('steps are expected in ascending order');
    if (step.points >= before.points) at.at('points').fail('points must fall with age');
  });
  return { form: 'age', attribute: reading.enterpriseAttribute(reader.at('attribute')), steps };
}

/** Over the latest value computed over many enterprises: steps, or points for each whole of it. */
export function readDerivedPart(reader: Reader, reading: Reading, frame: readonly string[]): DerivedPart {
  reader.object(...frame, 'fact', 'steps', 'each');
  const factType = readDerivedType(reader.at('fact'), reading);
  if (reader.has('steps') === reader.has('each')) reader.fail('exactly one of steps, each is expected');
  const measure: DerivedPart['measure'] = reader.has('each')
    ? { by: 'EACH', points: reader.at('each').positivePoints() }
    : { by: 'STEPS', steps: reader.has('steps') ? readSteps(reader.at('steps')) : [] };
  return { form: 'derived', factType, measure };
}

/** Points by the class of another scheme; a worse class never brings less. */
export function readSchemeClassPart(reader: Reader, _reading: Reading, frame: readonly string[]): SchemeClassPart {
  reader.object(...frame, 'scheme', 'points');
  const table = reader.at('points').object(...CLASSES);
  const points = CLASSES.map((name) => table.at(name).plainPoints()) as [number, number, number, number];
  const falls = CLASSES.find((_, place) => (points[place] as number) < (points[place - 1] ?? 0));
  if (falls !== undefined) table.at(falls).fail('points may not fall from A to D');
  const [A, B, C, D] = points;
  return { form: 'schemeClass', scheme: reader.at('scheme').text(), points: { A, B, C, D } };
}
