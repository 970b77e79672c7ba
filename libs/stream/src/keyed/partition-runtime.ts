import { isDeepStrictEqual } from 'node:util';
import { isKafkaError } from '../broker-errors.ts';
import type { GroupMember } from '../group-requests.ts';
import type { TopicRecord } from '../read-topic.ts';
import { Chunk, emptyStage, type Stage } from './chunk.ts';
import { encodeMetadata, isBehind, type CommittedPosition } from './committed-position.ts';
import { DeadLetterLimit } from './dead-letters.ts';
import type { PartitionState } from './partition-state.ts';
import { Renewal } from './renewal.ts';
import { stageMessages } from './stage-messages.ts';
import { heldOf, unpublishedOf } from './snapshots-to-publish.ts';
import { openState, type OpenedState } from './open-state.ts';
import { readCommitted } from './take-over.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import { TransactionLostError } from './shared-transactions.ts';

const CHUNK_LIMIT = 5_000;
const PUBLISH_EVERY_MS = 300;
/** Each snapshot and each flush of a key costs as much as its assessment: a backlog touches the same keys again and again. */
const PUBLISH_EVERY_UNDER_BACKLOG_MS = 30_000;
const FLUSH_EVERY_MS = 5_000;
const FLUSH_EVERY_UNDER_BACKLOG_MS = 30_000;
const BACKLOG_RECORDS = 5_000;

export interface Processing {
  /** Runs outside of transactions. */
  betweenChunks(): Promise<void>;
  /** Called when all records are applied and the transaction with the last of them begins. Not while state is rebuilt. */
  onLastCommit(): void;
}

/** Owns one partition: its state and its store. One at a time touches it: callers hold `exclusive`. */
export class PartitionRuntime<S> {
  readonly partition: number;
  readonly #options: RuntimeOptions<S>;
  readonly #limit: DeadLetterLimit;
  readonly #store: OpenedState<S>['store'];
  readonly #state: PartitionState<S>;
  readonly #snapshots: OpenedState<S>['snapshots'];
  /** The committed position that a rebuild has to reach; undefined once it is reached. */
  #target: CommittedPosition | undefined;
  #member: GroupMember;
  /** What the group has committed, by this runtime or before it. */
  #committed: CommittedPosition | undefined;
  readonly #deadOffsets: ReadonlySet<number>;
  readonly #committedEngine: string;
  #renewal: Renewal | undefined;
  readonly #differences: Iterable<Stage>;
  #lastPublish = 0;
  #lastFlush = Date.now();
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** A transaction was lost: nothing may be done with this runtime but to close it. */
  broken = false;
  /** Its partition is already being taken over anew. */
  recovering = false;
  lag = 0;
  /** What did not answer while its records were prepared; they are tried again. */
  waitingFor: string | undefined;
  lastRecordAt = Date.now();
  nextTickAt = 0;

  private constructor(partition: number, options: RuntimeOptions<S>, member: GroupMember, parts: OpenedState<S>) {
    this.partition = partition;
    this.#options = options;
    this.#member = member;
    this.#committed = parts.committed;
    this.#limit = new DeadLetterLimit(options.deadLetterLimits);
    this.#store = parts.store;
    this.#state = parts.state;
    this.#snapshots = parts.snapshots;
    this.#deadOffsets = parts.deadOffsets;
    this.#differences = parts.differences;
    this.#committedEngine = parts.committed?.engineVersion ?? options.engineVersion;
    this.#target =
      parts.committed !== undefined && isBehind(parts.state.position, parts.committed) ? parts.committed : undefined;
  }

  /**
   * Takes a partition over for a member of the group, in the only safe order: its generation fences the old owner; once the
   * transactions of older ones have ended, the committed offset stays; then the local store is opened, unless it is ahead of that.
   */
  static async open<S>(
    partition: number,
    member: GroupMember,
    options: RuntimeOptions<S>,
  ): Promise<PartitionRuntime<S>> {
    await options.transactions.ready();
    return new PartitionRuntime(partition, options, member, await openState(options, partition));
  }

  /** The offset of the first record that is not applied yet. */
  get position(): number {
    return this.#state.position.offset;
  }

  get restoring(): boolean {
    return this.#target !== undefined;
  }

  /** Records still to be replayed before the partition is live. */
  get restoreLag(): number {
    return this.#target === undefined ? 0 : Math.max(0, this.#target.offset - this.position);
  }

  get memory(): string {
    return this.#state.memory;
  }

  get streamTime(): number {
    return this.#state.streamTime;
  }

  get keys(): number {
    return this.#state.reviews.size;
  }

  get unpublishedCount(): number {
    return this.#state.unpublishedCount;
  }

  nextReviewDue(): number | undefined {
    return this.#state.reviews.peek()?.due;
  }

