import { activate, explain, foldFact, type Explanation, type Position } from '#libs/risk-model';
import { decidingRecords, type StoredFact } from '../reads/stored-fact.ts';
import type { EnterpriseView, Subject } from '../reads/views.ts';
import { industryOf, statusOf, townOf } from '../vocabulary.ts';
import { factViews } from './fact-views.ts';
import type { NamedRuleSet, RuleSets } from './rule-sets.ts';
import { schemeExplanation } from './scheme-explanation.ts';
import type { EnterpriseExplanation } from './views.ts';

export interface ExplainInput {
  readonly subject: Subject;
  /** What is stored of the enterprise; undefined when the warehouse has facts but no position yet. */
  readonly enterprise: EnterpriseView | undefined;
  /** In log order. */
  readonly facts: readonly StoredFact[];
  /** Epoch ms. */
  readonly asOf: number;
  readonly knownAt: number | null;
}

export type Explain = (input: ExplainInput) => EnterpriseExplanation;

/**
 * Computes the class again from the facts, with the model of the stream and the rule set of the stored class (the latest
 * one when there is none), and lays it out fact by fact. Pure but for the rule sets it was made with.
 */
export function createExplain(ruleSets: RuleSets): Explain {
  return function explainEnterprise({ subject, enterprise, facts, asOf, knownAt }) {
    const position = facts.reduce<Position | undefined>((known, { record }) => foldFact(known, record), undefined);
    const used = position === undefined ? [] : ruleSetsFor(ruleSets, enterprise);
    const explained = used.flatMap((ruleSet) =>
      explain(position as Position, asOf, activate([ruleSet.compiled])).map((explanation) => ({
        ruleSet,
        explanation,
      })),
    );
    return {
      subject,
      name: enterprise?.name ?? statedName(facts),
      ...registered(explained[0]?.explanation),
      synthetic: facts.some(({ synthetic }) => synthetic),
      asOf: new Date(asOf).toISOString(),
      knownAt: isoOf(knownAt),
      schemes: explained.map(({ ruleSet, explanation }) =>
        schemeExplanation(position as Position, explanation, ruleSet),
      ),
      stored: enterprise?.classes ?? [],
      facts: factViews(
        explained.map(({ explanation }) => explanation),
        decidingRecords(facts),
        ruleSets.labelOf,
      ),
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

/** Rule sets that gave the stored classes; those no longer in the folder cannot explain and give way to the latest. */
function ruleSetsFor(ruleSets: RuleSets, enterprise: EnterpriseView | undefined): readonly NamedRuleSet[] {
  const identities = new Set(enterprise?.classes.map(({ ruleSet }) => ruleSet));
  const found = [...identities].flatMap((identity) => ruleSets.find(identity) ?? []);
  return found.length > 0 ? found : ruleSets.latest;
}

/** For an enterprise that the warehouse has no name of yet. */
function statedName(facts: readonly StoredFact[]): string | null {
  const named = facts.findLast(({ stated }) => typeof stated['name'] === 'string');
  return named === undefined ? null : (named.stated['name'] as string);
}

function isoOf(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString();
}
