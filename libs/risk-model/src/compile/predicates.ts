import type { AttributeValue } from '../facts.ts';
import { CONTENT, CONTENT_CODE_SYSTEM, CONTENT_VALUES } from '../position.ts';
import type { FactState } from '../position.ts';
import type { Predicate, Selection } from '../rule-set/definition.ts';
import type { Run } from '../run.ts';
import { placeOf } from './places.ts';

type ValueTest = (values: readonly AttributeValue[], fact: FactState) => boolean;

const NO_VALUES: readonly AttributeValue[] = [];

export function valuesOf(fact: FactState): readonly AttributeValue[] {
  return fact[CONTENT]?.[CONTENT_VALUES] ?? NO_VALUES;
}

export function sumOf(values: readonly AttributeValue[], places: readonly number[]): number {
  let sum = 0;
  for (const place of places) {
    const value = values[place];
    if (typeof value === 'number') sum += value;
  }
  return sum;
}

function isList(value: AttributeValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}

function holdsAny(held: readonly string[], wanted: ReadonlySet<unknown>): boolean {
  for (const item of held) if (wanted.has(item)) return true;
  return false;
}

function holdsOnly(held: readonly string[], wanted: ReadonlySet<unknown>): boolean {
  for (const item of held) if (!wanted.has(item)) return false;
  return held.length > 0;
}

/** A test of texts by their beginning. */
export function startsWithOneOf(prefixes: readonly string[]): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && prefixes.some((prefix) => value.startsWith(prefix));
}

type OnFact = Exclude<Predicate, { kind: 'sameAs' }>;

function compileOne(predicate: OnFact, factType: string): ValueTest {
  const at = (attribute: string): number => placeOf(factType, attribute);
  switch (predicate.kind) {
    case 'in': {
      const [place, wanted] = [at(predicate.attribute), new Set<unknown>(predicate.values)];
      return (values) => wanted.has(values[place]);
    }
    case 'anyOf':
    case 'onlyOf': {
      const [place, wanted] = [at(predicate.attribute), new Set<unknown>(predicate.values)];
      const holds = predicate.kind === 'anyOf' ? holdsAny : holdsOnly;
      return (values) => {
        const held = values[place];
        return isList(held) && holds(held, wanted);
      };
    }
    case 'prefix': {
      const [place, holds] = [at(predicate.attribute), startsWithOneOf(predicate.prefixes)];
      return (values) => holds(values[place]);
    }
    case 'range': {
      const places = predicate.attributes.map(at);
      const [from, below] = [predicate.from ?? -Infinity, predicate.below ?? Infinity];
      return (values) => {
        const sum = sumOf(values, places);
        return sum >= from && sum < below;
      };
    }
    case 'code': {
      const [place, wanted, { system }] = [at(predicate.attribute), new Set<unknown>(predicate.values), predicate];
      return (values, fact) => wanted.has(values[place]) && fact[CONTENT]?.[CONTENT_CODE_SYSTEM] === system;
    }
    case 'share': {
      const [part, whole, { atMostPerMille }] = [at(predicate.attribute), at(predicate.of), predicate];
      return (values) => {
        const [left, right] = [values[part], values[whole]];
        if (typeof left !== 'number' || typeof right !== 'number' || right <= 0) return false;
        return left * 1000 <= right * atMostPerMille;
      };
    }
  }
}

/** All of some predicates on a fact alone; null = no condition. */
export function compileTests(
  predicates: readonly Predicate[],
  factType: string,
): ((fact: FactState) => boolean) | null {
  const tests = predicates.flatMap((item) => (item.kind === 'sameAs' ? [] : [compileOne(item, factType)]));
  const [first, second] = tests;
  if (first === undefined) return null;
  // Stryker disable next-line ConditionalExpression: saves the loop, the answer is the same
  if (second === undefined) return (fact) => first(valuesOf(fact), fact);
  return (fact) => {
    const values = valuesOf(fact);
    for (const test of tests) if (!test(values, fact)) return false;
    return true;
  };
}

interface CompiledPredicates {
  readonly test: ((fact: FactState) => boolean) | null;
  /** What can be told only once the attributes of the enterprise are known. */
  readonly enterprise: ((run: Run, fact: FactState) => boolean) | null;
}

export function compilePredicates(select: Selection, slotOf: (attribute: string) => number): CompiledPredicates {
  const same = select.where.flatMap((item) =>
    item.kind === 'sameAs' ? [{ place: placeOf(select.factType, item.attribute), slot: slotOf(item.enterprise) }] : [],
  );
  return {
    test: compileTests(select.where, select.factType),
    enterprise:
      same.length === 0
        ? null
        : (run, fact) => same.every(({ place, slot }) => isSame(valuesOf(fact)[place], run.attributeValue[slot])),
  };
}

/** Equal, or one of them not known. */
function isSame(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  return one === other || one === null || one === undefined || other === null || other === undefined;
}
