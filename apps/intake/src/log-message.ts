import { keyOf, type ControlRecord, type EnterpriseEvent } from '#libs/contracts';

/** The topic every accepted fact and control record is written to. */
export const EVENTS_TOPIC = 'enterprise.events.v1';

/** The one-partition compacted topic in which loads of the past are announced. */
export const LOADS_TOPIC = 'enterprise.history-loads.v1';

/** What turns a record into Confluent-framed Avro; `AvroRegistry` of the stream library is one. */
export interface RecordEncoder {
  encode(fullName: string, value: unknown): Buffer;
}

export interface LogMessage {
  readonly key: string | null;
  readonly value: Buffer;
  readonly timestamp: number;
  readonly partition?: number;
}

/** The message of an accepted event: keyed by `scheme:value`, stamped with its record time (epoch ms). */
export function eventMessage(encoder: RecordEncoder, event: EnterpriseEvent, recordTime: number): LogMessage {
  const { envelope, content } = event;
  return {
    key: keyOf(envelope.subject),
    value: encoder.encode(`enterprise.events.${event.type}`, { envelope, content }),
    timestamp: recordTime,
  };
}

/** The message of a control record for one partition; control records have no key. */
export function controlMessage(encoder: RecordEncoder, record: ControlRecord, partition: number): LogMessage {
  const { type, ...value } = record;
  return { key: null, value: encoder.encode(`enterprise.events.${type}`, value), timestamp: record.at, partition };
}
