import { READ_RETRY, retryTransient, type QueryParameters, type Warehouse } from '#libs/warehouse-client';
import { storedFactRecord, type StoredFactColumns } from '#libs/contracts';
import type { RuleSetTerms } from '../explain/rule-sets.ts';
import { industryOf, townOf } from '../vocabulary.ts';
import { enterpriseView, type PositionRow } from './position-row.ts';
import type { RiskReads } from './risk-reads.ts';
import { changeOfRow, type ChangeRow } from './change-row.ts';
import type { StoredFact } from './stored-fact.ts';
import { keyOf, RISK_CLASSES, type ClassCounts, type Coded, type Distribution } from './views.ts';

const POSITION = `
  subject_scheme, subject_value, name, town, industry, status, evidence_level, synthetic, rule_set,
  toUnixTimestamp64Milli(as_of) AS as_of_ms, toUnixTimestamp64Milli(next_review_at) AS next_review_ms,
  \`schemes.scheme_id\` AS scheme_ids, \`schemes.risk_class\` AS risk_classes, \`schemes.score\` AS scores,
  \`schemes.rule_set\` AS rule_sets, \`schemes.computed_class\` AS computed_classes,
  \`schemes.override_fact_id\` AS override_fact_ids`;

/** The name joins after the positions are filtered, so that one enterprise does not unpack the names of all. */
const ENTERPRISE = `
  SELECT ${POSITION}
  FROM (SELECT * FROM positions FINAL WHERE subject_scheme = {scheme:String} AND subject_value = {value:String}) AS p
  LEFT JOIN (
    SELECT subject_scheme, subject_value, name FROM enterprise_names
    WHERE subject_scheme = {scheme:String} AND subject_value = {value:String}
  ) AS n USING (subject_scheme, subject_value)`;

/** Codes match from their beginning, names anywhere, because most begin with the city; the closest matches come first. */
const SEARCH = `
  SELECT ${POSITION}
  FROM positions AS p FINAL
  LEFT JOIN (SELECT subject_scheme, subject_value, name FROM enterprise_names) AS n USING (subject_scheme, subject_value)
  WHERE startsWith(subject_value, {code:String}) OR positionCaseInsensitiveUTF8(ifNull(name, ''), {text:String}) > 0
  ORDER BY startsWith(subject_value, {code:String}) DESC, startsWith(ifNull(name, ''), {text:String}) DESC,
    length(ifNull(name, '')), subject_scheme, subject_value
  LIMIT {limit:UInt32}`;

/** The newest by the small column first; only their rows are then read. A repeated insert of a change shows once. */
const RECENT = `
  SELECT change_id, subject_scheme, subject_value, scheme_id, class_from, class_to, direction, score_before, score_after,
    \`reasons.indicator\` AS indicators, \`reasons.kind\` AS kinds, \`reasons.points\` AS points,
    \`reasons.fact_ids\` AS fact_ids, rule_set, computed_class, override_fact_id, cause, toUnixTimestamp64Milli(effective_at) AS effective_ms,
    town, industry, synthetic
  FROM class_changes
  WHERE effective_at >= (
    SELECT min(effective_at) FROM (SELECT effective_at FROM class_changes ORDER BY effective_at DESC LIMIT {limit:UInt32})
  )
  ORDER BY effective_at DESC, change_id
  LIMIT 1 BY change_id
  LIMIT {limit:UInt32}`;

const NAMES = `
  SELECT subject_scheme, subject_value, assumeNotNull(name) AS name
  FROM enterprise_names
  WHERE subject_value IN {values:Array(String)} AND concat(subject_scheme, ':', subject_value) IN {keys:Array(String)}
    AND name IS NOT NULL`;

/** In log order; the sort key begins with the enterprise, so FINAL touches its granule only. */
const FACTS = `
  SELECT toString(fact_id) AS fact_id, fact_type, toString(register) AS register, revision, toString(record_id) AS record_id,
    toUnixTimestamp64Milli(occurred_at) AS occurred_ms, toUnixTimestamp64Milli(effective_at) AS effective_ms,
    toUnixTimestamp64Milli(published_at) AS published_ms, case_number, code_system, attributes,
    source, authority, number, synthetic
  FROM facts FINAL
  WHERE subject_scheme = {scheme:String} AND subject_value = {value:String}
    AND ({knownAt:Nullable(Int64)} IS NULL OR toUnixTimestamp64Milli(applied_at) <= {knownAt:Nullable(Int64)})
  ORDER BY log_partition, log_offset`;

/** A rule set is activated in every partition; the enterprise's facts say which one is theirs. */
const ACTIVATIONS = `
  SELECT rule_set_id, rule_set_version, retired, toUnixTimestamp64Milli(activated_at) AS activated_ms
  FROM rule_set_activations FINAL
  WHERE log_partition IN (
      SELECT log_partition FROM facts WHERE subject_scheme = {scheme:String} AND subject_value = {value:String} LIMIT 1
    )
    AND ({knownAt:Nullable(Int64)} IS NULL OR toUnixTimestamp64Milli(applied_at) <= {knownAt:Nullable(Int64)})
  ORDER BY log_offset`;

