import type { ActiveRuleSets } from './active-rule-sets.ts';
import { directionOf } from './judge.ts';
import { ID, PUBLICITY, STANDING } from './position.ts';
import type { FactState, RegisterState, RiskClass } from './position.ts';
import { standingsAt } from './standing.ts';

/** What the future holds if no new fact comes, and what would better the class at once. */
export interface Outlook {
  /** The first moment at which score or class change by time alone, and what they are then; null = never. */
  readonly nextChange: { readonly at: number; readonly score: number; readonly riskClass: RiskClass | null } | null;
  /** The first moment at which the class is better than now; null = not by time alone, or not within the look ahead. */
  readonly improvesAt: number | null;
  /** Facts whose ending alone betters the class now. */
  readonly endings: readonly Ending[];
}

/** The class if this one fact were removed (移出) or repaired (修复) now; null = it would leave the population. */
export interface Ending {
  readonly factId: string;
  readonly afterRemoval: RiskClass | null;
  readonly afterRepair: RiskClass | null;
}

/** What is explained: a scheme and its class. */
export interface Explained {
  readonly schemeId: string;
  readonly asOf: number;
  readonly score: number;
  readonly riskClass: RiskClass | null;
}

/** Reviews looked ahead: a position of hundreds of facts has fewer; it only bounds the work. */
const LOOK_AHEAD = 500;

function isBetter(than: RiskClass | null, riskClass: RiskClass | null): boolean {
  return than !== riskClass && directionOf(than, riskClass) === 'IMPROVED';
}

interface Standpoint {
  readonly score: number;
  readonly riskClass: RiskClass | null;
  readonly next: number;
}

function standpointAt(facts: readonly FactState[], asOf: number, active: ActiveRuleSets, schemeId: string): Standpoint {
  const { schemes, next } = standingsAt(facts, asOf, active);
  const standing = schemes.find(({ ruleSet }) => ruleSet.schemeId === schemeId);
  return { score: standing?.score ?? 0, riskClass: standing?.riskClass ?? null, next };
}

function lookAhead(facts: readonly FactState[], now: Explained, active: ActiveRuleSets): Omit<Outlook, 'endings'> {
  let nextChange: Outlook['nextChange'] = null;
  let { next } = standpointAt(facts, now.asOf, active, now.schemeId);
  for (let reviews = 0; reviews < LOOK_AHEAD && next !== Infinity; reviews++) {
    const at = next;
    const then = standpointAt(facts, at, active, now.schemeId);
    if (nextChange === null && (then.score !== now.score || then.riskClass !== now.riskClass)) {
      nextChange = { at, score: then.score, riskClass: then.riskClass };
    }
    if (isBetter(now.riskClass, then.riskClass)) return { nextChange, improvesAt: at };
    next = then.next;
  }
  return { nextChange, improvesAt: null };
}

/** Later than any revision that a source states. */
const LAST = Number.MAX_SAFE_INTEGER;

function ended(
  facts: readonly FactState[],
  place: number,
  register: typeof STANDING | typeof PUBLICITY,
  asOf: number,
): FactState[] {
  const state: RegisterState = [LAST, '', register === STANDING ? 'REMOVED' : 'REPAIRED', asOf, null];
  const fact = (facts[place] as FactState).slice() as unknown as { -readonly [K in keyof FactState]: FactState[K] };
  fact[register] = state;
  return facts.map((other, at) => (at === place ? (fact as FactState) : other));
}

function endingsOf(
  facts: readonly FactState[],
  now: Explained,
  active: ActiveRuleSets,
  counting: ReadonlySet<string>,
): Ending[] {
  // Stryker disable next-line all: only saves work, for nothing is better than A, and no class cannot get better
  if (now.riskClass === null || now.riskClass === 'A') return [];
  return facts.flatMap((fact, place) => {
    const factId = fact[ID];
    if (!counting.has(factId)) return [];
    const after = (register: typeof STANDING | typeof PUBLICITY): RiskClass | null =>
      standpointAt(ended(facts, place, register, now.asOf), now.asOf, active, now.schemeId).riskClass;
    const [afterRemoval, afterRepair] = [after(STANDING), after(PUBLICITY)];
    const helps = isBetter(now.riskClass, afterRemoval) || isBetter(now.riskClass, afterRepair);
    return helps ? [{ factId, afterRemoval, afterRepair }] : [];
  });
}

/**
 * The outlook of what `now` explains. `counting` are the facts that count in any scheme: the end of one that counts only in
 * the base scheme can better the class of another that reads it.
 */
export function outlookOf(
  facts: readonly FactState[],
  now: Explained,
  active: ActiveRuleSets,
  counting: ReadonlySet<string>,
): Outlook {
  return { ...lookAhead(facts, now, active), endings: endingsOf(facts, now, active, counting) };
}
