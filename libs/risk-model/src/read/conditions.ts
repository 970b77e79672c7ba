import type { Condition, ConditionDefinition, FactCondition } from '../rule-set/definition.ts';
import { readOpening } from './fact-parts.ts';
import { readScalars, readSelection, SELECTION_KEYS } from './predicates.ts';
import { readProvenance } from './provenance.ts';
import type { Reader } from './reader.ts';
import { CLASSES } from './reading.ts';
import type { Reading } from './reading.ts';
import { readOptionalSpan, readSpan } from './spans.ts';

/** Any condition may say for itself what its numbers rest on. */
const PROVENANCE_KEYS = ['label', 'basis'] as const;

const FACT_KEYS = [
  ...SELECTION_KEYS,
  'withinMonths',
  'withinDays',
  'afterMonths',
  'afterDays',
  'unlessPerformance',
  'opensAt',
  'opensOn',
  'endsWithinDays',
  ...PROVENANCE_KEYS,
] as const;

function readFactCondition(reader: Reader, reading: Reading): FactCondition {
  reader.object(...FACT_KEYS);
  return {
    kind: 'fact',
    select: readSelection(reader, reading),
    opens: readOpening(reader),
    within: readOptionalSpan(reader, 'withinMonths', 'withinDays'),
    after: readOptionalSpan(reader, 'afterMonths', 'afterDays'),
    unlessPerformance: reader.optional('unlessPerformance')?.text() ?? null,
    endsWithinDays: reader.optional('endsWithinDays')?.integer(1) ?? null,
  };
}

function readCountCondition(reader: Reader, reading: Reading): Condition {
  const count = reader.object('count', ...PROVENANCE_KEYS).at('count');
  count.object(...SELECTION_KEYS, 'months', 'days', 'atLeast', ...PROVENANCE_KEYS);
  return {
    kind: 'count',
    select: readSelection(count, reading),
    within: readSpan(count, 'months', 'days'),
    atLeast: count.at('atLeast').integer(1),
  };
}

function readAttributeCondition(reader: Reader, reading: Reading): Condition {
  reader.object('attribute', 'is', 'startsWith', ...PROVENANCE_KEYS);
  const attribute = reading.enterpriseAttribute(reader.at('attribute'));
  if (reader.has('is') === reader.has('startsWith')) reader.fail('exactly one of is, startsWith is expected');
  if (reader.has('startsWith')) {
    return { kind: 'attributePrefix', attribute, prefixes: reader.at('startsWith').texts() };
  }
  return { kind: 'attribute', attribute, values: reader.has('is') ? readScalars(reader.at('is')) : [] };
}

function readSchemeCondition(reader: Reader): Condition {
  reader.object('scheme', 'class', ...PROVENANCE_KEYS);
  const classes = reader.at('class').filledList();
  return {
    kind: 'schemeClass',
    scheme: reader.at('scheme').text(),
    classes: classes.map((item) => item.oneOf(CLASSES)),
  };
}

function readLeaf(reader: Reader, reading: Reading): Condition {
  if (reader.has('count')) return readCountCondition(reader, reading);
  if (reader.has('attribute')) return readAttributeCondition(reader, reading);
  if (reader.has('scheme')) return readSchemeCondition(reader);
  if (reader.has('fullWeight')) {
    reader.object('fullWeight', ...PROVENANCE_KEYS);
    return { kind: 'fullWeight', indicator: reader.at('fullWeight').oneOf([...reading.fullWeights]) };
  }
  if (reader.has('open')) {
    reader.object('open', ...PROVENANCE_KEYS);
    return { kind: 'open', indicator: reader.at('open').oneOf([...reading.states]) };
  }
  if (reader.has('fact')) return readFactCondition(reader, reading);
  reader.object('any', 'all', 'not', 'fact', 'count', 'fullWeight', 'open', 'attribute', 'scheme');
  reader.fail('one of any, all, not, fact, count, fullWeight, open, attribute, scheme is expected');
  return { kind: 'any', of: [] };
}

function joined(kind: 'any' | 'all', of: readonly Condition[]): Condition {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

/** Conditions joined by any, all and not; a list is met when one of its entries is. */
export function readCondition(reader: Reader, reading: Reading): Condition {
  if (reader.isList()) {
    return joined(
      'any',
      reader.filledList().map((item) => readCondition(item, reading)),
    );
  }
  if (reader.has('not')) {
    return { kind: 'not', of: readCondition(reader.object('not', ...PROVENANCE_KEYS).at('not'), reading) };
  }
  for (const kind of ['any', 'all'] as const) {
    if (!reader.has(kind)) continue;
    const members = reader.object(kind, ...PROVENANCE_KEYS).at(kind);
    return joined(
      kind,
      members.filledList().map((item) => readCondition(item, reading)),
    );
  }
  return readLeaf(reader, reading);
}

function readClass(reader: Reader, kind: ConditionDefinition['kind']): ConditionDefinition['riskClass'] {
  const riskClass = reader.oneOf(CLASSES);
  if (kind === 'DIRECT' && riskClass !== 'D') reader.fail('a direct determination is always class D');
  if (kind === 'FLOOR' && riskClass === 'A') reader.fail('a floor of class A changes nothing; B or C is expected');
  if (kind === 'FLOOR' && riskClass === 'D') reader.fail('class D is a direct determination; a floor is B or C');
  return riskClass;
}

/** Direct determinations first, then floors; each code once. */
export function readConditions(file: Reader, reading: Reading): ConditionDefinition[] {
  const known = new Set<string>();
  const read = (item: Reader, kind: ConditionDefinition['kind']): ConditionDefinition => {
    item.object('code', 'name', 'class', 'when', 'label', 'basis');
    const code = item.at('code').text();
    if (known.has(code)) item.at('code').fail(`${code} is declared twice`);
    known.add(code);
    return {
      code,
      name: item.at('name').bilingual(),
      ...readProvenance(item),
      kind,
      riskClass: readClass(item.at('class'), kind),
      when: readCondition(item.at('when'), reading),
    };
  };
  const direct = file.at('directDeterminations').list();
  const floors = file.at('floors').list();
  return [...direct.map((item) => read(item, 'DIRECT')), ...floors.map((item) => read(item, 'FLOOR'))];
}
