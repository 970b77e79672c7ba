import type { Lifetime } from '../life.ts';
import { attributesOfCode, codeOfType, FACT_TYPES, STATING_TYPES } from '../facts.ts';
import { readAttribute } from './building.ts';
import type { Building, DecayStep } from './building.ts';
import type { Reader } from './reader.ts';

/** One number for all facts of the type, or one for each class of its classification. */
function readPublicityMonths(reader: Reader, building: Building, type: number): number[] | number {
  if (reader.isNumber()) return reader.integer(1);
  const classes = building.classifications.get(type)?.classes ?? [];
  if (classes.length === 0) reader.fail('publicity by class needs a classification of the fact type');
  reader.object(...classes);
  return classes.map((name) => reader.at(name).integer(1));
}

function readLifetime(reader: Reader, building: Building, type: number): Lifetime {
  reader.object('startsAt', 'expiresAt', 'publicityEnd', 'publicityMonths', 'label', 'basis');
  const place = (key: string): number | null => (reader.has(key) ? readAttribute(reader.at(key), type) : null);
  const months = reader.optional('publicityMonths');
  return {
    startsAt: place('startsAt'),
    expiresAt: place('expiresAt'),
    publicityEnd: place('publicityEnd'),
    publicityMonths: months === null ? null : readPublicityMonths(months, building, type),
  };
}

/** How facts begin and end, by fact type; types not named live from their date until removed. */
export function readLifetimes(reader: Reader | null, building: Building): Map<number, Lifetime> {
  const lifetimes = new Map<number, Lifetime>();
  for (const [name, item] of reader?.entries() ?? []) {
    const type = codeOfType(name);
    if (type === undefined) item.fail(`${name} is no fact type of the model; expected one of ${FACT_TYPES.join(', ')}`);
    else lifetimes.set(type, readLifetime(item, building, type));
  }
  return lifetimes;
}

/** Decay profiles: steps of falling weight in per-mille; a weight that rises with time is refused. */
export function readDecays(reader: Reader, building: Building): void {
  for (const [name, item] of reader.entries()) {
    item.object('steps', 'label', 'basis');
    const readers = item.at('steps').filledList();
    const steps: DecayStep[] = readers.map((step) => {
      step.object('untilMonth', 'perMille');
      return { untilMonth: step.at('untilMonth').integer(1), perMille: step.at('perMille').integer(1) };
    });
    steps.forEach((step, place) => {
      const at = readers[place] as Reader;
      const before = steps[place - 1];
      if (step.perMille > 1000) at.at('perMille').fail('a weight may not exceed 1000 per mille');
      if (before === undefined) return;
      if (step.untilMonth <= before.untilMonth) at.at('untilMonth').fail('steps are expected in ascending order');
      if (step.perMille > before.perMille) at.at('perMille').fail('the decay rises; a weight may only fall');
    });
    building.decays.set(name, steps);
  }
}

/** Attribute slots that facts of a type state, as [slot, place of the value]. */
export function statedSlots(slots: readonly string[], type: number): [number, number][] {
  if (!STATING_TYPES.includes(type)) return [];
  const names = attributesOfCode(type);
  return slots.flatMap((name, slot) => (names.includes(name) ? [[slot, names.indexOf(name)] as [number, number]] : []));
}
