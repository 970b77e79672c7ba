import { isBehind } from './committed-position.ts';
import type { StateStore, StoredPlace, StoreIdentity } from './state-store.ts';
import { installSnapshot, snapshotFolder, snapshotsIn, takeSnapshot, type StoreSnapshot } from './store-snapshot.ts';

export interface SnapshotSettings {
  readonly directory: string;
  /** How often each partition's store is copied. */
  readonly everyMs: number;
}

type Tell = (
  event: 'snapshot taken' | 'snapshot restored' | 'snapshot refused' | 'snapshot failed',
  fields: Readonly<Record<string, unknown>>,
) => void;

/** The snapshots of one partition's store: taken while it runs, and put in its place when it knows less than they do. */
export class StoreSnapshots {
  readonly #settings: SnapshotSettings;
  readonly #groupId: string;
  readonly #identity: StoreIdentity;
  readonly #tell: Tell;
  #due = 0;
  #taking: Promise<void> = Promise.resolve();

  constructor(settings: SnapshotSettings, groupId: string, identity: StoreIdentity, tell: Tell) {
    this.#settings = settings;
    this.#groupId = groupId;
    this.#identity = identity;
    this.#tell = tell;
  }

  /**
   * Puts the newest usable snapshot in the place of a store that stands at `store` or is empty; it is closed first, and only
   * when there is a snapshot that knows more. Answers whether it was closed. Snapshots that are damaged, or of another cluster,
   * topic or engine version, are passed over, and it is told why.
   */
  async restore(
    storePath: string,
    store: StoredPlace | undefined,
    close: () => Promise<void>,
    usable: (place: StoredPlace) => Promise<boolean>,
  ): Promise<boolean> {
    const { partition } = this.#identity;
    let isClosed = false;
    for (const snapshot of await this.#found()) {
      try {
        const why = await this.#refusal(snapshot, usable);
        if (why !== undefined) this.#tell('snapshot refused', { partition, path: snapshot.path, why });
        else if (snapshot.manifest !== undefined && store !== undefined && !isBehind(store, snapshot.manifest)) break;
        else {
          if (!isClosed) await close();
          isClosed = true;
          const { offset, keys, takenAt } = await installSnapshot(snapshot, storePath);
          this.#tell('snapshot restored', { partition, path: snapshot.path, offset, keys, takenAt });
          break;
        }
      } catch (error) {
        this.#tell('snapshot refused', { partition, path: snapshot.path, why: (error as Error).message });
      }
    }
    return isClosed;
  }

  /** What cannot be listed is of no use: the log has all of it. */
  async #found(): Promise<StoreSnapshot[]> {
    const { directory } = this.#settings;
    const { partition } = this.#identity;
    try {
      return await snapshotsIn(directory, this.#groupId, partition);
    } catch (error) {
      this.#tell('snapshot refused', { partition, path: directory, why: (error as Error).message });
      return [];
    }
  }

  isDue(now: number): boolean {
    return now >= this.#due;
  }

  /** Takes one beside the work of the stream; a fault is told and ends nothing. */
  take(store: StateStore, now: number): Promise<void> {
    const { directory, everyMs } = this.#settings;
    const { partition } = this.#identity;
    this.#due = now + everyMs;
    const began = performance.now();
    this.#taking = takeSnapshot(
      store,
      this.#identity,
      snapshotFolder(directory, this.#groupId, partition),
      new Date(now),
    ).then(
      (taken) => {
        if (taken === undefined) return;
        const { offset, keys, bytes } = taken;
        this.#tell('snapshot taken', { partition, offset, keys, bytes, ms: performance.now() - began });
      },
      (err: unknown) => this.#tell('snapshot failed', { partition, err }),
    );
    return this.#taking;
  }

  /** Resolves when nothing reads the store any more. */
  settled(): Promise<void> {
    return this.#taking;
  }

  /** What a snapshot belongs to decides before its bytes are read. */
  async #refusal(
    { manifest }: StoreSnapshot,
    usable: (place: StoredPlace) => Promise<boolean>,
  ): Promise<string | undefined> {
    if (manifest === undefined) return undefined;
    const { clusterId, topic, partition, engineVersion } = this.#identity;
    if (manifest.clusterId !== clusterId) return `it is of the cluster ${manifest.clusterId}, this is ${clusterId}`;
    if (manifest.topic !== topic || manifest.partition !== partition)
      return `it is of ${manifest.topic}/${manifest.partition}, this is ${topic}/${partition}`;
    if (manifest.engineVersion !== engineVersion)
      return `it is of the engine version ${manifest.engineVersion}, this is ${engineVersion}`;
    if (!(await usable(manifest)))
      return `it stands at offset ${manifest.offset}, ahead of what is committed or in another log of this name`;
    return undefined;
  }
}

interface Snapshotted {
  wantsSnapshot(now: number): boolean;
  /** Never rejects. */
  takeSnapshot(now: number): Promise<void>;
}

/** Takes one that is due unless another is being taken: copies share disk and threads with the flushes. */
export function snapshotsInTurn(): (partitions: Iterable<Snapshotted>, now: number) => void {
  let taking = false;
  return function takeOneThatIsDue(partitions, now) {
    if (taking) return;
    for (const partition of partitions) {
      if (!partition.wantsSnapshot(now)) continue;
      taking = true;
      void partition.takeSnapshot(now).finally(() => (taking = false));
      return;
    }
  };
}