const BY_TOWN = `
  SELECT scheme_id, town AS code, town_name AS name, class_a AS A, class_b AS B, class_c AS C, class_d AS D
  FROM distribution_by_town ORDER BY scheme_id, code`;
const BY_INDUSTRY = `
  SELECT scheme_id, industry_section AS code, section_name AS name, class_a AS A, class_b AS B, class_c AS C, class_d AS D
  FROM distribution_by_industry ORDER BY scheme_id, code`;

interface FactTableRow extends StoredFactColumns {
  readonly attributes: string;
  readonly source: string;
  readonly authority: string;
  readonly number: string;
  readonly synthetic: boolean;
}

interface ActivationRow {
  readonly rule_set_id: string;
  readonly rule_set_version: string;
  readonly retired: boolean;
  readonly activated_ms: number;
}

interface CellRow extends ClassCounts {
  readonly scheme_id: string;
  readonly code: string | null;
  readonly name: string;
}

/** Reads of the console over its views; a transient failure is tried three times within about a second. */
export function clickhouseReads(warehouse: Warehouse, terms: RuleSetTerms): RiskReads {
  const query = <Row>(sql: string, parameters?: QueryParameters): Promise<Row[]> =>
    retryTransient(() => warehouse.query<Row>(sql, parameters), READ_RETRY);

  const namesOf: RiskReads['namesOf'] = async (subjects) => {
    const rows = await query<{ subject_scheme: string; subject_value: string; name: string }>(NAMES, {
      values: subjects.map(({ value }) => value),
      keys: subjects.map(keyOf),
    });
    return new Map(
      rows.map(({ subject_scheme, subject_value, name }) => [`${subject_scheme}:${subject_value}`, name] as const),
    );
  };

  return {
    namesOf,
    async distribution() {
      const [towns, sections] = await Promise.all([query<CellRow>(BY_TOWN), query<CellRow>(BY_INDUSTRY)]);
      const schemeIds = [...new Set(towns.map(({ scheme_id }) => scheme_id))];
      return schemeIds.map((schemeId) => distributionOf(schemeId, terms, towns, sections));
    },
    async recentChanges(limit) {
      const rows = await query<ChangeRow>(RECENT, { limit });
      const names = await namesOf(rows.map((row) => ({ scheme: row.subject_scheme, value: row.subject_value })));
      return rows.map((row) => changeOfRow(row, names, terms));
    },
    async search(text, limit) {
      return (await query<PositionRow>(SEARCH, { text, code: text.toUpperCase(), limit })).map((row) =>
        enterpriseView(row, terms),
      );
    },
    async enterprise({ scheme, value }) {
      const [row] = await query<PositionRow>(ENTERPRISE, { scheme, value });
      return row === undefined ? undefined : enterpriseView(row, terms);
    },
    async factsOf({ scheme, value }, knownAt) {
      return (await query<FactTableRow>(FACTS, { scheme, value, knownAt })).map(storedFact);
    },
    async activationsOf({ scheme, value }, knownAt) {
      return (await query<ActivationRow>(ACTIVATIONS, { scheme, value, knownAt })).map(
        ({ rule_set_id, rule_set_version, retired, activated_ms }) => ({
          ruleSetId: rule_set_id,
          ruleSet: `${rule_set_id}@${rule_set_version}`,
          activatedAt: activated_ms,
          retired,
        }),
      );
    },
  };
}

function storedFact(row: FactTableRow): StoredFact {
  const stated = JSON.parse(row.attributes) as Record<string, unknown>;
  const record = storedFactRecord(row, stated);
  const { source, authority, number, synthetic } = row;
  return { record, stated, source, authority, number, synthetic };
}

function distributionOf(
  schemeId: string,
  terms: RuleSetTerms,
  towns: readonly CellRow[],
  sections: readonly CellRow[],
): Distribution {
  const rowsOf = (cells: readonly CellRow[], term: (code: string | null) => Coded | null) =>
    cells
      .filter((cell) => cell.scheme_id === schemeId)
      .map(({ code, name, A, B, C, D }) => ({
        code,
        label: code === null ? null : (term(code)?.label ?? { zh: name, en: name }),
        counts: { A, B, C, D },
      }));
  const byTown = rowsOf(towns, townOf);
  const overall = Object.fromEntries(
    RISK_CLASSES.map((name) => [name, byTown.reduce((sum, { counts }) => sum + counts[name], 0)]),
  ) as ClassCounts;
  return {
    schemeId,
    schemeLabel: terms.schemeLabel(schemeId),
    overall,
    byTown,
    byIndustry: rowsOf(sections, industryOf),
  };
}
