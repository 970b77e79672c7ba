import { MODEL_ATTRIBUTES } from '#libs/risk-model';
import type { AttributeValue, FactRecord } from '#libs/risk-model';
import { statedBy } from './fact-attributes.ts';
import type { FactAttributes } from './fact-attributes.ts';
import type { EnterpriseEvent, Envelope } from './generated/records.ts';

const STATUS = ['value', 'effectiveAt', 'until', 'reason'];
const NONE: readonly string[] = [];

/**
 * The record as the risk model folds it: only attributes the model reads, null ones left out. A carried record gives
 * what the original gave, with its own record id. Throws a RangeError for a FactCarried without its content.
 */
export function toFactRecord(event: EnterpriseEvent): FactRecord {
  return factRecordOf(event.envelope, statedBy(event));
}

/** The same from an envelope and attributes as factRowOf keeps them; the way back from a stored row. */
export function factRecordOf(envelope: FactEnvelope, attributes: FactAttributes): FactRecord {
  const { factId, factType, register, revision, recordId, occurredAt, effectiveAt, publishedAt } = envelope;
  const { caseNumber, codeSystem } = envelope;
  const names = register === 'CONTENT' ? (MODEL_ATTRIBUTES[factType] ?? NONE) : STATUS;
  return {
    factId,
    factType,
    register,
    revision,
    tieBreak: recordId,
    occurredAt,
    effectiveAt,
    publishedAt,
    caseNumber,
    codeSystem,
    attributes: pick(attributes, names),
  };
}

/** Columns of the ClickHouse table `facts` that make a record, beside its attributes; times in epoch ms. */
export interface StoredFactColumns {
  readonly fact_id: string;
  readonly fact_type: string;
  readonly register: FactRecord['register'];
  readonly revision: number;
  readonly record_id: string;
  readonly occurred_ms: number;
  readonly effective_ms: number | null;
  readonly published_ms: number | null;
  readonly case_number: string | null;
  readonly code_system: string | null;
}

/** The record of a stored row, `stated` being its attributes parsed. */
export function storedFactRecord(row: StoredFactColumns, stated: FactAttributes): FactRecord {
  const envelope: FactEnvelope = {
    factId: row.fact_id,
    factType: row.fact_type,
    register: row.register,
    revision: row.revision,
    recordId: row.record_id,
    occurredAt: row.occurred_ms,
    effectiveAt: row.effective_ms,
    publishedAt: row.published_ms,
    caseNumber: row.case_number,
    codeSystem: row.code_system,
  };
  return factRecordOf(envelope, stated);
}

/** What of an envelope the model reads. */
export type FactEnvelope = Pick<
  Envelope,
  | 'factId'
  | 'factType'
  | 'register'
  | 'revision'
  | 'recordId'
  | 'occurredAt'
  | 'effectiveAt'
  | 'publishedAt'
  | 'caseNumber'
  | 'codeSystem'
>;

function pick(attributes: FactAttributes, names: readonly string[]): Record<string, AttributeValue> {
  const picked: Record<string, AttributeValue> = {};
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined && value !== null) picked[name] = value as AttributeValue;
  }
  return picked;
}
