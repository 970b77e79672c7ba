import { addDays } from './calendar.ts';
import { attributesOfCode, codeOfType } from './facts.ts';
import { CONTENT, CONTENT_VALUES, ID, REGISTER_EFFECTIVE_AT, REGISTER_VALUE, STANDING, TYPE } from './position.ts';
import type { FactState, RiskClass } from './position.ts';

/** A manual class (人工调整) in force. */
export interface Override {
  readonly factId: string;
  readonly riskClass: RiskClass;
}

const OVERRIDE = codeOfType('override.class') as number;
const NAMES = attributesOfCode(OVERRIDE);
const [SCHEME, CLASS] = [NAMES.indexOf('schemeId'), NAMES.indexOf('riskClass')];
const [APPROVED_AT, FROM, UNTIL] = ['approvedAt', 'validFrom', 'validUntil'].map((name) => NAMES.indexOf(name)) as [
  number,
  number,
  number,
];

/** What holds at a moment, and the next moment at which that may change. */
export interface OverrideReading {
  readonly override: Override | null;
  readonly next: number;
}

const NONE: OverrideReading = { override: null, next: Infinity };

interface Interval extends Override {
  readonly approvedAt: number;
  readonly from: number;
  readonly end: number;
}

function intervalOf(fact: FactState, schemeId: string, maxDays: number): Interval | null {
  const values = fact[CONTENT]?.[CONTENT_VALUES];
  if (values === undefined || values[SCHEME] !== schemeId) return null;
  const [riskClass, approvedAt, from, until] = [values[CLASS], values[APPROVED_AT], values[FROM], values[UNTIL]];
  if (typeof from !== 'number' || typeof until !== 'number' || typeof approvedAt !== 'number') return null;
  const standing = fact[STANDING];
  if (standing?.[REGISTER_VALUE] === 'RETRACTED') return null;
  const removedAt = standing?.[REGISTER_VALUE] === 'REMOVED' ? standing[REGISTER_EFFECTIVE_AT] : Infinity;
  const end = Math.min(until, addDays(from, maxDays), removedAt);
  return { factId: fact[ID], riskClass: riskClass as RiskClass, approvedAt, from, end };
}

/**
 * The manual class of a scheme at `asOf`: of those in force the latest (approved at, id). Each is in force in
 * `[validFrom, validUntil)`, for `maxDays` at most, until it is removed; a retracted one never was.
 */
export function overrideAt(
  facts: readonly FactState[],
  schemeId: string,
  asOf: number,
  maxDays: number,
): OverrideReading {
  let best: Interval | null = null;
  let next = Infinity;
  for (const fact of facts) {
    if (fact[TYPE] !== OVERRIDE) continue;
    const interval = intervalOf(fact, schemeId, maxDays);
    if (interval === null || interval.end <= interval.from || asOf >= interval.end) continue;
    next = Math.min(next, asOf < interval.from ? interval.from : interval.end);
    // Facts come in order of id, so of equal approvals the greater id wins.
    if (asOf >= interval.from && interval.approvedAt >= (best?.approvedAt ?? -Infinity)) best = interval;
  }
  if (best === null) return next === Infinity ? NONE : { override: null, next };
  return { override: { factId: best.factId, riskClass: best.riskClass }, next };
}
