import type { FactRecord } from '#libs/risk-model';
import { defineTable, type Warehouse } from '#libs/warehouse-client';

/** What of table `facts` the model reads, as the warehouse writes it; times are epoch milliseconds. */
interface FactLogRow {
  readonly subject_scheme: string;
  readonly subject_value: string;
  readonly fact_id: string;
  readonly register: string;
  readonly revision: number;
  readonly record_id: string;
  readonly fact_type: string;
  readonly occurred_at: number;
  readonly effective_at: number | null;
  readonly code_system: string | null;
  readonly case_number: string | null;
  readonly attributes: string;
  readonly status_value: string | null;
  readonly status_effective_at: number | null;
  readonly status_until: number | null;
  readonly log_partition: number;
  readonly log_offset: number;
  readonly applied_at: number;
}

const FACTS = defineTable<FactLogRow>()('facts', [
  ...(['subject_scheme', 'subject_value', 'fact_id', 'register', 'revision', 'record_id', 'fact_type'] as const),
  ...(['occurred_at', 'effective_at', 'code_system', 'case_number', 'attributes'] as const),
  ...(['status_value', 'status_effective_at', 'status_until', 'log_partition', 'log_offset', 'applied_at'] as const),
]);

/** A record with the moment from which it is known. */
export interface KnownRecord {
  readonly record: FactRecord;
  readonly knownAt: number;
}

function statusOf(record: FactRecord): Pick<FactLogRow, 'status_value' | 'status_effective_at' | 'status_until'> {
  if (record.register === 'CONTENT') return { status_value: null, status_effective_at: null, status_until: null };
  const { value, effectiveAt, until } = record.attributes;
  return {
    status_value: value as string,
    status_effective_at: (effectiveAt ?? null) as number | null,
    status_until: (until ?? null) as number | null,
  };
}

function rowOf(subject: string, { record, knownAt }: KnownRecord, offset: number): FactLogRow {
  const stated = Object.entries(record.attributes).filter(([, value]) => value !== null);
  return {
    subject_scheme: 'uscc',
    subject_value: subject,
    fact_id: record.factId,
    register: record.register,
    revision: record.revision,
    record_id: record.tieBreak,
    fact_type: record.factType,
    occurred_at: record.occurredAt,
    effective_at: record.effectiveAt,
    code_system: record.codeSystem,
    case_number: record.caseNumber,
    attributes: JSON.stringify(Object.fromEntries(stated)),
    ...statusOf(record),
    log_partition: 0,
    log_offset: offset,
    applied_at: knownAt,
  };
}

/** Writes the records of enterprises, by subject, into table `facts`. */
export async function writeFactLog(
  warehouse: Warehouse,
  enterprises: ReadonlyMap<string, readonly KnownRecord[]>,
): Promise<void> {
  let offset = 0;
  const rows = [...enterprises].flatMap(([subject, records]) => records.map((item) => rowOf(subject, item, offset++)));
  await warehouse.insertRows(FACTS, rows);
}
