import type { Letter } from './letter.ts';

/** Which letters are meant; what is left out does not matter. */
export interface Selection {
  /** The topic the records came from, or their dead-letter topic. */
  readonly topic?: string;
  readonly group?: string;
  readonly partition?: number;
  /** Offsets in the dead-letter topic, both ends included. */
  readonly offset?: OffsetRange;
  /** The whole key, as `list` prints it. */
  readonly key?: string;
  /** A part of the reason, whatever its case. */
  readonly reason?: string;
}

export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

/** True when nothing narrows the selection: every letter is meant. */
export function isEverything(selection: Selection): boolean {
  return Object.values(selection).every((value) => value === undefined);
}

export function isSelected(letter: Letter, { topic, group, partition, offset, key, reason }: Selection): boolean {
  const { record, source } = letter;
  return (
    (topic === undefined || topic === source.topic || topic === record.topic) &&
    is(group, letter.group) &&
    is(partition, record.partition) &&
    is(key, record.key?.toString('utf8') ?? '-') &&
    (offset === undefined || (record.offset >= offset.from && record.offset <= offset.to)) &&
    (reason === undefined || letter.reason.toLowerCase().includes(reason.toLowerCase()))
  );
}

function is<T>(wanted: T | undefined, found: T): boolean {
  return wanted === undefined || wanted === found;
}

/** Reads `17` or `17-40`; undefined for anything else. */
export function offsetRange(text: string): OffsetRange | undefined {
  const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (from === undefined) return undefined;
  const range = { from: Number(from), to: Number(to ?? from) };
  return range.to < range.from ? undefined : range;
}
