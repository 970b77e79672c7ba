import type { DerivedPart, GroupDefinition, IndicatorDefinition, Part } from '../rule-set/definition.ts';
import { readClockPart, readFactsPart, readStatePart } from './fact-parts.ts';
import { readProvenance } from './provenance.ts';
import type { Reader } from './reader.ts';
import type { Reading } from './reading.ts';
import { readAgePart, readDerivedPart, readLookupPart, readSchemeClassPart } from './value-parts.ts';
import { readConsecutivePart, readCountPart, readDropPart, readExcessPart, readTotalPart } from './window-parts.ts';

type ReadPart = (reader: Reader, reading: Reading, frame: readonly string[]) => Part;

const FORMS: Readonly<Record<Part['form'], ReadPart>> = {
  facts: readFactsPart,
  state: readStatePart,
  clock: readClockPart,
  count: readCountPart,
  total: readTotalPart,
  excess: readExcessPart,
  consecutive: readConsecutivePart,
  drop: readDropPart,
  lookup: readLookupPart,
  age: readAgePart,
  derived: readDerivedPart,
  schemeClass: readSchemeClassPart,
};
const FORM_NAMES = Object.keys(FORMS) as Part['form'][];

const FRAME_KEYS = ['code', 'group', 'name', 'cap', 'label', 'basis'] as const;
const PART_KEYS = ['form', 'label', 'basis'] as const;

function readPart(reader: Reader, reading: Reading, frame: readonly string[]): Part[] {
  const form = reader.at('form').oneOf(FORM_NAMES);
  return FORM_NAMES.includes(form) ? [FORMS[form](reader, reading, frame)] : [];
}

function readParts(reader: Reader, reading: Reading): Part[] {
  if (!reader.has('parts')) return readPart(reader, reading, [...FRAME_KEYS, 'form']);
  reader.object(...FRAME_KEYS, 'parts', 'combine');
  return reader
    .at('parts')
    .filledList()
    .flatMap((item) => readPart(item, reading, PART_KEYS));
}

function isNegative(part: Part): boolean {
  return part.form === 'facts' && part.points < 0;
}

function asMagnitude(part: Part): Part {
  return part.form === 'facts' ? { ...part, points: Math.abs(part.points) } : part;
}

/** The most that one fact or value can bring, in milli-points. */
function largestOf(part: Part): number {
  switch (part.form) {
    case 'count':
    case 'total':
      return part.steps.at(-1)?.points ?? 0;
    case 'excess':
      return part.each;
    case 'lookup':
      return Math.max(part.otherwise, ...part.prefixes.map(({ points }) => points));
    case 'age':
      return part.steps[0]?.points ?? 0;
    case 'derived':
      return largestMeasured(part.measure);
    case 'schemeClass':
      return part.points.D;
    default:
      return part.points;
  }
}

function largestMeasured(measure: DerivedPart['measure']): number {
  return measure.by === 'EACH' ? measure.points : (measure.steps.at(-1)?.points ?? 0);
}

function readCap(
  reader: Reader,
  parts: readonly Part[],
  positive: boolean,
  group: GroupDefinition | undefined,
): number {
  const signed = reader.points();
  if (signed === 0) reader.fail('a cap other than 0 is expected');
  if (signed > 0 && positive) reader.fail('the cap of negative points is negative');
  if (signed < 0 && !positive) reader.fail('only negative points have a negative cap');
  const cap = Math.abs(signed);
  const largest = Math.max(0, ...parts.map(largestOf));
  if (cap < largest) reader.fail(`the cap is smaller than what a single fact or value brings (${largest / 1000})`);
  if (group !== undefined && group.cap < cap) reader.fail(`the cap exceeds the cap of group ${group.code}`);
  return cap;
}

function readIndicator(reader: Reader, reading: Reading, groups: readonly GroupDefinition[]): IndicatorDefinition {
  const code = reader.at('code').text();
  const signed = readParts(reader, reading);
  const positive = signed.some(isNegative);
  if (positive && !signed.every(isNegative)) {
    reader.at('parts').fail('positive and adverse parts are mixed: all points must be negative, or none');
  }
  const parts = signed.map(asMagnitude);
  const group = reader.at('group').oneOf(groups.map((known) => known.code));
  const [first] = parts;
  if (first?.form === 'facts' && first.decay?.[0]?.perMille === 1000) reading.fullWeights.add(code);
  if (parts.some(({ form }) => form === 'state' || form === 'clock')) reading.states.add(code);
  return {
    code,
    name: reader.at('name').bilingual(),
    ...readProvenance(reader),
    group,
    cap: readCap(
      reader.at('cap'),
      parts,
      positive,
      groups.find((known) => known.code === group),
    ),
    positive,
    combine: reader.optional('combine')?.oneOf(['sum', 'greatest']) === 'greatest' ? 'GREATEST' : 'SUM',
    parts,
  };
}

/** All indicators of the file, in its order. */
export function readIndicators(
  reader: Reader,
  reading: Reading,
  groups: readonly GroupDefinition[],
): IndicatorDefinition[] {
  const known = new Set<string>();
  return reader.filledList().map((item) => {
    const indicator = readIndicator(item, reading, groups);
    if (known.has(indicator.code)) item.at('code').fail(`${indicator.code} is declared twice`);
    known.add(indicator.code);
    return indicator;
  });
}
