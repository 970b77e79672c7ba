import type { TopicRecord } from '#libs/stream';

export interface DecodedMessage {
  readonly record: TopicRecord;
  /** Record type, or `deleted`, or `undecodable`. */
  readonly name: string;
  readonly value: unknown;
}

/** One line for a person: record time, place in the log, key, type, content. */
export function asLine({ record, name, value }: DecodedMessage): string {
  const time = new Date(record.timestamp).toISOString();
  const key = record.key?.toString('utf8') ?? '-';
  return `${time} ${record.partition}/${record.offset} ${key} ${name} ${toJson(value)}${headersOf(record)}`;
}

/** One JSON object for a program. */
export function asJson({ record, name, value }: DecodedMessage): string {
  const { topic, partition, offset, timestamp, key } = record;
  const headers = Object.fromEntries(Object.entries(record.headers).map(([header, text]) => [header, String(text)]));
  return toJson({
    topic,
    partition,
    offset,
    timestamp,
    key: key?.toString('utf8') ?? null,
    type: name,
    headers,
    value,
  });
}

function headersOf({ headers }: TopicRecord): string {
  const entries = Object.entries(headers);
  return entries.length === 0 ? '' : ` [${entries.map(([name, value]) => `${name}=${String(value)}`).join(' ')}]`;
}

/** Bytes become hex, so that a nested record does not print as a list of numbers. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => {
    if (typeof field === 'bigint') return field.toString();
    if (isBufferJson(field)) return Buffer.from(field.data).toString('hex');
    return field;
  });
}

/** JSON.stringify shows a Buffer to its replacer only after the Buffer's own toJSON. */
function isBufferJson(field: unknown): field is { type: 'Buffer'; data: number[] } {
  return (
    typeof field === 'object' &&
    field !== null &&
    (field as { type?: unknown }).type === 'Buffer' &&
    Array.isArray((field as { data?: unknown }).data)
  );
}
