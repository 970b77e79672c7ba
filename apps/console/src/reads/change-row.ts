import type { ClassChanged } from '#libs/contracts';
import type { RuleSetTerms } from '../explain/rule-sets.ts';
import { industryOf, townOf } from '../vocabulary.ts';
import type { ChangeView, RiskClass } from './views.ts';

/** One row of `class_changes`; the reasons are parallel lists. */
export interface ChangeRow {
  readonly change_id: string;
  readonly subject_scheme: string;
  readonly subject_value: string;
  readonly scheme_id: string;
  readonly class_from: RiskClass | null;
  readonly class_to: RiskClass | null;
  readonly direction: ChangeView['direction'];
  readonly score_before: number | null;
  readonly score_after: number;
  readonly indicators: readonly string[];
  readonly kinds: readonly string[];
  readonly points: readonly number[];
  readonly fact_ids: readonly (readonly string[])[];
  readonly rule_set: string;
  readonly computed_class: RiskClass | null;
  readonly override_fact_id: string | null;
  readonly cause: string;
  readonly effective_ms: number;
  readonly town: string | null;
  readonly industry: string | null;
  readonly synthetic: boolean;
}

export function changeOfRow(row: ChangeRow, names: ReadonlyMap<string, string>, terms: RuleSetTerms): ChangeView {
  return {
    changeId: row.change_id,
    subject: { scheme: row.subject_scheme, value: row.subject_value },
    name: names.get(`${row.subject_scheme}:${row.subject_value}`) ?? null,
    schemeId: row.scheme_id,
    schemeLabel: terms.schemeLabel(row.scheme_id),
    from: row.class_from,
    to: row.class_to,
    direction: row.direction,
    scoreBefore: row.score_before,
    scoreAfter: row.score_after,
    reasons: row.indicators.map((indicator, place) => ({
      indicator,
      label: terms.labelOf(row.rule_set, indicator),
      kind: row.kinds[place] as string,
      points: row.points[place] as number,
      factIds: row.fact_ids[place] ?? [],
    })),
    ruleSet: row.rule_set,
    computedClass: row.computed_class,
    overrideFactId: row.override_fact_id,
    cause: row.cause,
    effectiveAt: new Date(row.effective_ms).toISOString(),
    town: townOf(row.town),
    industry: industryOf(row.industry),
    synthetic: row.synthetic,
  };
}

/** A record of risk.class-changed.v1 as the feed shows it; its name is looked up when it is delivered. */
export function changeOfRecord(record: ClassChanged, terms: RuleSetTerms): ChangeView {
  return {
    changeId: record.changeId,
    subject: record.subject,
    name: null,
    schemeId: record.schemeId,
    schemeLabel: terms.schemeLabel(record.schemeId),
    from: record.from,
    to: record.to,
    direction: record.direction,
    scoreBefore: record.scoreBefore,
    scoreAfter: record.scoreAfter,
    reasons: record.reasons.map(({ indicator, kind, points, factIds }) => ({
      indicator,
      label: terms.labelOf(record.ruleSet, indicator),
      kind,
      points,
      factIds,
    })),
    ruleSet: record.ruleSet,
    computedClass: record.computedClass,
    overrideFactId: record.overrideFactId,
    cause: record.cause,
    effectiveAt: new Date(record.effectiveAt).toISOString(),
    town: townOf(record.town),
    industry: industryOf(record.industry),
    synthetic: record.synthetic,
  };
}
