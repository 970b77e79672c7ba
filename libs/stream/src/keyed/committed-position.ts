import type { Review } from './review-queue.ts';

/**
 * How far a partition is: every record below `offset` is applied, then every review up to `cursor`, and the next output
 * at this offset has `ordinal`. It is committed with the offset, in the offset's metadata, in the same transaction as the outputs.
 */
export interface StreamPosition {
  readonly offset: number;
  /** The last review fired since the record before `offset`; null when none was. */
  readonly cursor: Review | null;
  readonly ordinal: number;
}

export interface CommittedPosition extends StreamPosition {
  /** Snapshots of every key touched below this offset are out; a rebuild need not publish them again. */
  readonly publishedThrough: number;
  /** The engine version by which the published snapshots were made; empty in commits from before it was stated. */
  readonly engineVersion: string;
}

interface Metadata {
  readonly v?: number;
  readonly p: number;
  readonly n: number;
  readonly e?: string;
  readonly c?: [number, string];
}

export function encodeMetadata(position: CommittedPosition): string {
  return JSON.stringify({
    v: 1,
    p: position.publishedThrough,
    n: position.ordinal,
    e: position.engineVersion,
    ...(position.cursor === null ? {} : { c: [position.cursor.due, position.cursor.key] }),
  });
}

/** Reads what `encodeMetadata` wrote. An offset of -1 means that the group has committed nothing. Throws on foreign metadata. */
export function decodeCommitted(offset: number, metadata: string | null): CommittedPosition | undefined {
  if (offset < 0) return undefined;
  const parsed = JSON.parse(metadata ?? 'null') as Metadata | null;
  if (parsed?.v !== 1) {
    throw new Error(
      `the committed offset ${offset} was not written by this processor (metadata ${metadata ?? 'none'}); use a group of its own`,
    );
  }
  const cursor = parsed.c === undefined ? null : { due: parsed.c[0], key: parsed.c[1] };
  return { offset, cursor, ordinal: parsed.n, publishedThrough: parsed.p, engineVersion: parsed.e ?? '' };
}

/** True when a position lies behind another, so that something between them is still to be applied. */
export function isBehind(position: StreamPosition, other: StreamPosition): boolean {
  if (position.offset !== other.offset) return position.offset < other.offset;
  if (other.cursor === null) return false;
  const { cursor } = position;
  return (
    cursor === null ||
    cursor.due < other.cursor.due ||
    (cursor.due === other.cursor.due && cursor.key < other.cursor.key)
  );
}
