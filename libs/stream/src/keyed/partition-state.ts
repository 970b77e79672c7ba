import type { TopicRecord } from '../read-topic.ts';
import type { StreamPosition } from './committed-position.ts';
import { lastRecordOf, type LastRecord } from './last-record.ts';
import { packedLength, packState, sinceOf, stateOf } from './packed-state.ts';
import { notAfter, ReviewQueue } from './review-queue.ts';
import type { Since } from './since.ts';
import { Slabs } from './slabs.ts';
import type { StateStore, StoredMeta, StoredState } from './state-store.ts';

/** How states become bytes in memory and in the local store. The bytes that `encode` gives are valid until it is called again. */
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
  readonly published: boolean;
}

/** Some keys come soon again. Many more would live long enough to be moved by the collector, and then die. */
const LAST_ONES = 64;

/** A key that has outgrown its room gets so many times of what it needs: it is one that grows. */
const ROOM_TO_GROW = 1.5;

/** What is touched: as an object for a short while, then packed as it will lie in the store. */
class Entry<S> implements Touched<S> {
  readonly due: number | null;
  readonly since: Since;
  published: boolean;
  /** A later state of the key has taken its place, or the store has it: nobody will ask for it again. */
  isOver = false;
  readonly #codec: StateCodec<S>;
  #state: S | undefined;
  #slabs: Slabs | undefined;
  #room: Buffer | undefined;
  #length = 0;

  constructor(codec: StateCodec<S>, state: S, { due, since, published }: Omit<Touched<S>, 'state'>) {
    this.#codec = codec;
    this.#state = state;
    this.due = due;
    this.since = since;
    this.published = published;
  }

  get state(): S {
    return this.#state ?? this.#codec.decode(stateOf(this.packed()));
  }

  packed(): Buffer {
    return (this.#room as Buffer).subarray(0, this.#length);
  }

  pack(slabs: Slabs): void {
    if (this.#state === undefined) return;
    const bytes = this.#codec.encode(this.#state);
    const length = packedLength(bytes);
    const room = this.#slabs === slabs ? this.#room : undefined;
    if (room === undefined) this.#room = slabs.allocate(length);
    else if (room.length < length) this.#room = slabs.allocate(Math.ceil(length * ROOM_TO_GROW));
    packState(this.#room as Buffer, bytes, this.due, this.since);
    this.#slabs = slabs;
    this.#length = length;
    this.#state = undefined;
  }

  /** Takes over where an earlier state of the key lies: without it a key that is touched a thousand times needs a thousand rooms. */
  replaces(before: Entry<S>): void {
    before.isOver = true;
    this.#slabs = before.#slabs;
    this.#room = before.#room;
  }
}

/**
 * What one partition knows in memory: states touched since the last flush over the local store, its reviews and its
 * place in the log. It changes in place; when a transaction fails it is thrown away and rebuilt from store and log.
 */
export class PartitionState<S> {
  readonly reviews = new ReviewQueue();
  readonly #touched = new Map<string, Entry<S>>();
  /** The last ones touched, in a ring: the place of the next one holds the oldest. */
  readonly #lastOnes: Entry<S>[] = [];
  #nextOfLast = 0;
  /** Where touched states are packed, and where those lie that are being flushed. */
  #slabs = new Slabs();
  #flushingSlabs = new Slabs();
  readonly #store: StateStore;
  readonly #codec: StateCodec<S>;
  readonly #sameSnapshot: (before: S, after: S) => boolean;
  /** The last state asked for, unpacked: it is asked for again when the next one is set. */
  #lastRead: { readonly key: string; readonly held: Held<S> } | undefined;
  #unpublished = 0;
  #flushing: Promise<void> | undefined;

  position: StreamPosition;
  streamTime: number;
  memory: string;
  /** The moment at which the last record made every key due; null when it did not. The cursor tells which of them have fired. */
  allDueAt: number | null;
  /** The last record applied since the store was opened; undefined before the first. */
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
    this.allDueAt = meta?.allDueAt ?? null;
    for (const { key, due } of store.dues()) this.reviews.set(key, this.#isStillDue(key) ? this.allDueAt : due);
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
    if (this.#lastRead?.key === key) return this.#lastRead.held;
    const touched = this.#touched.get(key);
    const held = touched === undefined ? this.#stored(key) : { state: touched.state, since: touched.since };
    if (held === undefined) return undefined;
    this.#lastRead = { key, held };
    return held;
  }

  set(key: string, { state, due, offset, ordinal, asOf, published }: Step<S>): void {
    const before = this.#touched.get(key);
    const held = this.held(key);
    const isSame = held !== undefined && this.#sameSnapshot(held.state, state);
    const entry = new Entry(this.#codec, state, {
      due,
      since: isSame ? held.since : { offset, ordinal, asOf, due },
      // What is stored is published: the store is flushed at such a moment only.
      published: published || (isSame && (before?.published ?? true)),
    });
    const wasWaiting = before?.published === false;
    this.#unpublished += Number(!entry.published) - Number(wasWaiting);
    if (before !== undefined) entry.replaces(before);
    this.#touched.set(key, entry);
    this.#lastRead = undefined;
    this.#packOldest(entry);
    this.reviews.set(key, due);
  }

  /** Every key there is, stored or touched. */
  *keys(): Iterable<string> {
    const touched = this.#touched;
    for (const key of this.#store.keys()) if (!touched.has(key)) yield key;
    yield* touched.keys();
  }

  /** Every key there is wants a review now. */
  makeAllDue(): void {
    this.allDueAt = this.streamTime;
    for (const key of this.keys()) this.reviews.set(key, this.streamTime);
  }

  unpublished(): [string, Touched<S>][] {
    return [...this.#touched].filter(([, entry]) => !entry.published);
  }

  markPublished(entries: readonly (readonly [string, Touched<S>])[]): void {
    for (const [key, touched] of entries) {
      const entry = this.#touched.get(key);
      if (entry === undefined || entry !== touched || entry.published) continue;
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
    for (const [, entry] of entries) entry.pack(this.#slabs);
    const states = entries.map(([key, entry]): StoredState => ({ key, value: entry.packed() }));
    [this.#slabs, this.#flushingSlabs] = [this.#flushingSlabs, this.#slabs];
    const last = this.lastApplied === undefined ? this.#lastStored : lastRecordOf(this.lastApplied);
    const meta: StoredMeta = {
      ...this.position,
      streamTime: this.streamTime,
      memory: this.memory,
      allDueAt: this.allDueAt,
      last,
    };
    this.#flushing = this.#store.flush(states, meta).then(() => {
      for (const [key, entry] of entries) {
        if (entry.isOver) continue;
        entry.isOver = true;
        this.#touched.delete(key);
      }
      this.#flushingSlabs.reuse();
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** Made due with all others, and not fired since. */
  #isStillDue(key: string): boolean {
    const { cursor } = this.position;
    return this.allDueAt !== null && (cursor === null || !notAfter({ due: this.allDueAt, key }, cursor));
  }

  #stored(key: string): Held<S> | undefined {
    const value = this.#store.get(key);
    return value && { state: this.#codec.decode(stateOf(value)), since: sinceOf(value) };
  }

  /** Packs what has waited longest as an object. */
  #packOldest(entry: Entry<S>): void {
    const oldest = this.#lastOnes[this.#nextOfLast];
    if (oldest?.isOver === false) oldest.pack(this.#slabs);
    this.#lastOnes[this.#nextOfLast] = entry;
    this.#nextOfLast = (this.#nextOfLast + 1) % LAST_ONES;
  }
}
