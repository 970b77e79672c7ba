import type { Held, PartitionState, Touched } from './partition-state.ts';

/** Those of the keys whose snapshot waits to be published. */
export function unpublishedOf<S>(state: PartitionState<S>, keys: ReadonlySet<string>): [string, Touched<S>][] {
  const entries: [string, Touched<S>][] = [];
  for (const key of keys) {
    const touched = state.touched(key);
    if (touched?.published === false) entries.push([key, touched]);
  }
  return entries;
}

/** Those of the keys whose snapshot is out; what waits to be published goes out in its own time. */
export function heldOf<S>(state: PartitionState<S>, keys: readonly string[]): [string, Held<S>][] {
  const entries: [string, Held<S>][] = [];
  for (const key of keys) {
    const held = state.touched(key)?.published === false ? undefined : state.held(key);
    if (held !== undefined) entries.push([key, held]);
  }
  return entries;
}
