import type { OutgoingMessage } from './outgoing-message.ts';

/** Records of a batch: what a broker validates and a reader gets at once. */
const MESSAGES_PER_SEND = 1_000;

/**
 * A broker refuses a batch above `max.message.bytes`,
 * 1 MiB by default. A message that is larger by itself goes alone: whether it is taken is its topic's business.
 */
const BYTES_PER_SEND = 900_000;

/** Offsets, lengths and times of a record in a batch, and of a header in a record: more than they ever take. */
const RECORD_OVERHEAD = 32;
const HEADER_OVERHEAD = 10;

/** Cuts messages of one partition, in their order, into batches that a broker takes. */
export function inSends(messages: readonly OutgoingMessage[]): readonly (readonly OutgoingMessage[])[] {
  const parts: OutgoingMessage[][] = [];
  let part: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    if (part.length === MESSAGES_PER_SEND || (part.length > 0 && bytes + size > BYTES_PER_SEND)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(message);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

function sizeOf({ key, value, headers }: OutgoingMessage): number {
  let size = RECORD_OVERHEAD + lengthOf(key) + lengthOf(value);
  if (headers === undefined) return size;
  for (const [name, text] of Object.entries(headers)) size += HEADER_OVERHEAD + lengthOf(name) + lengthOf(text);
  return size;
}

function lengthOf(part: string | Buffer | null): number {
  return part === null ? 0 : Buffer.byteLength(part);
}
