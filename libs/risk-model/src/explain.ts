import type { Account } from './account.ts';
import type { ActiveRuleSets } from './active-rule-sets.ts';
import { evidenceOf } from './assess.ts';
import type { EvidenceLevel } from './assess.ts';
import { attributesAt } from './attributes.ts';
import type { EnterpriseAttributes } from './attributes.ts';
import type { CompiledCondition } from './compiled.ts';
import { explainFacts } from './explain-facts.ts';
import type { FactExplanation } from './explain-facts.ts';
import { bandOf, conditionsMet } from './judge.ts';
import { joinParts } from './join-parts.ts';
import { outlookOf } from './outlook.ts';
import type { Outlook } from './outlook.ts';
import { ID } from './position.ts';
import type { FactState, Position, RiskClass } from './position.ts';
import { conditionFactIds, entryStands, placesOf } from './reasons.ts';
import type { Bilingual, Label } from './rule-set/definition.ts';
import { standingsAt } from './standing.ts';
import type { Standing } from './standing.ts';

export type { FactExplanation, FactStatus, RegisterExplanation } from './explain-facts.ts';

/** One contribution to an indicator; milli-points. */
export interface ContributionExplanation {
  /** The fact, or the facts counted or summed together; none behind another scheme's class. */
  readonly factIds: readonly string[];
  /** What is counted together, as a violation type; empty otherwise. */
  readonly groupedBy: string;
  readonly undecayed: number;
  readonly perMille: number;
  /** After decay and objection. */
  readonly points: number;
  /** False: an exclusive set, the one-incident rule or a greater fact of the same indicator leaves it out. */
  readonly counts: boolean;
}

export interface IndicatorExplanation {
  readonly code: string;
  readonly name: Bilingual;
  readonly group: string;
  readonly label: Label;
  readonly basis: string;
  readonly positive: boolean;
  readonly cap: number;
  /** Of all contributions, before exclusive sets, one incident once and the cap. */
  readonly raw: number;
  /** After exclusive sets and one incident once, before the cap. */
  readonly chosen: number;
  /** What counts. */
  readonly points: number;
  readonly contributions: readonly ContributionExplanation[];
}

export interface GroupExplanation {
  readonly code: string;
  readonly name: Bilingual;
  readonly cap: number;
  readonly beforeCap: number;
  readonly points: number;
}

export interface ConditionExplanation {
  readonly code: string;
  readonly name: Bilingual;
  readonly label: Label;
  readonly basis: string;
  readonly riskClass: RiskClass;
  readonly factIds: readonly string[];
}

/** A line of the sum; the points of all lines add up to the score. */
export interface ScoreLine {
  readonly kind: 'INDICATOR' | 'GROUP_CAP' | 'POSITIVE_POOL' | 'SCALE';
  readonly code: string;
  readonly points: number;
}

/** Why an enterprise has its score and class under one scheme; points are milli-points, higher = riskier. */
export interface Explanation {
  readonly schemeId: string;
  readonly ruleSet: string;
  readonly name: Bilingual;
  /** The scheme whose result this is, as it is; null: its own indicators. */
  readonly takenFrom: string | null;
  readonly asOf: number;
  readonly score: number;
  /** The class that holds. */
  readonly riskClass: RiskClass | null;
  /** What the facts alone come to, beside a manual class. */
  readonly computedClass: RiskClass | null;
  readonly overrideFactId: string | null;
  /** The class by the bands alone, before floors and direct determinations. */
  readonly bandClass: RiskClass;
  /** The score without facts under objection, from which the class is made; equal to the score when there are none. */
  readonly scoreForClass: number;
  readonly evidenceLevel: EvidenceLevel;
  readonly attributes: EnterpriseAttributes;
  readonly lines: readonly ScoreLine[];
  readonly groups: readonly GroupExplanation[];
  readonly indicators: readonly IndicatorExplanation[];
  readonly floors: readonly ConditionExplanation[];
  readonly directDeterminations: readonly ConditionExplanation[];
  /** Direct determinations of the base scheme that hold here too, as `scheme:code`. */
  readonly inheritedDeterminations: readonly string[];
  readonly positivePool: {
    readonly available: number;
    readonly taken: number;
    readonly suspendedBy: readonly string[];
  };
  readonly facts: readonly FactExplanation[];
  readonly nextReviewAt: number | null;
  readonly outlook: Outlook;
}

function contributionsOf(account: Account, indicator: number): ContributionExplanation[] {
  const { run } = account;
  const found: ContributionExplanation[] = [];
  for (let entry = 0; entry < run.entries; entry++) {
    if (run.indicatorOf(entry) !== indicator) continue;
    found.push({
      factIds: placesOf(run, entry).map((place) => (run.facts[place] as FactState)[ID]),
      groupedBy: run.entryGroup[entry] as string,
      undecayed: run.entryUndecayed[entry] as number,
      perMille: run.entryWeight[entry] as number,
      points: run.entryPoints[entry] as number,
      counts: entryStands(account, entry),
    });
  }
  return found;
}

