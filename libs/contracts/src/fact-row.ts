import { uncarried } from './carry.ts';
import { factAttributesOf, type FactAttributes } from './fact-attributes.ts';
import type { EnterpriseEvent } from './generated/records.ts';

/**
 * One record of the event log as a flat row of the ClickHouse table `facts`, without the columns that only the writer
 * knows (log position, record time, applied at, inserted at). Times are epoch ms; `attributes` is an object, to be
 * stored as JSON.
 */
export interface FactRow {
  readonly subject_scheme: string;
  readonly subject_value: string;
  readonly fact_id: string;
  readonly fact_type: string;
  readonly register: string;
  readonly revision: number;
  readonly revision_kind: string;
  readonly record_id: string;
  /** Record type that states it; of a carried record the original's. */
  readonly record_type: string;
  readonly source: string;
  readonly authority: string;
  readonly number: string;
  readonly first_stated_scheme: string;
  readonly first_stated_value: string;
  readonly occurred_at: number;
  readonly effective_at: number | null;
  readonly published_at: number | null;
  readonly received_at: number;
  readonly date_precision: string;
  readonly code_system: string | null;
  readonly code_system_version: string | null;
  readonly case_number: string | null;
  readonly mapping: string | null;
  readonly mapping_version: string | null;
  readonly purpose: string;
  readonly synthetic: boolean;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly carried_from_scheme: string | null;
  readonly carried_from_value: string | null;
  /** Everything stated, not only what today's model reads: a later rule set must be able to score the past from here. */
  readonly attributes: FactAttributes;
  /** State of a register other than CONTENT; null for CONTENT. Also in `attributes`. */
  readonly status_value: string | null;
  readonly status_effective_at: number | null;
  readonly status_until: number | null;
  readonly status_reason: string | null;
}

/** The only place that knows which column holds what. Lossless for factRecordOf. */
export function factRowOf(event: EnterpriseEvent): FactRow {
  const { envelope } = event;
  const stated = uncarried(event);
  const status = stated.type === 'FactStatusChanged' ? stated.content : NO_STATUS;
  return {
    subject_scheme: envelope.subject.scheme,
    subject_value: envelope.subject.value,
    fact_id: envelope.factId,
    fact_type: envelope.factType,
    register: envelope.register,
    revision: envelope.revision,
    revision_kind: envelope.revisionKind,
    record_id: envelope.recordId,
    record_type: stated.type,
    source: envelope.source,
    authority: envelope.authority,
    number: envelope.number,
    first_stated_scheme: envelope.subjectFirstStated.scheme,
    first_stated_value: envelope.subjectFirstStated.value,
    occurred_at: envelope.occurredAt,
    effective_at: envelope.effectiveAt,
    published_at: envelope.publishedAt,
    received_at: envelope.receivedAt,
    date_precision: envelope.datePrecision,
    code_system: envelope.codeSystem,
    code_system_version: envelope.codeSystemVersion,
    case_number: envelope.caseNumber,
    mapping: envelope.mapping,
    mapping_version: envelope.mappingVersion,
    purpose: envelope.purpose,
    synthetic: envelope.synthetic,
    correlation_id: envelope.correlationId,
    causation_id: envelope.causationId,
    carried_from_scheme: envelope.carriedFrom?.scheme ?? null,
    carried_from_value: envelope.carriedFrom?.value ?? null,
    attributes: factAttributesOf(event),
    status_value: status.value,
    status_effective_at: status.effectiveAt,
    status_until: status.until,
    status_reason: status.reason,
  };
}

const NO_STATUS = { value: null, effectiveAt: null, until: null, reason: null };
