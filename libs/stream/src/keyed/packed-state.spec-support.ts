import { packedLength, packState, sinceOf, stateOf } from './packed-state.ts';
import type { Since } from './since.ts';
import type { StateStore } from './state-store.ts';

/** A state of these bytes as the store takes it. */
export function packed(state: Buffer, due: number | null, since: Since): Buffer {
  const value = Buffer.alloc(packedLength(state));
  packState(value, state, due, since);
  return value;
}

/** What the store has of a key. */
export function stored(store: StateStore, key: string): { readonly since: Since; readonly state: Buffer } | undefined {
  const value = store.get(key);
  return value && { since: sinceOf(value), state: Buffer.from(stateOf(value)) };
}
