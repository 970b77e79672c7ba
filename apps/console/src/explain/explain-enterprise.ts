import { explain, foldFact, type Explanation, type Position } from '#libs/risk-model';
import { decidingRecords, type StoredFact } from '../reads/stored-fact.ts';
import type { Activation, EnterpriseView, Subject } from '../reads/views.ts';
import { industryOf, statusOf, townOf } from '../vocabulary.ts';
import { chooseRuleSets } from './choose-rule-sets.ts';
import { factViews } from './fact-views.ts';
import type { RuleSets } from './rule-sets.ts';
import { schemeExplanation, type Layout } from './scheme-explanation.ts';
import { isoOf } from './terms.ts';
import type { EnterpriseExplanation } from './views.ts';

export interface ExplainInput {
  readonly subject: Subject;
  /** What is stored of the enterprise; undefined when the warehouse has facts but no position yet. */
  readonly enterprise: EnterpriseView | undefined;
  /** In log order. */
  readonly facts: readonly StoredFact[];
  /** In log order: those that were applied to the enterprise's facts by `knownAt`. */
  readonly activations: readonly Activation[];
  /** Epoch ms. */
  readonly asOf: number;
  readonly knownAt: number | null;
}

export type Explain = (input: ExplainInput) => EnterpriseExplanation;

/**
 * Computes the classes again from the facts, with the model of the stream and the rule sets that decide at the moment asked
 * for, and lays them out fact by fact. Pure but for the rule sets it was made with.
 */
export function createExplain(ruleSets: RuleSets): Explain {
  return function explainEnterprise({ subject, enterprise, facts, activations, asOf, knownAt }) {
    const position = facts.reduce<Position | undefined>((known, { record }) => foldFact(known, record), undefined);
    const stored = enterprise?.classes ?? [];
    const chosen = chooseRuleSets(ruleSets, { stored, activations, knownAt });
    const explanations = position === undefined ? [] : explain(position, asOf, chosen.active);
    const layout: Layout = { chosen, explanations, deciding: decidingRecords(facts), terms: ruleSets.terms };
    return {
      subject,
      name: enterprise?.name ?? statedName(facts),
      ...registered(explanations[0]),
      synthetic: facts.some(({ synthetic }) => synthetic),
      asOf: new Date(asOf).toISOString(),
      knownAt: isoOf(knownAt),
      schemes: explanations.map((explanation) => schemeExplanation(explanation, layout)),
      stored,
      facts: factViews(layout),
    };
  };
}

type Registered = Pick<EnterpriseExplanation, 'town' | 'industry' | 'status' | 'registeredAt' | 'evidenceLevel'>;

/** What the register states of the enterprise at that moment, as the model reads it. */
function registered(explanation: Explanation | undefined): Registered {
  if (explanation === undefined) {
    return { town: null, industry: null, status: null, registeredAt: null, evidenceLevel: null };
  }
  const { attributes, evidenceLevel } = explanation;
  return {
    town: townOf(attributes.town),
    industry: industryOf(attributes.industry),
    status: statusOf(attributes.status),
    registeredAt: isoOf(attributes.registeredAt),
    evidenceLevel,
  };
}

/** For an enterprise that the warehouse has no name of yet. */
function statedName(facts: readonly StoredFact[]): string | null {
  const named = facts.findLast(({ stated }) => typeof stated['name'] === 'string');
  return named === undefined ? null : (named.stated['name'] as string);
}
