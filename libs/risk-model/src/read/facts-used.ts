import { FACT_TYPES } from '../facts.ts';
import type { FactUse, Lifetime } from '../rule-set/definition.ts';
import { readAttribute } from './reading.ts';
import type { Reading } from './reading.ts';
import type { Reader } from './reader.ts';

const PLAIN: Lifetime = {
  startsAt: null,
  expiresAt: null,
  completedOn: null,
  publicityEnd: null,
  publicityMonths: null,
};

/** One number for all facts of the type, or one for each class of its classification. */
function readPublicityMonths(reader: Reader, reading: Reading, factType: string): Lifetime['publicityMonths'] {
  if (reader.isNumber()) return reader.integer(1);
  const classes = reading.classes.get(factType) ?? [];
  if (classes.length === 0) reader.fail('publicity by class needs a classification of the fact type');
  reader.object(...classes);
  return Object.fromEntries(classes.map((name) => [name, reader.at(name).integer(1)]));
}

function readLifetime(reader: Reader, reading: Reading, factType: string): Lifetime {
  const attribute = (key: string): string | null => (reader.has(key) ? readAttribute(reader.at(key), factType) : null);
  const months = reader.optional('publicityMonths');
  return {
    startsAt: attribute('startsAt'),
    expiresAt: attribute('expiresAt'),
    completedOn: reader.optional('completedOn')?.text() ?? null,
    publicityEnd: attribute('publicityEnd'),
    publicityMonths: months === null ? null : readPublicityMonths(months, reading, factType),
  };
}

const LIFETIME_KEYS = ['startsAt', 'expiresAt', 'completedOn', 'publicityEnd', 'publicityMonths', 'label', 'basis'];

function readUse(type: string, reader: Reader, reading: Reading, keeps: boolean): FactUse {
  reader.object(...(keeps ? ['keepMonths', ...LIFETIME_KEYS] : LIFETIME_KEYS));
  if (!FACT_TYPES.includes(type)) {
    reader.fail(`${type} is no fact type of the model; expected one of ${FACT_TYPES.join(', ')}`);
  }
  return {
    type,
    lifetime: readLifetime(reader, reading, type),
    keepMonths: keeps ? (reader.optional('keepMonths')?.integer(1) ?? null) : null,
  };
}

function checkDeclared(reader: Reader, uses: readonly FactUse[], reading: Reading): void {
  const declared = new Set(uses.map(({ type }) => type));
  for (const [type, path] of reading.uses) {
    if (!declared.has(type)) reader.at(type).fail(`is read at ${path} and not declared; name it among the facts used`);
  }
  for (const { type } of uses) {
    if (FACT_TYPES.includes(type) && !reading.uses.has(type)) {
      reader.at(type).fail('is declared and no rule reads it; take it out');
    }
  }
}

/**
 * The facts used, how they begin and end and how long they are kept; to be read when every rule has been. A file with
 * `facts` declares exactly the types it reads. In one with the older `lifetimes`, types not named live from their date
 * until removed.
 */
export function readFactsUsed(file: Reader, reading: Reading): FactUse[] {
  const facts = file.optional('facts');
  const lifetimes = file.optional('lifetimes');
  if (facts !== null && lifetimes !== null) lifetimes.fail('facts states the lifetimes; take this key out');
  const named = (facts ?? lifetimes)?.entries() ?? [];
  const uses = named.map(([type, item]) => readUse(type, item, reading, facts !== null));
  if (facts !== null) {
    checkDeclared(facts, uses, reading);
    return uses;
  }
  const unnamed = FACT_TYPES.filter((type) => reading.uses.has(type) && !uses.some((use) => use.type === type));
  return [...uses, ...unnamed.map((type) => ({ type, lifetime: PLAIN, keepMonths: null }))];
}
