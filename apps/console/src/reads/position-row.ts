import type { RuleSetTerms } from '../explain/rule-sets.ts';
import { industryOf, statusOf, townOf } from '../vocabulary.ts';
import type { EnterpriseView, RiskClass } from './views.ts';

/** One row of `positions` with its name; the schemes are parallel lists. */
export interface PositionRow {
  readonly subject_scheme: string;
  readonly subject_value: string;
  readonly name: string | null;
  readonly town: string | null;
  readonly industry: string | null;
  readonly status: string | null;
  readonly evidence_level: string;
  readonly synthetic: boolean;
  readonly rule_set: string;
  readonly as_of_ms: number;
  readonly next_review_ms: number | null;
  readonly scheme_ids: readonly string[];
  readonly risk_classes: readonly (RiskClass | null)[];
  readonly scores: readonly number[];
  /** Empty in rows from before each scheme had its own. */
  readonly rule_sets: readonly string[];
  readonly computed_classes: readonly (RiskClass | null)[];
  readonly override_fact_ids: readonly (string | null)[];
}

export function enterpriseView(row: PositionRow, terms: RuleSetTerms): EnterpriseView {
  return {
    subject: { scheme: row.subject_scheme, value: row.subject_value },
    name: row.name,
    town: townOf(row.town),
    industry: industryOf(row.industry),
    status: statusOf(row.status),
    evidenceLevel: row.evidence_level,
    synthetic: row.synthetic,
    classes: row.scheme_ids.map((schemeId, place) => ({
      schemeId,
      schemeLabel: terms.schemeLabel(schemeId),
      riskClass: row.risk_classes[place] ?? null,
      score: row.scores[place] as number,
      ruleSet: row.rule_sets[place] || row.rule_set,
      computedClass: row.computed_classes[place] ?? null,
      overrideFactId: row.override_fact_ids[place] ?? null,
      asOf: new Date(row.as_of_ms).toISOString(),
      nextReviewAt: row.next_review_ms === null ? null : new Date(row.next_review_ms).toISOString(),
    })),
  };
}
