import type { StreamPosition } from './committed-position.ts';
import { ReviewQueue } from './review-queue.ts';
import type { StateStore, StoredMeta, StoredState } from './state-store.ts';

/** How states become bytes in the local store. */
export interface StateCodec<S> {
  encode(state: S): Buffer;
  decode(bytes: Buffer): S;
}

/** A key whose newest state is not in the local store yet, or whose snapshot is not published yet. */
export interface Touched<S> {
  readonly state: S;
  readonly due: number | null;
  /** Where in the log it got this state. */
  readonly offset: number;
  readonly ordinal: number;
  readonly asOf: number;
  published: boolean;
}

const CACHED_KEYS = 16_384;

/**
 * What one partition knows in memory: states touched since the last flush over the local store, its reviews and its
 * place in the log. It changes in place; when a transaction fails it is thrown away and rebuilt from store and log.
 */
export class PartitionState<S> {
  readonly reviews = new ReviewQueue();
  readonly #touched = new Map<string, Touched<S>>();
  readonly #store: StateStore;
  readonly #codec: StateCodec<S>;
  #recent = new Map<string, S>();
  #older = new Map<string, S>();
  #unpublished = 0;
  #flushing: Promise<void> | undefined;

  position: StreamPosition;
  streamTime: number;
  memory: string;

  constructor(store: StateStore, codec: StateCodec<S>, start: number) {
    this.#store = store;
    this.#codec = codec;
    const meta = store.meta();
    this.position =
      meta === undefined
        ? { offset: start, cursor: null, ordinal: 0 }
        : { offset: meta.offset, cursor: meta.cursor, ordinal: meta.ordinal };
    this.streamTime = meta?.streamTime ?? 0;
    this.memory = meta?.memory ?? '';
    for (const { key, due } of store.dues()) this.reviews.set(key, due);
  }

  get touchedCount(): number {
    return this.#touched.size;
  }

  get unpublishedCount(): number {
    return this.#unpublished;
  }

  get flushing(): Promise<void> | undefined {
    return this.#flushing;
  }

  get(key: string): S | undefined {
    const touched = this.#touched.get(key);
    if (touched !== undefined) return touched.state;
    const cached = this.#recent.get(key) ?? this.#older.get(key);
    if (cached !== undefined) return cached;
    const bytes = this.#store.get(key);
    if (bytes === undefined) return undefined;
    const state = this.#codec.decode(bytes);
    this.#remember(key, state);
    return state;
  }

  set(key: string, touched: Touched<S>): void {
    const before = this.#touched.get(key);
    if (before === undefined || before.published) this.#unpublished += touched.published ? 0 : 1;
    else if (touched.published) this.#unpublished--;
    this.#touched.set(key, touched);
    this.reviews.set(key, touched.due);
  }

  /** Every key there is, stored or touched. */
  *keys(): Iterable<string> {
    const touched = this.#touched;
    for (const key of this.#store.keys()) if (!touched.has(key)) yield key;
    yield* touched.keys();
  }

  unpublished(): [string, Touched<S>][] {
    return [...this.#touched].filter(([, entry]) => !entry.published);
  }

  markPublished(entries: readonly (readonly [string, Touched<S>])[]): void {
    for (const [, entry] of entries) {
      if (entry.published) continue;
      entry.published = true;
      this.#unpublished--;
    }
  }

  touched(key: string): Touched<S> | undefined {
    return this.#touched.get(key);
  }

  /**
   * Begins to write what is touched into the local store, with the position it contains. Only for a moment at which
   * everything touched is published: a store ahead of that would lose the snapshots of a crash.
   */
  beginFlush(): Promise<void> {
    const entries = [...this.#touched];
    const states: StoredState[] = entries.map(([key, { state, due }]) => ({
      key,
      due,
      state: this.#codec.encode(state),
    }));
    const meta: StoredMeta = { ...this.position, streamTime: this.streamTime, memory: this.memory };
    this.#flushing = this.#store.flush(states, meta).then(() => {
      for (const [key, entry] of entries) {
        if (this.#touched.get(key) !== entry) continue;
        this.#touched.delete(key);
        this.#remember(key, entry.state);
      }
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  #remember(key: string, state: S): void {
    this.#recent.set(key, state);
    this.#older.delete(key);
    if (this.#recent.size < CACHED_KEYS / 2) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
