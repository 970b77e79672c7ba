import { offsetsOf } from '../topics.ts';
import type { Stage } from './chunk.ts';
import { isBehind, type CommittedPosition } from './committed-position.ts';
import { isInLog } from './last-record.ts';
import { PartitionState } from './partition-state.ts';
import { renewalDifferences } from './renewal-differences.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import { StateStore, storePath, type StoredPlace } from './state-store.ts';
import { StoreSnapshots } from './store-snapshots.ts';
import { readCommitted, readDeadOffsets, refuseOutOfRange } from './take-over.ts';

export interface OpenedState<S> {
  readonly store: StateStore;
  readonly state: PartitionState<S>;
  /** Undefined where none are to be taken. */
  readonly snapshots: StoreSnapshots | undefined;
  /** Undefined before the group's first commit. */
  readonly committed: CommittedPosition | undefined;
  /** Offsets that a rebuild has to pass over. */
  readonly deadOffsets: ReadonlySet<number>;
  /** What is to be told before anything new is applied, because another engine version published otherwise. */
  readonly differences: Iterable<Stage>;
}

/**
 * Opens the local store of a partition whose old owner is fenced, so that the committed position read here stays. A store
 * that is ahead of it, or that contains another log than this one, is emptied; a snapshot that knows more than the store takes
 * its place. Throws when the log no longer holds what a rebuild needs.
 */
export async function openState<S>(options: RuntimeOptions<S>, partition: number): Promise<OpenedState<S>> {
  const { topic, groupId, clusterId, engineVersion } = options;
  const committed = await readCommitted(options.offsets, partition);
  const range = (await offsetsOf(options.admin, topic)).find((entry) => entry.partition === partition);
  const [low, high] = [range?.low ?? 0, range?.high ?? 0];
  const usable = async (place: StoredPlace): Promise<boolean> =>
    committed !== undefined &&
    !isBehind(committed, place) &&
    (await isInLog(options.reader, partition, place.last, low));
  const identity = { clusterId, topic, partition, engineVersion };
  const path = storePath(options.stateDirectory, groupId, partition);
  const snapshots =
    options.storeSnapshots &&
    new StoreSnapshots(options.storeSnapshots, groupId, identity, (event, fields) => options.onEvent?.(event, fields));
  let store = await StateStore.open(path, identity, usable);
  if (snapshots !== undefined && committed !== undefined) {
    const isClosed = await snapshots.restore(path, store.meta(), () => store.close(), usable);
    if (isClosed) store = await StateStore.open(path, identity, usable);
  }
  try {
    const state = new PartitionState(store, options, 0);
    refuseOutOfRange(`${topic}/${partition}`, state.position.offset, committed?.offset ?? 0, { low, high });
    const isRebuild = committed !== undefined && isBehind(state.position, committed);
    const deadOffsets = isRebuild ? await readDeadOffsets(options, partition) : new Set<number>();
    const differences = await renewalDifferences(options, state, committed, partition);
    return { store, state, snapshots, committed, deadOffsets, differences };
  } catch (error) {
    await store.close();
    throw error;
  }
}
