import {
  activate,
  assess,
  type ConditionExplanation,
  type ContributionExplanation,
  type Explanation,
  type IndicatorExplanation,
  type Position,
} from '#libs/risk-model';
import type { Label } from '../reads/views.ts';
import type { NamedRuleSet } from './rule-sets.ts';
import { CONTRIBUTION_NOTES, weightNote } from './terms.ts';
import type {
  ContributionLine,
  DecisionLine,
  GroupLine,
  IndicatorLine,
  NextChange,
  SchemeExplanation,
} from './views.ts';

/** Reviews looked ahead for the next change: many of them change nothing, e.g. the second year of a count's window. */
const REVIEWS_AHEAD = 50;

/** Lays the model's account of one scheme out for a reader, and looks ahead to what time alone will do next. */
export function schemeExplanation(
  position: Position,
  explanation: Explanation,
  ruleSet: NamedRuleSet,
): SchemeExplanation {
  const disputed = new Set(explanation.facts.filter((fact) => fact.disputed).map(({ factId }) => factId));
  const residual = new Set(explanation.facts.filter(({ status }) => status === 'RESIDUAL').map(({ factId }) => factId));
  const line = (indicator: IndicatorExplanation): IndicatorLine => indicatorLine(indicator, { disputed, residual });
  const groups = explanation.groups.map(({ code, cap, beforeCap, points }): GroupLine => ({
    group: code,
    label: ruleSet.groups[code] ?? { zh: code, en: code },
    raw: beforeCap,
    points,
    cap,
    indicators: explanation.indicators.filter(({ group, positive }) => group === code && !positive).map(line),
  }));
  const { available, taken, suspendedBy } = explanation.positivePool;
  const good = explanation.indicators.filter(({ positive }) => positive).map(line);
  return {
    schemeId: explanation.schemeId,
    label: ruleSet.name,
    ruleSet: explanation.ruleSet,
    riskClass: explanation.riskClass,
    bandClass: explanation.bandClass,
    score: explanation.score,
    scoreForClass: explanation.scoreForClass,
    scaled: explanation.lines.reduce((sum, { kind, points }) => (kind === 'SCALE' ? sum + points : sum), 0),
    bands: ruleSet.compiled.model.bands.map(({ riskClass, from }) => ({ riskClass, from })),
    groups,
    positive: good.length === 0 ? null : { available, taken, suspendedBy, indicators: good },
    decisions: [
      ...explanation.directDeterminations.map((condition) => decisionLine('DIRECT', condition)),
      ...explanation.floors.map((condition) => decisionLine('FLOOR', condition)),
    ],
    nextChange: nextChange(position, explanation, ruleSet),
  };
}

interface FactTraits {
  readonly disputed: ReadonlySet<string>;
  readonly residual: ReadonlySet<string>;
}

function indicatorLine(indicator: IndicatorExplanation, traits: FactTraits): IndicatorLine {
  const { code, name, points, raw, cap, basis, contributions } = indicator;
  return {
    indicator: code,
    label: name,
    points,
    raw,
    cap,
    basis,
    contributions: contributions.map((contribution) => contributionLine(contribution, traits)),
  };
}

function contributionLine(contribution: ContributionExplanation, traits: FactTraits): ContributionLine {
  const { factIds, points, counts, perMille } = contribution;
  const notes: Label[] = [];
  if (factIds.some((factId) => traits.residual.has(factId))) notes.push(CONTRIBUTION_NOTES.residual);
  if (perMille !== 1000) notes.push(weightNote(contribution.undecayed, perMille));
  if (factIds.some((factId) => traits.disputed.has(factId))) notes.push(CONTRIBUTION_NOTES.disputed);
  if (!counts) notes.push(CONTRIBUTION_NOTES.setAside);
  return { factIds, points, counts, why: joined(notes) };
}

function joined(notes: readonly Label[]): Label | null {
  if (notes.length === 0) return null;
  return { zh: notes.map(({ zh }) => zh).join('；'), en: notes.map(({ en }) => en).join('; ') };
}

function decisionLine(kind: DecisionLine['kind'], condition: ConditionExplanation): DecisionLine {
  const { code, name, basis, riskClass, factIds } = condition;
  return { kind, code, label: name, riskClass, basis, factIds };
}

/** The first review after `asOf` at which score or class differ, if no event comes; null when none is in sight. */
function nextChange(position: Position, now: Explanation, { compiled }: NamedRuleSet): NextChange | null {
  const active = activate([compiled]);
  let at = now.nextReviewAt;
  for (let review = 0; review < REVIEWS_AHEAD && at !== null; review++) {
    const assessment = assess(position, { kind: 'review' }, at, active);
    const result = assessment.results.find(({ schemeId }) => schemeId === now.schemeId);
    if (result !== undefined && (result.score !== now.score || result.riskClass !== now.riskClass)) {
      return { at: new Date(at).toISOString(), score: result.score, riskClass: result.riskClass };
    }
    at = assessment.nextReviewAt;
  }
  return null;
}
