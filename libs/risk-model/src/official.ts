import type { ActiveRuleSets } from './active-rule-sets.ts';
import { better, judge, worse } from './judge.ts';
import type { Position, RiskClass } from './position.ts';
import { isInheritedD, standingsAt } from './standing.ts';
import type { Standing } from './standing.ts';

/** The official class (官方等级) of one scheme for a period, with what it was made from. */
export interface OfficialClass {
  readonly schemeId: string;
  readonly ruleSet: string;
  readonly riskClass: RiskClass | null;
  /** The class of the period's end by the facts, manual class included, without hysteresis. */
  readonly raw: RiskClass | null;
  /** The same at the end of the period before, with the knowledge and rule sets of this one. */
  readonly previousRaw: RiskClass | null;
  /** The class if the score were higher by the hysteresis. */
  readonly raised: RiskClass | null;
  readonly score: number;
}

/** Of a period: its end, and the end of the period before; epoch milliseconds. */
export interface Period {
  readonly asOf: number;
  readonly previousAsOf: number;
}

/** The class if the score were higher by the hysteresis, with floors and direct determinations. */
function raisedClass(standing: Omit<Standing, 'riskClass' | 'override'>): RiskClass | null {
  const { accounts, ruleSet } = standing;
  const points = ruleSet.definition.official?.hysteresisPoints ?? 0;
  const { riskClass } = judge(accounts.forClass, accounts.forClass.score + points);
  return riskClass !== null && isInheritedD(standing) ? 'D' : riskClass;
}

function settled(raw: RiskClass | null, previousRaw: RiskClass | null, raised: RiskClass | null): RiskClass | null {
  if (raw === null || previousRaw === null || raised === null) return raw;
  return worse(raw, better(previousRaw, raised));
}

/**
 * The official classes of a period: worse(raw(P), better(raw(P−1), class(score + hysteresis))). Both raw classes are computed
 * from what the position knows now and by these rule sets, so that a fact retracted since never holds a class up. A scheme
 * that reads another's class reads its official one of the same period. A manual class in force stands, as in the rolling one.
 */
export function officialClasses(position: Position, period: Period, active: ActiveRuleSets): OfficialClass[] {
  const previous = new Map(
    standingsAt(position.facts, period.previousAsOf, active).schemes.map((standing) => [
      standing.ruleSet.schemeId,
      standing.computedClass,
    ]),
  );
  const raised = new Map<string, RiskClass | null>();
  const { schemes } = standingsAt(position.facts, period.asOf, active, (standing) => {
    const { schemeId } = standing.ruleSet;
    const higher = raisedClass(standing);
    raised.set(schemeId, higher);
    return settled(standing.computedClass, previous.get(schemeId) ?? null, higher);
  });
  return schemes.map(({ ruleSet, riskClass, computedClass, score }) => ({
    schemeId: ruleSet.schemeId,
    ruleSet: ruleSet.identity,
    riskClass,
    raw: computedClass,
    previousRaw: previous.get(ruleSet.schemeId) ?? null,
    raised: raised.get(ruleSet.schemeId) ?? computedClass,
    score,
  }));
}
