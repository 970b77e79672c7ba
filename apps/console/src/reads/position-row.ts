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
  readonly risk_classes: readonly RiskClass[];
  readonly scores: readonly number[];
}

export function enterpriseView(row: PositionRow): EnterpriseView {
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
      riskClass: row.risk_classes[place] ?? null,
      score: row.scores[place] as number,
      ruleSet: row.rule_set,
      asOf: new Date(row.as_of_ms).toISOString(),
      nextReviewAt: row.next_review_ms === null ? null : new Date(row.next_review_ms).toISOString(),
    })),
  };
}
