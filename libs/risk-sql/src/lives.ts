import type { FactUse, Lifetime, RuleSetDefinition } from '#libs/risk-model';
import { classOf, classIndex } from './classify.ts';
import { column, isStated } from './attributes.ts';
import { isType } from './fact-types.ts';
import { ENDED, REPAIRED } from './folded-facts.ts';
import { all, any, FALSE, firstOf, layer, MISSING, NEVER, not, text } from './expressions.ts';
import { days, isWithin } from './moments.ts';

/** Type of facts that are left out of a reading. */
const LEFT_OUT = 254;

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

/** SQL of the facts that have begun with type and since alone: what has to be known of every fact. */
export function starts({ facts: uses }: RuleSetDefinition, facts: string, asOf: number): string {
  const begun = `SELECT * FROM (${layer({ start: startOf(uses) }, facts)}) WHERE start <= ${asOf}`;
  return layer({ since: 'start + 4000000000000000000' }, begun);
}

/**
 * SQL of the facts that have begun, each with its life at the as-of:
 * since (its start, always above 0), rank (later starts, then greater ids first), class, usable, ended (closed, publicity
 * not over: residuals), expired, began_usable, disputed. `withoutDisputed` leaves facts under objection out.
 */
export function lives(definition: RuleSetDefinition, facts: string, asOf: number, withoutDisputed: boolean): string {
  const { facts: uses } = definition;
  const objection = underObjection(definition, asOf);
  const bounds = {
    start: startOf(uses),
    removed_at: `least(removed_from, ${completedAt(uses)})`,
    expires_at: firstOf(statedCases(uses, 'expiresAt'), NEVER),
    stated_end: firstOf(statedCases(uses, 'publicityEnd'), MISSING),
  };
  const closing = {
    closed_at: 'least(removed_at, expires_at)',
    class: `toUInt8(${classOf(definition)})`,
    since: `start + 4000000000000000000`,
    disputed: withoutDisputed ? FALSE : objection,
    left_out: withoutDisputed ? objection : FALSE,
  };
  const publicity = {
    over: publicityIsOver(definition, asOf),
    rank: 'bitOr(bitShiftLeft(toUInt128(since), 64), toUInt128(fact_key))',
  };
  const states = {
    usable: `closed_at > ${asOf} AND NOT over`,
    ended: `closed_at <= ${asOf} AND NOT over AND closed_at > start`,
    expired: `expires_at <= ${asOf} AND expires_at > start AND removed_at > ${asOf} AND NOT over`,
    began_usable: `closed_at > start AND NOT (${neverPublic()})`,
  };
  // One layer for each step: names within one SELECT are written out again at every use, which grows without bound.
  const begun = `SELECT * FROM (${layer(bounds, facts)}) WHERE start <= ${asOf}`;
  const rows = layer(states, layer(publicity, layer(closing, begun)));
  if (!withoutDisputed) return rows;
  // A fact left out keeps its row, as of a type that nothing reads: an enterprise without any other fact is still there.
  return `SELECT * REPLACE (if(left_out, toUInt8(${LEFT_OUT}), type) AS type) FROM (${rows})`;
}
