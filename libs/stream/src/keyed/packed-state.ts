import type { Since } from './since.ts';

/** A state as it lies in memory and in the local store: its due moment, those of its snapshot, then the codec's bytes. */
const HEADER_BYTES = 5 * 8;
const NO_DUE = Number.POSITIVE_INFINITY;

export function packedLength(state: Buffer): number {
  return HEADER_BYTES + state.length;
}

/** Fills `value`, which may be longer than `packedLength` says. */
export function packState(value: Buffer, state: Buffer, due: number | null, since: Since): void {
  value.writeDoubleLE(due ?? NO_DUE, 0);
  value.writeDoubleLE(since.offset, 8);
  value.writeDoubleLE(since.ordinal, 16);
  value.writeDoubleLE(since.asOf, 24);
  value.writeDoubleLE(since.due ?? NO_DUE, 32);
  value.set(state, HEADER_BYTES);
}

export function dueOf(value: Buffer): number | null {
  return dueAt(value, 0);
}

export function sinceOf(value: Buffer): Since {
  return {
    offset: value.readDoubleLE(8),
    ordinal: value.readDoubleLE(16),
    asOf: value.readDoubleLE(24),
    due: dueAt(value, 32),
  };
}

/** The codec's bytes, in place. `length` of a value that lmdb read into its own buffer is shorter than that buffer. */
export function stateOf(value: Buffer): Buffer {
  return value.subarray(HEADER_BYTES, value.length);
}

function dueAt(value: Buffer, place: number): number | null {
  const due = value.readDoubleLE(place);
  return due === NO_DUE ? null : due;
}