  get #publishedThrough(): number {
    return this.#committed?.publishedThrough ?? 0;
  }

  /** Runs `work` when everything begun before it has ended. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(work, work);
    this.#tail = run.catch(() => undefined);
    return run;
  }

  /** Goes on for the same process in another generation, unless somebody else has committed for the partition: false then. */
  async goOnFor(member: GroupMember): Promise<boolean> {
    if (this.broken || this.#closed || this.restoring) return false;
    const committed = await readCommitted(this.#options.offsets, this.partition);
    if (!isDeepStrictEqual(committed, this.#committed)) return false;
    this.#member = member;
    return true;
  }

  /** Whether it was taken over, or kept, for this member. */
  isFor(member: GroupMember): boolean {
    return this.#member === member;
  }

  /** Applies records in order, chunk by chunk, each in its own transaction. */
  async process(records: readonly TopicRecord[], { betweenChunks, onLastCommit }: Processing): Promise<void> {
    if (this.broken)
      throw new TransactionLostError(
        `${this.#options.topic}/${this.partition} has lost a transaction and is being taken over anew`,
      );
    let rest = records.filter((record) => record.offset >= this.position);
    while (rest.length > 0) {
      if (this.#target !== undefined) {
        const { offset } = this.#target;
        const silent = rest.filter((record) => record.offset < offset).slice(0, this.#options.recordsPerChunk);
        if (silent.length === 0) await this.#finishRestore();
        else rest = rest.slice(await this.#replaySilently(silent));
      } else {
        await this.#tellDifferences(betweenChunks);
        const left = rest.length;
        const onCommit = (applied: number): void => {
          if (applied === left) onLastCommit();
        };
        rest = rest.slice(await this.#apply(rest.slice(0, this.#options.recordsPerChunk), onCommit));
      }
      if (rest.length > 0) await betweenChunks();
    }
  }

  /** The fetch position has passed `offset`, if only over aborted or control records: a rebuild may be complete. */
  async passed(offset: number): Promise<void> {
    if (this.#target !== undefined && offset >= this.#target.offset) await this.#finishRestore();
  }

  /** Publishes what is waiting when its time has come, or at once with `force`; proves in passing that the fence holds. */
  async checkpoint(force = false): Promise<void> {
    if (this.#closed || this.broken || this.restoring) return;
    if (!force && !this.#mustPublish(Date.now())) return;
    await this.#tellDifferences(async () => undefined);
    await this.#commit(emptyStage(), true);
  }

  mustPublish(now: number): boolean {
    return !this.restoring && this.#mustPublish(now);
  }

  wantsSnapshot(now: number): boolean {
    return !this.#closed && this.#snapshots?.isDue(now) === true;
  }

  /** Copies the store beside all other work. Never rejects. */
  async takeSnapshot(now: number): Promise<void> {
    await this.#snapshots?.take(this.#store, now);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#state.flushing?.catch(() => undefined);
    await this.#snapshots?.settled();
    await this.#store.close();
  }

  async #apply(records: readonly TopicRecord[], onCommit: (applied: number) => void): Promise<number> {
    const began = performance.now();
    const chunk = new Chunk<S>(records, this.#state, {
      partition: this.partition,
      limit: CHUNK_LIMIT,
      read: (offsets) => this.#options.reader.read(this.partition, offsets),
      traceStep: this.#options.traceStep,
    });
    await this.#handle(chunk);
    const { stage } = chunk;
    this.#limit.countAll(records.slice(0, stage.applied), stage.deadLetters);
    onCommit(stage.applied);
    await this.#commit(stage, false);
    for (const step of stage.traceSteps) step.end();
    this.lastRecordAt = Date.now();
    this.#report(records, stage, performance.now() - began);
    return stage.applied;
  }

  /** A dependency that fails after state has changed in memory loses that memory, as a lost transaction does. */
  async #handle(chunk: Chunk<S>): Promise<void> {
    try {
      await this.#options.handle(chunk);
    } catch (error) {
      if (!chunk.begun) throw error;
      this.broken = true;
      if (!isKafkaError(error) && (error as { retriable?: unknown }).retriable !== true) throw error;
      throw new TransactionLostError(
        `${this.#options.topic}/${this.partition} could not finish a chunk at offset ${this.position}`,
        { cause: error },
      );
    }
    if (chunk.stage.readAgain.length > 0)
      throw new Error('an outcome wants records read again; the handler must call readAgain after replay');
  }

  async #replaySilently(records: readonly TopicRecord[]): Promise<number> {
    const began = performance.now();
    const chunk = new Chunk<S>(records, this.#state, {
      partition: this.partition,
      limit: CHUNK_LIMIT,
      silentThrough: this.#publishedThrough,
      deadOffsets: this.#deadOffsets,
    });
    await this.#options.handle(chunk);
    if (this.#state.touchedCount >= this.#options.maxTouched && this.#state.unpublishedCount === 0)
      await this.#state.beginFlush();
    this.#report(records, chunk.stage, performance.now() - began);
    return chunk.stage.applied;
  }

  async #finishRestore(): Promise<void> {
    const target = this.#target;
    if (target === undefined) return;
    if (target.cursor !== null) {
      const chunk = new Chunk<S>([], this.#state, {
        partition: this.partition,
        limit: CHUNK_LIMIT,
        silentThrough: this.#publishedThrough,
        reviewsThrough: target.cursor,
      });
      await this.#options.handle(chunk);
    }
    this.#state.position = { offset: target.offset, cursor: target.cursor, ordinal: target.ordinal };
    this.#target = undefined;
  }

  /** What another engine version makes otherwise is told before anything new is applied, each key with its new snapshot. */
  async #tellDifferences(betweenParts: () => Promise<void>): Promise<void> {
    for (const stage of this.#differences) {
      await this.#commit(stage, false, [...stage.publishNow]);
      this.#report([], stage, 0);
      await betweenParts();
    }
  }

  #mustPublish(now: number): boolean {
    if (this.#state.unpublishedCount === 0) return this.#renew().isPending;
    // What is touched leaves memory by a flush, and a flush waits until all of it is published.
    if (this.#state.touchedCount >= this.#options.maxTouched) return true;
    const every = this.lag > BACKLOG_RECORDS ? PUBLISH_EVERY_UNDER_BACKLOG_MS : PUBLISH_EVERY_MS;
    return now - this.#lastPublish >= every;
  }

  /**
   * One transaction: outputs, dead letters, snapshots and the offset with its metadata. Any error loses it. While differences
   * are told, only the snapshots of the keys that are `told` go out: any other would hide a difference from the next take-over.
   */
  async #commit(stage: Stage, publishAll: boolean, told?: readonly string[]): Promise<void> {
    const state = this.#state;
    const now = Date.now();
    const all = told === undefined && (publishAll || this.#mustPublish(now));
    const published = all ? state.unpublished() : unpublishedOf(state, stage.publishNow);
    const publishedThrough =
      published.length === state.unpublishedCount ? state.position.offset : this.#publishedThrough;
    const renewal = this.#renew();
    const engineVersion = told === undefined ? renewal.versionAfterNext() : this.#committedEngine;
    const snapshots = [...published, ...heldOf(state, told ?? renewal.next())];
    const committing = { ...state.position, publishedThrough, engineVersion };
    try {
      await this.#options.transactions.commit({
        messages: stageMessages(stage, snapshots, this.partition, this.#options),
        partition: this.partition,
        offset: committing.offset,
        metadata: encodeMetadata(committing),
        member: this.#member,
      });
    } catch (error) {
      this.broken = true;
      throw error;
    }
    this.#committed = committing;
    state.markPublished(published);
    if (told === undefined) renewal.done();
    if (all) this.#lastPublish = now;
    await this.#flushWhenDue(now);
  }

  /** Of a partition that is live: begins with every key there is when its state was rebuilt by another version. */
  #renew(): Renewal {
    return (this.#renewal ??= new Renewal(this.#committedEngine, this.#options.engineVersion, this.#state.keys()));
  }

  async #flushWhenDue(now: number): Promise<void> {
    const state = this.#state;
    const many = state.touchedCount >= this.#options.maxTouched;
    if (many && state.flushing !== undefined) await state.flushing;
    if (state.flushing !== undefined || state.unpublishedCount > 0 || state.touchedCount === 0) return;
    const every = this.lag > BACKLOG_RECORDS ? FLUSH_EVERY_UNDER_BACKLOG_MS : FLUSH_EVERY_MS;
    if (!many && now - this.#lastFlush < every) return;
    this.#lastFlush = now;
    // Not awaited: the store may lag behind, and reads go through memory until it has caught up.
    this.#state.beginFlush().catch((error: unknown) => {
      if (!this.#closed && !this.broken)
        this.#options.onFatal(error instanceof Error ? error : new Error(String(error)));
    });
  }

  #report(records: readonly TopicRecord[], stage: Stage, ms: number): void {
    this.#options.onChunk({
      partition: this.partition,
      firstOffset: records[0]?.offset ?? this.position,
      lastOffset: this.position - 1,
      records: stage.applied,
      reviews: stage.reviewsFired,
      outputs: stage.outputs.length,
      deadLetters: stage.deadLetters.length,
      silent: this.restoring,
      ms,
      lastTimestamp: records[stage.applied - 1]?.timestamp ?? 0,
    });
  }
}
