import { evaluateBoth, evidenceOf } from './assess.ts';
import type { EvidenceLevel } from './assess.ts';
import { attributesAt } from './attributes.ts';
import type { EnterpriseAttributes } from './attributes.ts';
import type { Bilingual, CompiledCondition, CompiledModel, CompiledRuleSet } from './compiled.ts';
import { explainFacts } from './explain-facts.ts';
import type { FactExplanation } from './explain-facts.ts';
import { bandOf, conditionsMet, judge } from './judge.ts';
import { ID } from './position.ts';
import type { FactState, Position, RiskClass } from './position.ts';
import { conditionFactIds, entryStands, placesOf } from './reasons.ts';
import type { Run } from './run.ts';

export type { FactExplanation, FactStatus, RegisterExplanation } from './explain-facts.ts';

/** One contribution to an indicator; milli-points. */
export interface ContributionExplanation {
  /** The fact, or the facts counted or summed together. */
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
  readonly basis: string;
  readonly positive: boolean;
  readonly cap: number;
  /** Sum of all contributions before any is left out. */
  readonly raw: number;
  /** What counts: after exclusion, one-incident-once and the indicator's cap. */
  readonly points: number;
  readonly contributions: readonly ContributionExplanation[];
}

export interface GroupExplanation {
  readonly code: string;
  readonly cap: number;
  readonly beforeCap: number;
  readonly points: number;
}

export interface ConditionExplanation {
  readonly code: string;
  readonly name: Bilingual;
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
  readonly asOf: number;
  readonly score: number;
  readonly riskClass: RiskClass | null;
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
  readonly positivePool: {
    readonly available: number;
    readonly taken: number;
    readonly suspendedBy: readonly string[];
  };
  readonly facts: readonly FactExplanation[];
  readonly nextReviewAt: number | null;
}

function contributionsOf(run: Run, model: CompiledModel, indicator: number): ContributionExplanation[] {
  const found: ContributionExplanation[] = [];
  for (let entry = 0; entry < run.entries; entry++) {
    if (run.entryIndicator[entry] !== indicator) continue;
    found.push({
      factIds: placesOf(run, entry).map((place) => (run.facts[place] as FactState)[ID]),
      groupedBy: run.entryGroup[entry] as string,
      undecayed: run.entryUndecayed[entry] as number,
      perMille: run.entryWeight[entry] as number,
      points: run.entryPoints[entry] as number,
      counts: entryStands(run, model, entry),
    });
  }
  return found;
}

function explainIndicators(run: Run, model: CompiledModel): IndicatorExplanation[] {
  return model.indicators.flatMap((indicator, place) => {
    const contributions = contributionsOf(run, model, place);
    if (contributions.length === 0) return [];
    const { code, name, basis, positive, cap } = indicator;
    return [
      {
        code,
        name,
        group: model.groups[indicator.group]?.code as string,
        basis,
        positive,
        cap,
        raw: contributions.reduce((sum, item) => sum + item.points, 0),
        points: run.counted[place] as number,
        contributions,
      },
    ];
  });
}

function explainGroups(run: Run, model: CompiledModel): GroupExplanation[] {
  return model.groups.map(({ code, cap }, group) => {
    const beforeCap = model.indicators.reduce(
      (sum, item, place) => (item.group === group && !item.positive ? sum + (run.counted[place] as number) : sum),
      0,
    );
    return { code, cap, beforeCap, points: run.groupPoints[group] as number };
  });
}

function linesOf(run: Run, model: CompiledModel, groups: readonly GroupExplanation[]): ScoreLine[] {
  const lines: ScoreLine[] = [];
  model.indicators.forEach(({ code, positive }, place) => {
    const points = run.counted[place] as number;
    if (points > 0 && !positive) lines.push({ kind: 'INDICATOR', code, points });
  });
  for (const { code, beforeCap, points } of groups) {
    if (points < beforeCap) lines.push({ kind: 'GROUP_CAP', code, points: points - beforeCap });
  }
  if (run.positiveTaken > 0) lines.push({ kind: 'POSITIVE_POOL', code: '', points: -run.positiveTaken });
  const sum = lines.reduce((total, line) => total + line.points, 0);
  if (sum !== run.score) lines.push({ kind: 'SCALE', code: '', points: run.score - sum });
  return lines;
}

function explainConditions(run: Run, model: CompiledModel, kind: CompiledCondition['kind']): ConditionExplanation[] {
  return conditionsMet(run).flatMap((place) => {
    const condition = model.conditions[place];
    if (condition?.kind !== kind) return [];
    const { code, name, basis, riskClass } = condition;
    return [{ code, name, basis, riskClass, factIds: conditionFactIds(run, place) }];
  });
}

function suspendedBy(run: Run, model: CompiledModel): string[] {
  return model.indicators.flatMap((item, at) => (item.suspendsPositive && run.open[at] === 1 ? [item.code] : []));
}

/**
 * The whole account of a position at `asOf`, one entry for each scheme. The lines add up to the score; floors and
 * direct determinations are those of the class, that is, without facts under objection.
 */
export function explain(position: Position, asOf: number, ruleSet: CompiledRuleSet): Explanation[] {
  const { model, schemeId, identity } = ruleSet;
  const { score: run, forClass } = evaluateBoth(position, asOf, model);
  const groups = explainGroups(run, model);
  return [
    {
      schemeId,
      ruleSet: identity,
      asOf,
      score: run.score,
      riskClass: judge(forClass, model).riskClass,
      bandClass: bandOf(model, forClass.score),
      scoreForClass: forClass.score,
      evidenceLevel: evidenceOf(run),
      attributes: attributesAt(position, asOf),
      lines: linesOf(run, model, groups),
      groups,
      indicators: explainIndicators(run, model),
      floors: explainConditions(forClass, model, 'FLOOR'),
      directDeterminations: explainConditions(forClass, model, 'DIRECT'),
      positivePool: {
        available: run.positiveSum,
        taken: run.positiveTaken,
        suspendedBy: suspendedBy(run, model),
      },
      facts: explainFacts(run, forClass, model),
      nextReviewAt: run.next === Infinity ? null : run.next,
    },
  ];
}
