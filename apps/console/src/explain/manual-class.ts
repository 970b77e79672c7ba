import { addDays, type Explanation } from '#libs/risk-model';
import { registerKey, type StoredFact } from '../reads/stored-fact.ts';
import type { RiskClass } from '../reads/views.ts';
import type { ChosenRuleSet } from './choose-rule-sets.ts';
import { isoOf } from './terms.ts';
import type { ManualClass } from './views.ts';

/** The manual class in force in a scheme, as its fact states it: who, why and until when; null = none. */
export function manualClass(
  { overrideFactId, facts }: Explanation,
  { compiled }: ChosenRuleSet,
  deciding: ReadonlyMap<string, StoredFact>,
): ManualClass | null {
  const fact = facts.find(({ factId }) => factId === overrideFactId);
  if (overrideFactId === null || fact === undefined) return null;
  const { riskClass, approvedAt, validFrom, validUntil } = fact.attributes;
  const stated = deciding.get(registerKey(overrideFactId, 'CONTENT'))?.stated ?? {};
  const from = momentOf(validFrom);
  const longest = from === null ? Infinity : addDays(from, compiled.definition.overrides?.maxDays ?? 0);
  const until = Math.min(momentOf(validUntil) ?? Infinity, longest, removalOf(fact));
  return {
    factId: overrideFactId,
    riskClass: riskClass as RiskClass,
    reason: textOf(stated['reason']),
    proposedBy: textOf(stated['proposedBy']),
    approvedBy: textOf(stated['approvedBy']),
    approvedAt: isoOf(momentOf(approvedAt)),
    validFrom: isoOf(from),
    until: isoOf(until === Infinity ? null : until),
  };
}

function removalOf({ registers }: Explanation['facts'][number]): number {
  const removed = registers.find(({ register, value }) => register === 'STANDING' && value === 'REMOVED');
  return removed?.effectiveAt ?? Infinity;
}

function momentOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
