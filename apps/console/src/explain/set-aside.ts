import type { CompiledRuleSet, ContributionExplanation, Explanation, IndicatorExplanation } from '#libs/risk-model';
import type { Label } from '../reads/views.ts';

/** Why a contribution does not stand in the sum. */
export type WhySetAside = (indicator: IndicatorExplanation, contribution: ContributionExplanation) => Label;

/**
 * Names what counts instead, in the order in which the model leaves things out: a fact of the same case, a greater one of
 * the same indicator, another indicator of the exclusive set.
 */
export function whySetAside(explanation: Explanation, { definition, model }: CompiledRuleSet): WhySetAside {
  const caseOf = new Map(explanation.facts.map(({ factId, caseNumber }) => [factId, caseNumber]));
  const casesOf = ({ factIds }: ContributionExplanation): string[] =>
    factIds.flatMap((factId) => caseOf.get(factId) ?? []);
  const inIncident = new Set(definition.incidentOrder);
  const counted = explanation.indicators.flatMap(({ code, contributions }) =>
    contributions.filter(({ counts }) => counts).map((contribution) => ({ code, contribution })),
  );
  const nameOf = new Map(model.indicators.map(({ code, name }) => [code, name]));

  return function why({ code }, contribution) {
    const cases = inIncident.has(code) ? casesOf(contribution) : [];
    const sameCase = counted.find(
      (other) => inIncident.has(other.code) && casesOf(other.contribution).some((own) => cases.includes(own)),
    );
    if (sameCase !== undefined) return named(SAME_CASE, sameCase.code, nameOf.get(sameCase.code));
    if (counted.some((other) => other.code === code)) return SMALLER;
    const rivals = definition.exclusive
      .filter(({ members }) => members.includes(code))
      .flatMap(({ members }) => members);
    const rival = counted.find((other) => rivals.includes(other.code));
    return rival === undefined ? OTHERWISE : named(EXCLUDED, rival.code, nameOf.get(rival.code));
  };
}

const SAME_CASE: Label = { zh: '同一案件已按', en: 'the same case counts as' };
const EXCLUDED: Label = { zh: '互斥，只计', en: 'excluded by' };
const SMALLER: Label = { zh: '本指标只计最大的一项', en: 'only the greatest of this indicator counts' };
const OTHERWISE: Label = { zh: '不重复计分', en: 'set aside, not counted twice' };

function named(lead: Label, code: string, name: Label | undefined): Label {
  return { zh: `${lead.zh} ${code} ${name?.zh ?? ''}`, en: `${lead.en} ${code} ${name?.en ?? ''}` };
}
