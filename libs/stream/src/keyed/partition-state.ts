import type { TopicRecord } from '../read-topic.ts';
import type { StreamPosition } from './committed-position.ts';
import { lastRecordOf, type LastRecord } from './last-record.ts';
import { ReviewQueue } from './review-queue.ts';
import type { Since } from './since.ts';
import type { StateStore, StoredMeta, StoredState } from './state-store.ts';

/** How states become bytes in the local store. */
export interface StateCodec<S> {
  encode(state: S): Buffer;
  decode(bytes: Buffer): S;
}

/** A state that a key got, where in the log and as of when. */
export interface Step<S> {
  readonly state: S;
  readonly due: number | null;
  readonly offset: number;
  readonly ordinal: number;
  readonly asOf: number;
  /** Its snapshot is out already: it was before state was rebuilt. */
  readonly published: boolean;
}

/** A state with the step from which its snapshot holds. Both are a fold of the log: a rebuild ends in the same. */
export interface Held<S> {
  readonly state: S;
  readonly since: Since;
}

/** A key whose newest state is not in the local store yet, or whose snapshot is not published yet. */
export interface Touched<S> extends Held<S> {
  readonly due: number | null;
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
  readonly #sameSnapshot: (before: S, after: S) => boolean;
  #recent = new Map<string, Held<S>>();
  #older = new Map<string, Held<S>>();
  #unpublished = 0;
  #flushing: Promise<void> | undefined;

  position: StreamPosition;
  streamTime: number;
  memory: string;
  /** The last record applied since the store was opened. */
  lastApplied: TopicRecord | undefined;
  readonly #lastStored: LastRecord | null;

  constructor(
    store: StateStore,
    { codec, sameSnapshot }: { readonly codec: StateCodec<S>; sameSnapshot?(before: S, after: S): boolean },
    start: number,
  ) {
    this.#store = store;
    this.#codec = codec;
    this.#sameSnapshot = sameSnapshot ?? (() => false);
    const meta = store.meta();
    this.position =
      meta === undefined
        ? { offset: start, cursor: null, ordinal: 0 }
        : { offset: meta.offset, cursor: meta.cursor, ordinal: meta.ordinal };
    this.streamTime = meta?.streamTime ?? 0;
    this.memory = meta?.memory ?? '';
    this.#lastStored = meta?.last ?? null;
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
    return this.held(key)?.state;
  }

  held(key: string): Held<S> | undefined {
    const known = this.#touched.get(key) ?? this.#recent.get(key) ?? this.#older.get(key);
    if (known !== undefined) return known;
    const stored = this.#store.get(key);
    if (stored === undefined) return undefined;
    const held = { state: this.#codec.decode(stored.state), since: stored.since };
    this.#remember(key, held);
    return held;
  }

  set(key: string, { state, due, offset, ordinal, asOf, published }: Step<S>): void {
    const before = this.#touched.get(key);
    const held = before ?? this.held(key);
    const isSame = held !== undefined && this.#sameSnapshot(held.state, state);
    const touched: Touched<S> = {
      state,
      due,
      since: isSame ? held.since : { offset, ordinal, asOf, due },
      // What is stored is published: the store is flushed at such a moment only.
      published: published || (isSame && (before?.published ?? true)),
    };
    const wasWaiting = before?.published === false;
    this.#unpublished += Number(!touched.published) - Number(wasWaiting);
    this.#touched.set(key, touched);
    this.reviews.set(key, due);
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
    const states: StoredState[] = entries.map(([key, { state, due, since }]) => ({
      key,
      due,
      since,
      state: this.#codec.encode(state),
    }));
    const last = this.lastApplied === undefined ? this.#lastStored : lastRecordOf(this.lastApplied);
    const meta: StoredMeta = { ...this.position, streamTime: this.streamTime, memory: this.memory, last };
    this.#flushing = this.#store.flush(states, meta).then(() => {
      for (const [key, entry] of entries) {
        if (this.#touched.get(key) !== entry) continue;
        this.#touched.delete(key);
        this.#remember(key, { state: entry.state, since: entry.since });
      }
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  #remember(key: string, held: Held<S>): void {
    this.#recent.set(key, held);
    this.#older.delete(key);
    if (this.#recent.size < CACHED_KEYS / 2) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
