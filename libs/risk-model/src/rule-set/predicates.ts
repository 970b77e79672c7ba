import type { AttributeValue } from '../facts.ts';
import { readAttribute, readFactType } from './building.ts';
import type { Building, Predicate, Selection } from './building.ts';
import type { Reader } from './reader.ts';

function isList(value: AttributeValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}

function scalars(reader: Reader): ReadonlySet<AttributeValue> {
  return new Set<AttributeValue>(reader.filledList().map((item) => item.scalar()));
}

export function sumOf(values: readonly AttributeValue[], places: readonly number[]): number {
  let sum = 0;
  for (const place of places) {
    const value = values[place];
    if (typeof value === 'number') sum += value;
  }
  return sum;
}

function readPredicate(reader: Reader, type: number): Predicate {
  if (reader.has('sumOf')) {
    reader.object('sumOf', 'atLeast');
    const places = reader
      .at('sumOf')
      .filledList()
      .map((item) => readAttribute(item, type));
    const least = reader.at('atLeast').integer(0);
    return (values) => sumOf(values, places) >= least;
  }
  reader.object('attribute', 'is', 'anyOf', 'onlyOf');
  const place = readAttribute(reader.at('attribute'), type);
  const forms = ['is', 'anyOf', 'onlyOf'].filter((form) => reader.has(form));
  if (forms.length !== 1) reader.fail('exactly one of is, anyOf, onlyOf is expected');
  if (reader.has('is')) {
    const wanted = scalars(reader.at('is'));
    return (values) => wanted.has(values[place] ?? null);
  }
  const any = reader.has('anyOf');
  const wanted = scalars(reader.at(any ? 'anyOf' : 'onlyOf'));
  return (values) => {
    const held = values[place];
    if (!isList(held)) return false;
    return any ? holdsAny(held, wanted) : holdsOnly(held, wanted);
  };
}

function holdsAny(held: readonly string[], wanted: ReadonlySet<AttributeValue>): boolean {
  for (const item of held) if (wanted.has(item)) return true;
  return false;
}

function holdsOnly(held: readonly string[], wanted: ReadonlySet<AttributeValue>): boolean {
  for (const item of held) if (!wanted.has(item)) return false;
  return held.length > 0;
}

/** A list of conditions on the attributes of a fact; all must hold, an empty list always does. */
export function readPredicates(reader: Reader | null, type: number): Predicate {
  if (reader === null) return () => true;
  const all = reader.filledList().map((item) => readPredicate(item, type));
  const [first] = all;
  if (all.length === 1 && first !== undefined) return first;
  return (values) => all.every((holds) => holds(values));
}

export const SELECTION_KEYS = ['fact', 'class', 'where'] as const;

/** `fact`, with `class` (of the type's classification) and `where` when not all facts of the type are meant. */
export function readSelection(reader: Reader, building: Building): Selection {
  const type = readFactType(reader.at('fact'));
  const known = building.classifications.get(type)?.classes ?? [];
  const classIndex = reader.has('class') ? known.indexOf(reader.at('class').oneOf(known)) : null;
  return { type, classIndex, where: reader.has('where') ? readPredicates(reader.at('where'), type) : null };
}
