import type { FactUse, Lifetime, RuleSetDefinition } from '#libs/risk-model';
import { classOf, classIndex } from './classify.ts';
import { column, isStated } from './attributes.ts';
import { isType } from './fact-types.ts';
import { ENDED, REPAIRED } from './folded-facts.ts';
import { all, any, firstOf, layer, MISSING, NEVER, not, text } from './expressions.ts';
import { days, isWithin } from './moments.ts';

type Stretch = 'startsAt' | 'expiresAt' | 'publicityEnd';

/** Cases of the types whose lifetime names an attribute, types with the same attribute together. */
function statedCases(facts: readonly FactUse[], key: Stretch): [string, string][] {
  const types = new Map<string, string[]>();
  for (const { type, lifetime } of facts) {
    const attribute = lifetime[key];
    if (attribute !== null) types.set(attribute, [...(types.get(attribute) ?? []), type]);
  }
  return [...types].map(([attribute, of]) => [
    all([isType(of), isStated(column(attribute), attribute)]),
    column(attribute),
  ]);
}

function completedAt(facts: readonly FactUse[]): string {
  const cases = facts.flatMap(({ type, lifetime }): [string, string][] =>
    lifetime.completedOn === null
      ? []
      : [[all([isType([type]), `performance = ${text(lifetime.completedOn)}`]), 'performance_at']],
  );
  return firstOf(cases, NEVER);
}

/** Types and classes with the same default length of publicity, in months. */
function defaultLengths(definition: RuleSetDefinition): Map<number, string[]> {
  const lengths = new Map<number, string[]>();
  const note = (months: number, condition: string): void =>
    void lengths.set(months, [...(lengths.get(months) ?? []), condition]);
  for (const { type, lifetime } of definition.facts) noteLengths(definition, type, lifetime, note);
  return lengths;
}

function noteLengths(
  definition: RuleSetDefinition,
  type: string,
  { publicityMonths }: Lifetime,
  note: (months: number, condition: string) => void,
): void {
  if (publicityMonths === null) return;
  if (typeof publicityMonths === 'number') return note(publicityMonths, isType([type]));
  for (const [name, months] of Object.entries(publicityMonths)) {
    note(months, all([isType([type]), `class = ${classIndex(definition, type, name)}`]));
  }
}

/** SQL: publicity as content states it, or as the law fixes it, is over at a moment. */
function statedPublicityIsOver(definition: RuleSetDefinition, at: number): string {
  const lengths = [...defaultLengths(definition)].map(([length, conditions]) =>
    all([any(conditions), not(isWithin('start', { unit: 'MONTH', length }, at))]),
  );
  return `if(stated_end != ${MISSING}, stated_end <= ${at}, ${any(lengths)})`;
}

/** SQL: the publicity of the fact at hand is over at a moment: it ended, or the fact was repaired. */
export function publicityIsOver(definition: RuleSetDefinition, at: number): string {
  const stated = `if(publicity_until != ${MISSING}, publicity_until <= ${at}, ${statedPublicityIsOver(definition, at)})`;
  const ended = `if(publicity_until != ${MISSING}, publicity_until, publicity_at) <= ${at}`;
  return firstOf(
    [
      ['publicity = 0', stated],
      [`publicity = ${ENDED}`, ended],
    ],
    any([`publicity_at <= ${at}`, stated]),
  );
}

/** SQL: the publicity of the fact at hand was over when it began, so that it was never usable. */
function neverPublic(): string {
  const stated = `if(publicity_until != ${MISSING}, publicity_until <= start, stated_end != ${MISSING} AND stated_end <= start)`;
  const ended = `if(publicity_until != ${MISSING}, publicity_until, publicity_at) <= start`;
  return firstOf(
    [
      ['publicity = 0', stated],
      [`publicity = ${ENDED}`, ended],
    ],
    `(publicity = ${REPAIRED} AND publicity_at <= start) OR ${stated}`,
  );
}

/** SQL: the fact is under objection at the as-of. */
export function underObjection(definition: RuleSetDefinition, asOf: number): string {
  const { days: longest } = definition.objection;
  return all([`filed_at <= ${asOf}`, `filed_at > ${asOf - days(longest)}`, `filed_until > ${asOf}`]);
}

function startOf(uses: readonly FactUse[]): string {
  return firstOf(statedCases(uses, 'startsAt'), 'began');
}

/** SQL of facts that have begun with the columns of `facts`, start and since (its start, always above 0). */
export function starts({ facts: uses }: RuleSetDefinition, facts: string, asOf: number): string {
  const begun = `SELECT * FROM (${layer({ start: startOf(uses) }, facts)}) WHERE start <= ${asOf}`;
  return layer({ since: 'start + 4000000000000000000' }, begun);
}

/** The rule set as far as it speaks of some fact types: how their facts live. */
function narrowed(definition: RuleSetDefinition, types: readonly string[]): RuleSetDefinition {
  return {
    ...definition,
    facts: definition.facts.filter(({ type }) => types.includes(type)),
    classifications: definition.classifications.filter(({ factType }) => types.includes(factType)),
  };
}

/**
 * SQL of the facts of some types that have begun, each with its life at the as-of:
 * since (its start, always above 0), rank (later starts, then greater ids first), class, usable, ended (closed, publicity
 * not over: residuals), expired, began_usable, disputed.
 */
export function lives(whole: RuleSetDefinition, types: readonly string[], facts: string, asOf: number): string {
  const definition = narrowed(whole, types);
  const { facts: uses } = definition;
  const bounds = {
    removed_at: `least(removed_from, ${completedAt(uses)})`,
    expires_at: firstOf(statedCases(uses, 'expiresAt'), NEVER),
    stated_end: firstOf(statedCases(uses, 'publicityEnd'), MISSING),
    class: `toUInt8(${classOf(definition)})`,
    disputed: underObjection(definition, asOf),
    rank: 'bitOr(bitShiftLeft(toUInt128(since), 64), toUInt128(fact_key))',
  };
  const closing = { closed_at: 'least(removed_at, expires_at)', over: publicityIsOver(definition, asOf) };
  const states = {
    usable: `closed_at > ${asOf} AND NOT over`,
    ended: `closed_at <= ${asOf} AND NOT over AND closed_at > start`,
    expired: `expires_at <= ${asOf} AND expires_at > start AND removed_at > ${asOf} AND NOT over`,
    began_usable: `closed_at > start AND NOT (${neverPublic()})`,
  };
  // One layer for each step: names within one SELECT are written out again at every use, which grows without bound.
  return layer(states, layer(closing, layer(bounds, starts(definition, facts, asOf))));
}