function explainIndicators(account: Account): IndicatorExplanation[] {
  const { model, run, counted, sums } = account;
  return model.indicators.flatMap((indicator, place) => {
    const contributions = contributionsOf(account, place);
    if (contributions.length === 0) return [];
    const { code, name, label, basis, positive, cap } = indicator;
    return [
      {
        ...{ code, name, label, basis, positive, cap, contributions },
        group: model.groups[indicator.group]?.code as string,
        raw: joinParts(indicator, run.partSums),
        chosen: sums[place] as number,
        points: counted[place] as number,
      },
    ];
  });
}

function explainGroups({ model, counted, groupPoints }: Account): GroupExplanation[] {
  return model.groups.map(({ code, name, cap }, group) => {
    const beforeCap = model.indicators.reduce(
      (sum, item, place) => (item.group === group && !item.positive ? sum + (counted[place] as number) : sum),
      0,
    );
    return { code, name, cap, beforeCap, points: groupPoints[group] as number };
  });
}

function linesOf({ model, counted, positiveTaken, score }: Account, groups: readonly GroupExplanation[]): ScoreLine[] {
  const lines: ScoreLine[] = [];
  model.indicators.forEach(({ code, positive }, place) => {
    const points = counted[place] as number;
    if (points > 0 && !positive) lines.push({ kind: 'INDICATOR', code, points });
  });
  for (const { code, beforeCap, points } of groups) {
    if (points < beforeCap) lines.push({ kind: 'GROUP_CAP', code, points: points - beforeCap });
  }
  if (positiveTaken > 0) lines.push({ kind: 'POSITIVE_POOL', code: '', points: -positiveTaken });
  const sum = lines.reduce((total, line) => total + line.points, 0);
  if (sum !== score) lines.push({ kind: 'SCALE', code: '', points: score - sum });
  return lines;
}

function explainConditions(account: Account, kind: CompiledCondition['kind']): ConditionExplanation[] {
  return conditionsMet(account).flatMap((condition) => {
    if (condition.kind !== kind) return [];
    const { code, name, label, basis, riskClass } = condition;
    return [{ code, name, label, basis, riskClass, factIds: conditionFactIds(account.run, condition.when) }];
  });
}

function suspendedBy(account: Account): string[] {
  const { indicators } = account.model;
  return indicators.flatMap((item) => (item.suspendsPositive && account.isOpen(item) ? [item.code] : []));
}

function explainStanding(standing: Standing, attributes: EnterpriseAttributes): Omit<Explanation, 'outlook'> {
  const { ruleSet, accounts, base } = standing;
  const { score, forClass } = accounts;
  const groups = explainGroups(score);
  const { scheme, name } = ruleSet.definition;
  const { asOf, next } = score.run;
  return {
    schemeId: ruleSet.schemeId,
    ruleSet: ruleSet.identity,
    name,
    takenFrom: scheme.takesBase ? scheme.base : null,
    asOf,
    score: score.score,
    riskClass: standing.riskClass,
    computedClass: standing.computedClass,
    overrideFactId: standing.override?.factId ?? null,
    bandClass: bandOf(forClass.model, forClass.score),
    scoreForClass: forClass.score,
    evidenceLevel: evidenceOf(score),
    attributes,
    lines: linesOf(score, groups),
    groups,
    indicators: explainIndicators(score),
    floors: explainConditions(forClass, 'FLOOR'),
    directDeterminations: explainConditions(forClass, 'DIRECT'),
    inheritedDeterminations: base === null ? [] : base.direct.map((code) => `${base.ruleSet.schemeId}:${code}`),
    positivePool: { available: score.positiveSum, taken: score.positiveTaken, suspendedBy: suspendedBy(score) },
    facts: explainFacts(score, forClass),
    nextReviewAt: next === Infinity ? null : next,
  };
}

/**
 * The whole account of a position at `asOf`, one entry for each scheme that rates the enterprise. The lines add up to the
 * score; floors and direct determinations are those of the class, that is, without facts under objection. What the position
 * knows decides: a position folded from the records known on a past day explains what was known then.
 */
export function explain(position: Position, asOf: number, active: ActiveRuleSets): Explanation[] {
  const attributes = attributesAt(position, asOf);
  const standings = standingsAt(position.facts, asOf, active).schemes;
  const accounts = standings.map((standing) => explainStanding(standing, attributes));
  const counting = new Set(
    accounts.flatMap(({ facts }) => facts.filter(({ countsFor }) => countsFor.length > 0).map(({ factId }) => factId)),
  );
  return accounts.map((account) => ({ ...account, outlook: outlookOf(position.facts, account, active, counting) }));
}
