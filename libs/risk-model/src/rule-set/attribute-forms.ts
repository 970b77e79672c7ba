import { addMonths } from '../calendar.ts';
import { readEnterpriseAttribute } from './building.ts';
import type { Building } from './building.ts';
import { FRAME_KEYS } from './form-traits.ts';
import type { FormTraits } from './form-traits.ts';
import type { Reader } from './reader.ts';

/** Values whose points are remembered: more than there are classes in GB/T 4754, and bounded whatever is sent. */
const MOST_REMEMBERED = 4_096;

/** Points by a table of prefixes of an attribute's value, the longest prefix wins; no value, no points. */
export function lookupForm(reader: Reader, building: Building, indicator: number): FormTraits {
  reader.object(...FRAME_KEYS, 'attribute', 'levels', 'prefixes', 'otherwise');
  const slot = building.slot(readEnterpriseAttribute(reader.at('attribute')));
  const levels = new Map(
    reader
      .at('levels')
      .entries()
      .map(([level, points]) => [level, points.points()] as const),
  );
  for (const [level, points] of levels) if (points < 0) reader.at(`levels.${level}`).fail('points may not be negative');
  const names = [...levels.keys()];
  const otherwise = levels.get(reader.at('otherwise').oneOf(names)) ?? 0;
  const table = new Map<string, number>();
  let longest = 0;
  for (const [prefix, level] of reader.at('prefixes').entries()) {
    table.set(prefix, levels.get(level.oneOf(names)) ?? 0);
    longest = Math.max(longest, prefix.length);
  }
  const pointsOf = (value: string): number => {
    for (let length = Math.min(longest, value.length); length > 0; length--) {
      const points = table.get(value.slice(0, length));
      if (points !== undefined) return points;
    }
    return otherwise;
  };
  const asked = new Map<string, number>();
  building.finals.push((run) => {
    const value = run.attributeValue[slot];
    if (typeof value !== 'string') return;
    let points = asked.get(value);
    if (points === undefined) {
      points = pointsOf(value);
      if (asked.size < MOST_REMEMBERED) asked.set(value, points);
    }
    if (points > 0) run.addAttribute(indicator, slot, points);
  });
  return { greatest: false, largest: Math.max(0, ...levels.values()), positive: false };
}

/** Points by the time passed since the moment that an attribute states; they may only fall. */
export function ageForm(reader: Reader, building: Building, indicator: number): FormTraits {
  reader.object(...FRAME_KEYS, 'attribute', 'steps');
  const slot = building.slot(readEnterpriseAttribute(reader.at('attribute')));
  const steps = reader
    .at('steps')
    .filledList()
    .map((item) => {
      item.object('untilMonth', 'points', 'label', 'basis');
      return { untilMonth: item.at('untilMonth').integer(1), points: item.at('points').positivePoints(), reader: item };
    });
  steps.forEach((step, place) => {
    const before = steps[place - 1];
    if (before === undefined) return;
    if (step.untilMonth <= before.untilMonth)
      step.reader.at('untilMonth').fail('steps are expected in ascending order');
    if (step.points >= before.points) step.reader.at('points').fail('points must fall with age');
  });
  building.finals.push((run) => {
    const since = run.attributeValue[slot];
    if (typeof since !== 'number') return;
    for (const { untilMonth, points } of steps) {
      const end = addMonths(since, untilMonth);
      if (run.asOf >= end) continue;
      run.watch(end);
      run.addAttribute(indicator, slot, points);
      return;
    }
  });
  return { greatest: false, largest: steps[0]?.points ?? 0, positive: false };
}
