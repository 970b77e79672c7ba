import type { OutgoingMessage } from '../outgoing-message.ts';
import type { TopicRecord } from '../read-topic.ts';

/** What was done about a dead letter: its bytes went back to their topic as a new record, or it was given up. */
export type MarkKind = 'replayed' | 'dropped';

/** Stands in the dead-letter topic, in the partition of its letter; the letter stays, because a restore reads it. */
export interface Mark {
  readonly kind: MarkKind;
  /** Offset of the letter in the same partition of the same topic. */
  readonly letterOffset: number;
  /** Why, in the words of who did it; empty when nothing was said. */
  readonly note: string;
}

/** Where a record stands or stood. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** All headers of dead letters, marks and replays begin so; a replay leaves those of its letter behind. */
const PREFIX = 'dlt-';

/** True for a letter, false for a mark: a letter always says where it stood, and a mark never does. */
export function isDeadLetter({ headers }: TopicRecord): boolean {
  return headers['dlt-offset'] !== undefined;
}

/** Where the record stood that became this letter. */
export function sourceOf({ headers }: TopicRecord): Place {
  const text = (name: string): string => headers[name]?.toString('utf8') ?? '';
  return { topic: text('dlt-topic'), partition: Number(text('dlt-partition')), offset: Number(text('dlt-offset')) };
}

export function markOf(letter: TopicRecord, kind: MarkKind, note = ''): OutgoingMessage {
  return {
    key: letter.key,
    value: null,
    partition: letter.partition,
    headers: { 'dlt-mark': kind, 'dlt-mark-of': String(letter.offset), ...(note === '' ? {} : { 'dlt-note': note }) },
  };
}

/** Reads what `markOf` wrote; undefined for a letter. */
export function markIn(record: TopicRecord): Mark | undefined {
  if (isDeadLetter(record)) return undefined;
  const { headers } = record;
  const kind = headers['dlt-mark']?.toString('utf8');
  if (kind !== 'replayed' && kind !== 'dropped') return undefined;
  return {
    kind,
    letterOffset: Number(headers['dlt-mark-of']?.toString('utf8')),
    note: headers['dlt-note']?.toString('utf8') ?? '',
  };
}

/**
 * The letter's original bytes, key and headers as a new record for the partition it stood in. Record time is the moment of
 * sending, as of any late record: stream time never goes back. `dlt-replay-of` says of which letter it is the replay.
 */
export function replayOf(letter: TopicRecord): OutgoingMessage {
  const { topic, partition, offset, key, value } = letter;
  const original = Object.entries(letter.headers).filter(([name]) => !name.startsWith(PREFIX));
  return {
    key,
    value,
    partition: sourceOf(letter).partition,
    headers: { ...Object.fromEntries(original), 'dlt-replay-of': `${topic}/${partition}/${offset}` },
  };
}
