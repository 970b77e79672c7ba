import type { ConditionExplanation, Explanation, IndicatorExplanation } from '#libs/risk-model';
import type { StoredFact } from '../reads/stored-fact.ts';
import type { ChosenRuleSet, ChosenRuleSets } from './choose-rule-sets.ts';
import { indicatorLines } from './indicator-lines.ts';
import { manualClass } from './manual-class.ts';
import type { RuleSetTerms } from './rule-sets.ts';
import { outlookView } from './outlook-view.ts';
import { isoOf } from './terms.ts';
import type { DecisionLine, IndicatorLine, PositiveLine, RuleSetView, SchemeExplanation, ScoreLine } from './views.ts';

/** What the accounts of an enterprise are laid out with. */
export interface Layout {
  readonly chosen: ChosenRuleSets;
  /** Of all schemes: one may show another's class and direct determinations. */
  readonly explanations: readonly Explanation[];
  readonly deciding: ReadonlyMap<string, StoredFact>;
  readonly terms: RuleSetTerms;
}

/** The rule set whose indicators an account shows: of a scheme that takes another's result, that one's. */
export function ruleSetOfLines({ schemeId, takenFrom }: Explanation, { byScheme }: ChosenRuleSets): ChosenRuleSet {
  return byScheme.get(takenFrom ?? schemeId) as ChosenRuleSet;
}

/** Lays the model's account of one scheme out for a reader. */
export function schemeExplanation(explanation: Explanation, layout: Layout): SchemeExplanation {
  const { chosen, explanations, deciding, terms } = layout;
  const own = chosen.byScheme.get(explanation.schemeId) as ChosenRuleSet;
  const shown = ruleSetOfLines(explanation, chosen);
  const { scheme, visits } = own.compiled.definition;
  const { riskClass } = explanation;
  const classes = new Map(explanations.map((one) => [one.schemeId, one.riskClass]));
  const lines = indicatorLines(explanation, shown, classes, terms);
  return {
    schemeId: explanation.schemeId,
    label: explanation.name,
    kind: scheme.kind,
    department: scheme.department,
    base: scheme.base,
    takenFrom: explanation.takenFrom,
    ruleSet: ruleSetView(own),
    riskClass,
    computedClass: explanation.computedClass,
    manual: manualClass(explanation, own, deciding),
    bandClass: explanation.bandClass,
    score: explanation.score,
    scoreForClass: explanation.scoreForClass,
    scaleMax: shown.compiled.model.scaleMax,
    bands: shown.compiled.model.bands.map((band) => ({ riskClass: band.riskClass, from: band.from })),
    evidenceLevel: explanation.evidenceLevel,
    lines: scoreLines(explanation),
    groups: groupLines(explanation, lines),
    positive: positiveLine(explanation, lines, shown),
    decisions: decisionLines(explanation, layout),
    outlook: outlookView(explanation),
    visits: riskClass === null ? null : (visits?.[riskClass] ?? null),
  };
}

function ruleSetView({ compiled, origin, activatedAt, insteadOf }: ChosenRuleSet): RuleSetView {
  const { identity, label } = compiled;
  return { identity, provenance: label, origin, activatedAt: isoOf(activatedAt), insteadOf };
}

type Lines = ReadonlyMap<IndicatorExplanation, IndicatorLine>;

function scoreLines({ lines, indicators, groups }: Explanation): ScoreLine[] {
  const names = new Map([...indicators, ...groups].map(({ code, name }) => [code, name]));
  return lines.map(({ kind, code, points }) => ({ kind, code, label: names.get(code) ?? null, points }));
}

function linesWhere(lines: Lines, holds: (indicator: IndicatorExplanation) => boolean): IndicatorLine[] {
  return [...lines].filter(([indicator]) => holds(indicator)).map(([, line]) => line);
}

function groupLines({ groups }: Explanation, lines: Lines): SchemeExplanation['groups'] {
  return groups.map(({ code, name, cap, beforeCap, points }) => ({
    group: code,
    label: name,
    ...{ beforeCap, points, cap },
    indicators: linesWhere(lines, ({ group, positive }) => group === code && !positive),
  }));
}

function positiveLine(
  { positivePool }: Explanation,
  lines: Lines,
  { compiled: { model } }: ChosenRuleSet,
): PositiveLine | null {
  const indicators = linesWhere(lines, ({ positive }) => positive);
  if (indicators.length === 0) return null;
  const { available, taken, suspendedBy } = positivePool;
  const names = new Map(model.indicators.map(({ code, name }) => [code, name]));
  return {
    ...{ available, taken, indicators },
    cap: model.positiveCap,
    suspendedBy: suspendedBy.map((code) => ({ code, label: names.get(code) ?? { zh: code, en: code } })),
  };
}

/** Direct determinations, the inherited ones first, then floors. */
export function decisionLines(explanation: Explanation, { explanations, terms }: Layout): DecisionLine[] {
  const { schemeId, directDeterminations, floors, inheritedDeterminations } = explanation;
  const line = (kind: DecisionLine['kind'], condition: ConditionExplanation): DecisionLine => {
    const { code, name, basis, riskClass, factIds, label } = condition;
    return { kind, schemeId, inherited: false, code, label: name, riskClass, provenance: label, basis, factIds };
  };
  // Of a scheme that takes another's result as it is, that one's determinations are among its own already.
  const inherited = inheritedDeterminations.flatMap((key): DecisionLine[] => {
    const [base = '', code = ''] = key.split(':');
    if (directDeterminations.some((own) => own.code === code)) return [];
    const above = explanations.find((one) => one.schemeId === base);
    const met = above?.directDeterminations.find((one) => one.code === code);
    if (met !== undefined) return [{ ...line('DIRECT', met), schemeId: base, inherited: true }];
    const label = terms.labelOf(above?.ruleSet ?? '', code) ?? { zh: code, en: code };
    const unknown = { provenance: null, basis: null, factIds: [] };
    return [{ kind: 'DIRECT', schemeId: base, inherited: true, code, label, riskClass: 'D', ...unknown }];
  });
  return [
    ...inherited,
    ...directDeterminations.map((condition) => line('DIRECT', condition)),
    ...floors.map((condition) => line('FLOOR', condition)),
  ];
}
