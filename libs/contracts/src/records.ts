import type { ControlRecord, EnterpriseEvent, EventOf, EventType, LogRecord, Subject } from './generated/records.ts';
import { CONTROL_NAMES, EVENT_NAMES } from './topics.ts';

const NAMESPACE = 'enterprise.events.';
const EVENTS: ReadonlySet<string> = new Set(EVENT_NAMES);
const CONTROLS: ReadonlySet<string> = new Set(CONTROL_NAMES);

/** Kafka key of a subject: `scheme:value`, UTF-8. Neither part holds a colon, so that the key can be split again. */
export function keyOf(subject: Subject): string {
  return `${subject.scheme}:${subject.value}`;
}

/**
 * Throws a RangeError when an event stands under another enterprise's key: its partition and order would be another's too.
 * @param key of the record as text; undefined or empty where it has none
 */
export function checkKey(event: EnterpriseEvent, key: string | undefined): void {
  const { scheme, value } = event.envelope.subject;
  // Compared in parts: a text made for each event of the log would cost more than the comparison.
  const isOwn =
    key?.length === scheme.length + 1 + value.length &&
    key.startsWith(scheme) &&
    key[scheme.length] === ':' &&
    key.endsWith(value);
  if (isOwn) return;
  const own = keyOf(event.envelope.subject);
  throw new RangeError(
    `the key is not the subject's: expected ${own}; write records of an enterprise with its own key`,
  );
}

/** The subject of a key. Throws a RangeError when the key is not `scheme:value`. */
export function subjectOf(key: string): Subject {
  const colon = key.indexOf(':');
  if (colon < 1 || colon === key.length - 1) throw new RangeError(`key "${key}" is not scheme:value`);
  return { scheme: key.slice(0, colon), value: key.slice(colon + 1) };
}

/** Full Avro name under which a record of the event log is encoded. */
export function fullNameOf(record: LogRecord): string {
  return NAMESPACE + record.type;
}

/**
 * A decoded value of enterprise.events.v1 as a LogRecord, told apart by `type`.
 * Throws a RangeError when the record type does not belong to the topic. The reverse needs no function:
 * a LogRecord is encoded as it is, because Avro takes the fields it knows and leaves `type` out.
 */
export function toLogRecord(fullName: string, value: unknown): LogRecord {
  const name = fullName.startsWith(NAMESPACE) ? fullName.slice(NAMESPACE.length) : '';
  if (EVENTS.has(name)) {
    const { envelope, content } = value as EventOf<EventType>;
    return { type: name, envelope, content } as EnterpriseEvent;
  }
  if (CONTROLS.has(name)) return { type: name, ...(value as object) } as ControlRecord;
  throw new RangeError(`${fullName} is not a record type of enterprise.events.v1`);
}

export function isControlRecord(record: LogRecord): record is ControlRecord {
  return CONTROLS.has(record.type);
}
