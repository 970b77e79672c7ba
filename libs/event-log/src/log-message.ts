import { createHash } from 'node:crypto';
import { fullNameOf, keyOf, type ControlRecord, type EnterpriseEvent } from '#libs/contracts';

/** What turns a record into Confluent-framed Avro; `AvroRegistry` of the stream library is one. */
export interface RecordEncoder {
  encode(fullName: string, value: unknown): Buffer;
}

/** A message for the log, stamped with its record time (epoch ms). */
export interface LogMessage {
  readonly key: string | null;
  readonly value: Buffer;
  readonly timestamp: number;
  readonly partition?: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The message of an accepted event: keyed by `scheme:value`. Throws when the event does not fit its schema. */
export function eventMessage(encoder: RecordEncoder, event: EnterpriseEvent, recordTime: number): LogMessage {
  return {
    key: keyOf(event.envelope.subject),
    value: encoder.encode(fullNameOf(event), event),
    timestamp: checkedRecordTime(recordTime, event.envelope.recordId),
  };
}

/** The message of a control record for one partition; control records have no key. */
export function controlMessage(encoder: RecordEncoder, record: ControlRecord, partition: number): LogMessage {
  return {
    key: null,
    value: encoder.encode(fullNameOf(record), record),
    timestamp: checkedRecordTime(record.at, record.recordId),
    partition,
  };
}

/** 32 hex characters derived from the parts: the same control record always has the same id. */
export function controlRecordId(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 32);
}

/** One record time the broker refuses costs its whole batch, so it is looked at before anything is sent. */
function checkedRecordTime(recordTime: number, recordId: string): number {
  if (Number.isSafeInteger(recordTime) && recordTime >= 0) return recordTime;
  throw new RangeError(
    `record ${recordId} has the record time ${recordTime}; expected epoch milliseconds from 1970 on`,
  );
}
