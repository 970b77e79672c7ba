import { storedFactRecord, type StoredFactColumns } from '#libs/contracts';
import { assess, attributesAt, foldFact, type ActiveRuleSets, type Position } from '#libs/risk-model';
import type { SchemeResult } from '#libs/risk-model';
import type { Warehouse } from '#libs/warehouse-client';
import type { Comparison, Population, Question, ScoredEnterprise, Standpoint } from './population.ts';
import { traitsOf } from './traits.ts';

interface FactTableRow extends StoredFactColumns {
  readonly subject: string;
  readonly attributes: string;
}

/**
 * By enterprise, which is how the sort key begins, so the server streams without sorting. Without FINAL: a repeated row folds
 * to nothing, and merging on the way would cost more than it saves.
 */
const FACTS = `
  SELECT concat(subject_scheme, ':', subject_value) AS subject, toString(fact_id) AS fact_id, fact_type,
    toString(register) AS register, revision, toString(record_id) AS record_id,
    toUnixTimestamp64Milli(occurred_at) AS occurred_ms, toUnixTimestamp64Milli(effective_at) AS effective_ms,
    toUnixTimestamp64Milli(published_at) AS published_ms, case_number, code_system, attributes
  FROM facts
  WHERE toUnixTimestamp64Milli(applied_at) <= {knownAt:Int64}
  ORDER BY subject_scheme, subject_value
  SETTINGS optimize_read_in_order = 1`;

const SIZE = `
  SELECT uniqExact(subject_scheme, subject_value) AS size
  FROM facts WHERE toUnixTimestamp64Milli(applied_at) <= {knownAt:Int64}`;

const LATEST = 'SELECT count() AS facts, toUnixTimestamp64Milli(max(applied_at)) AS latest FROM facts';

/** The city as ClickHouse holds its facts, folded and assessed here, one enterprise at a time. */
export function storedPopulation(warehouse: Warehouse): Population {
  return {
    engine: 'typescript',
    async latestKnown() {
      const [row] = await warehouse.query<{ facts: number; latest: number }>(LATEST);
      return row === undefined || row.facts === 0 ? undefined : row.latest;
    },
    async size(knownAt) {
      const [row] = await warehouse.query<{ size: number }>(SIZE, { knownAt });
      return row?.size ?? 0;
    },
    async *score(question) {
      let enterprise: KnownEnterprise | undefined;
      for await (const row of warehouse.stream<FactTableRow>(FACTS, { knownAt: question.knownAt })) {
        if (enterprise !== undefined && enterprise.subject !== row.subject) {
          yield scored(enterprise, question);
          enterprise = undefined;
        }
        enterprise = withFact(enterprise, row);
      }
      if (enterprise !== undefined) yield scored(enterprise, question);
    },
  };
}

interface KnownEnterprise {
  readonly subject: string;
  readonly position: Position;
  /** As stated last; the model does not read the capital of a registration. */
  readonly capital: { readonly fen: number; readonly since: number } | null;
}

function withFact(known: KnownEnterprise | undefined, row: FactTableRow): KnownEnterprise {
  const stated = JSON.parse(row.attributes) as Readonly<Record<string, unknown>>;
  const record = storedFactRecord(row, stated);
  const fen = stated['capitalFen'];
  const before = known?.capital ?? null;
  const isLater = typeof fen === 'number' && (before === null || row.occurred_ms >= before.since);
  return {
    subject: row.subject,
    position: foldFact(known?.position, record),
    capital: isLater ? { fen, since: row.occurred_ms } : before,
  };
}

function scored({ subject, position, capital }: KnownEnterprise, question: Question): ScoredEnterprise {
  const { asOf } = question;
  const before = resultsOf(position, asOf, question.before);
  const after = resultsOf(position, asOf, question.after);
  const schemeIds = new Set([...before.keys(), ...after.keys()]);
  const schemes = [...schemeIds].map((schemeId): Comparison => {
    const [was, is] = [before.get(schemeId), after.get(schemeId)];
    return {
      schemeId,
      before: standpointOf(was),
      after: standpointOf(is),
      reasons: () => is?.reasons ?? [],
    };
  });
  return { subject, traits: traitsOf(attributesAt(position, asOf), capital?.fen ?? null, asOf), schemes };
}

function resultsOf(position: Position, asOf: number, active: ActiveRuleSets): ReadonlyMap<string, SchemeResult> {
  const { results } = assess({ ...position, schemes: {}, nextReviewAt: null }, { kind: 'review' }, asOf, active);
  return new Map(results.map((result) => [result.schemeId, result]));
}

function standpointOf(result: SchemeResult | undefined): Standpoint | null {
  if (result === undefined) return null;
  const { ruleSet, score, riskClass } = result;
  return { ruleSet, score, riskClass };
}
