import { codeOfType, readsCodeSystem } from '../facts.ts';
import type { Predicate, Scalar, Selection } from '../rule-set/definition.ts';
import { readAttribute } from './reading.ts';
import type { Reading } from './reading.ts';
import type { Reader } from './reader.ts';

export function readScalars(reader: Reader): Scalar[] {
  return reader.filledList().map((item) => item.scalar());
}

function readRange(reader: Reader, attributes: readonly string[]): Predicate {
  if (!reader.has('atLeast') && !reader.has('below')) reader.fail('atLeast, below or both are expected');
  const from = reader.optional('atLeast')?.integer(0) ?? null;
  const below = reader.optional('below')?.integer(1) ?? null;
  if (from !== null && below !== null && below <= from) reader.at('below').fail('must be greater than atLeast');
  return { kind: 'range', attributes, from, below };
}

function readCode(reader: Reader, attribute: string, factType: string): Predicate {
  reader.object('attribute', 'system', 'is');
  if (!readsCodeSystem(codeOfType(factType) ?? factType)) {
    reader.at('system').fail(`facts of ${factType} are kept without their code system`);
  }
  return { kind: 'code', attribute, system: reader.at('system').text(), values: reader.at('is').texts() };
}

/** The comparisons that a predicate on one attribute may state, each by the key that names it. */
const COMPARISONS = ['is', 'anyOf', 'onlyOf', 'startsWith', 'atLeast', 'below', 'ofAttribute', 'sameAs'] as const;

function readComparison(reader: Reader, factType: string, reading: Reading): Predicate {
  const attribute = readAttribute(reader.at('attribute'), factType);
  if (reader.has('system')) return readCode(reader, attribute, factType);
  reader.object('attribute', 'system', ...COMPARISONS, 'atMostPerMille');
  const stated = COMPARISONS.filter((key) => reader.has(key) && !(key === 'below' && reader.has('atLeast')));
  if (stated.length !== 1)
    reader.fail(`exactly one of ${COMPARISONS.join(', ')} is expected (atLeast with below is one)`);
  switch (stated[0]) {
    case 'anyOf':
    case 'onlyOf':
      return { kind: stated[0], attribute, values: reader.at(stated[0]).texts() };
    case 'startsWith':
      return { kind: 'prefix', attribute, prefixes: reader.at('startsWith').texts() };
    case 'atLeast':
    case 'below':
      return readRange(reader, [attribute]);
    case 'ofAttribute': {
      const of = readAttribute(reader.at('ofAttribute'), factType);
      return { kind: 'share', attribute, of, atMostPerMille: reader.at('atMostPerMille').perMille(0) };
    }
    case 'sameAs':
      return { kind: 'sameAs', attribute, enterprise: reading.enterpriseAttribute(reader.at('sameAs')) };
    default:
      return { kind: 'in', attribute, values: reader.has('is') ? readScalars(reader.at('is')) : [] };
  }
}

function readPredicate(reader: Reader, factType: string, reading: Reading): Predicate {
  if (!reader.has('sumOf')) return readComparison(reader, factType, reading);
  reader.object('sumOf', 'atLeast', 'below');
  const attributes = reader.at('sumOf').filledList();
  return readRange(
    reader,
    attributes.map((item) => readAttribute(item, factType)),
  );
}

/** A list of conditions on the attributes of a fact, all of which must hold. */
export function readPredicates(reader: Reader | null, factType: string, reading: Reading): Predicate[] {
  return reader?.filledList().map((item) => readPredicate(item, factType, reading)) ?? [];
}

export const SELECTION_KEYS = ['fact', 'class', 'where'] as const;

/** `fact`, with `class` (of the type's classification) and `where` when not all facts of the type are meant. */
export function readSelection(reader: Reader, reading: Reading): Selection {
  const factType = reading.factType(reader.at('fact'));
  const known = reading.classes.get(factType) ?? [];
  return {
    factType,
    outcome: reader.has('class') ? reader.at('class').oneOf(known) : null,
    where: readPredicates(reader.optional('where'), factType, reading),
  };
}
