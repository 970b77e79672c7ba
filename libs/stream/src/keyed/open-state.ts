import { join } from 'node:path';
import { offsetsOf } from '../topics.ts';
import { isBehind, type CommittedPosition } from './committed-position.ts';
import { isInLog } from './last-record.ts';
import { PartitionState } from './partition-state.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import { StateStore } from './state-store.ts';
import { readCommitted, readDeadOffsets, refuseOutOfRange } from './take-over.ts';

export interface OpenedState<S> {
  readonly store: StateStore;
  readonly state: PartitionState<S>;
  /** Undefined before the group's first commit. */
  readonly committed: CommittedPosition | undefined;
  /** Offsets that a rebuild has to pass over. */
  readonly deadOffsets: ReadonlySet<number>;
}

/**
 * Opens the local store of a partition whose old owner is fenced, so that the committed position read here is final. A store
 * that is ahead of it, or that contains another log than this one, is emptied. Throws when the log no longer holds what a
 * rebuild needs.
 */
export async function openState<S>(options: RuntimeOptions<S>, partition: number): Promise<OpenedState<S>> {
  const { topic, groupId, clusterId, engineVersion } = options;
  const committed = await readCommitted(options, partition);
  const range = (await offsetsOf(options.admin, topic)).find((entry) => entry.partition === partition);
  const [low, high] = [range?.low ?? 0, range?.high ?? 0];
  const store = await StateStore.open(
    join(options.stateDirectory, groupId, String(partition)),
    { clusterId, topic, partition, engineVersion },
    async (meta) =>
      committed !== undefined &&
      !isBehind(committed, meta) &&
      (await isInLog(options.reader, partition, meta.last, low)),
  );
  const state = new PartitionState(store, options, 0);
  refuseOutOfRange(`${topic}/${partition}`, state.position.offset, committed?.offset ?? 0, { low, high });
  const isRebuild = committed !== undefined && isBehind(state.position, committed);
  const deadOffsets = isRebuild ? await readDeadOffsets(options, partition) : new Set<number>();
  return { store, state, committed, deadOffsets };
}
