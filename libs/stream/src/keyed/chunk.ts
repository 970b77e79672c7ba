import type { TopicRecord } from '../read-topic.ts';
import type { Moment, Outcome, Output, ReadAgain, TraceStep } from './outcome.ts';
import type { PartitionState } from './partition-state.ts';
import { notAfter, type Review } from './review-queue.ts';
import { keyFaultOf } from './state-store.ts';

/** The two pure functions an app gives: what a record does to its key's state, and what the passing of time does. */
export interface ChunkFunctions<S> {
  /** @param key of the record as text; empty where it has none, and no state then */
  record(record: TopicRecord, key: string, state: S | undefined, moment: Moment): Outcome<S>;
  review(key: string, state: S, moment: Moment): Outcome<S>;
}

/** What a chunk leaves to be written in one transaction. */
export interface Stage {
  readonly outputs: Output[];
  readonly deadLetters: { readonly record: TopicRecord; readonly reason: string }[];
  /** Keys whose snapshot goes out in the same transaction. */
  readonly publishNow: Set<string>;
  /** Still to be read: the handler calls `readAgain` after `replay`. */
  readonly readAgain: ReadAgain[];
  /** To be ended by the commit. */
  readonly traceSteps: TraceStep[];
  /** How many of the chunk's records are applied; the rest comes again in the next chunk. */
  applied: number;
  reviewsFired: number;
}

export function emptyStage(): Stage {
  return {
    outputs: [],
    deadLetters: [],
    publishNow: new Set(),
    readAgain: [],
    traceSteps: [],
    applied: 0,
    reviewsFired: 0,
  };
}

export interface ChunkOptions {
  readonly partition: number;
  /** Set while state is rebuilt: outputs are thrown away, and snapshots of what is touched below this offset are out already. */
  readonly silentThrough?: number | undefined;
  /** Offsets that went to the dead letters when they were first processed; a rebuild passes them over. */
  readonly deadOffsets?: ReadonlySet<number> | undefined;
  /** Reviews up to this one fire although no record calls for them: the end of a rebuild whose commit was cut between reviews. */
  readonly reviewsThrough?: Review;
  /** A chunk is cut, even between reviews, when this many outputs, reviews and records to be read again are staged. */
  readonly limit: number;
  /** Records of this partition by offset. */
  readonly read?: ((offsets: Iterable<number>) => Promise<ReadonlyMap<number, TopicRecord>>) | undefined;
  /** Asked for a record that carries a trace and leads to outputs; without a step its own headers go on. */
  readonly traceStep?: ((record: TopicRecord) => TraceStep | undefined) | undefined;
}

/**
 * Records of one partition in offset order, to be applied together. `replay` fires every review that is due before a record's
 * time ahead of that record, each as of its due moment, so that the same log gives the same changes at the same moments.
 */
export class Chunk<S> {
  readonly records: readonly TopicRecord[];
  readonly stage: Stage = emptyStage();
  /** State has changed in memory: an error from here on must not lead to another try over the same state. */
  begun = false;
  #toRead = 0;
  readonly #state: PartitionState<S>;
  readonly #options: ChunkOptions;

  constructor(records: readonly TopicRecord[], state: PartitionState<S>, options: ChunkOptions) {
    this.records = records;
    this.#state = state;
    this.#options = options;
  }

  /** The bytes to be prepared before `replay`, which is synchronous. */
  values(): readonly (Buffer | null)[] {
    return this.records.map((record) => record.value);
  }

  /**
   * Applies the chunk in time's order. Outcomes are not gathered: the states in them would outlive a chunk's many collections,
   * and cost more than their assessments.
   */
  replay(functions: ChunkFunctions<S>): void {
    const { reviewsThrough, silentThrough } = this.#options;
    const state = this.#state;
    this.begun = true;
    if (reviewsThrough !== undefined) {
      this.#fire(functions, reviewsThrough);
      return;
    }
    if (!this.#fireDue(functions, state.streamTime)) return;
    for (const record of this.records) {
      const time = Math.max(state.streamTime, record.timestamp);
      if (this.#isFull() || !this.#fireDue(functions, time)) return;
      state.streamTime = time;
      if (record.offset !== state.position.offset) state.position = { offset: record.offset, cursor: null, ordinal: 0 };
      state.allDueAt = null;
      this.#apply(functions, record);
      state.position = { offset: record.offset + 1, cursor: null, ordinal: 0 };
      state.lastApplied = record;
      this.stage.applied++;
      // Not in a rebuild: the commit may have been cut among those that the record has just made due.
      if (silentThrough === undefined && !this.#fireDue(functions, time)) return;
    }
  }

  /**
   * Reads the records that outcomes asked for once more and adds what they become to the stage. Resolves at once when there
   * are none. `prepare` gets their bytes first, as it gets those of the chunk before `replay`.
   */
  async readAgain(prepare: (values: readonly (Buffer | null)[]) => Promise<void>): Promise<void> {
    const wishes = this.stage.readAgain.splice(0);
    if (wishes.length === 0) return;
    const { read } = this.#options;
    if (read === undefined) throw new Error('records are to be read again, but this chunk cannot reach the log');
    const records = await read(wishes.flatMap(({ offsets }) => offsets));
    await prepare([...records.values()].map(({ value }) => value));
    for (const { offsets, outputsOf } of wishes)
      this.stage.outputs.push(...outputsOf(offsets.map((offset) => records.get(offset) as TopicRecord)));
  }

  #apply(functions: ChunkFunctions<S>, record: TopicRecord): void {
    if (this.#options.deadOffsets?.has(record.offset) === true) return;
    const state = this.#state;
    const fault = keyFaultOf(record.key);
    if (fault !== undefined) return this.#setAside(record, fault);
    const key = record.key?.toString('utf8') ?? '';
    const outcome = functions.record(
      record,
      key,
      key === '' ? undefined : state.get(key),
      this.#moment(state.streamTime),
    );
    switch (outcome.kind) {
      case 'accepted':
        this.#accept(key, outcome, state.streamTime, record);
        break;
      case 'deadLetter':
        this.#setAside(record, outcome.reason);
        break;
      case 'memory':
        state.memory = outcome.memory;
        if (outcome.reviewAll) state.makeAllDue();
        break;
      case 'unchanged':
        break;
    }
  }

  #setAside(record: TopicRecord, reason: string): void {
    if (this.#options.silentThrough === undefined) this.stage.deadLetters.push({ record, reason });
  }

  /** Fires what is due at or before `time`. False when the chunk is full before all of it has fired. */
  #fireDue(functions: ChunkFunctions<S>, time: number): boolean {
    while (this.#state.reviews.nextDue() <= time) {
      if (this.#isFull()) return false;
      this.#fireOne(functions);
    }
    return true;
  }

  #fire(functions: ChunkFunctions<S>, through: Review): void {
    for (
      let next = this.#state.reviews.peek();
      next !== undefined && notAfter(next, through);
      next = this.#state.reviews.peek()
    ) {
      this.#fireOne(functions);
    }
  }

  #fireOne(functions: ChunkFunctions<S>): void {
    const state = this.#state;
    const review = state.reviews.take();
    if (review === undefined) return;
    state.streamTime = Math.max(state.streamTime, review.due);
    const known = state.get(review.key);
    if (known === undefined)
      throw new Error(
        `a review of ${review.key} is due but the partition has no state of it; delete the state directory to rebuild it from the log`,
      );
    const outcome = functions.review(review.key, known, this.#moment(review.due));
    if (outcome.kind === 'accepted') this.#accept(review.key, outcome, review.due);
    else if (outcome.kind !== 'unchanged')
      throw new Error(`a review answered ${outcome.kind}; it may only be accepted or unchanged`);
    this.stage.reviewsFired++;
    state.position = { ...state.position, cursor: review };
  }

  #accept(key: string, outcome: Extract<Outcome<S>, { kind: 'accepted' }>, asOf: number, record?: TopicRecord): void {
    if (key === '') throw new Error('a record without a key was accepted; it has no state to keep');
    if (outcome.nextDue !== null && outcome.nextDue <= asOf) {
      throw new Error(
        `the next review of ${key} is due at ${outcome.nextDue}, which is not after ${asOf}; the stream would never move on`,
      );
    }
    const state = this.#state;
    const { offset, ordinal } = state.position;
    const { silentThrough } = this.#options;
    const published = silentThrough !== undefined && offset < silentThrough;
    state.set(key, { state: outcome.state, due: outcome.nextDue, offset, ordinal, asOf, published });
    state.position = { ...state.position, ordinal: ordinal + outcome.outputs.length };
    if (silentThrough !== undefined) return;
    const { outputs, readAgain } = outcome;
    const leadsOn = outputs.length > 0 || readAgain !== undefined;
    const trace = leadsOn ? this.#traceOnward(record) : undefined;
    this.stage.outputs.push(...withHeaders(outputs, trace));
    if (outcome.publishNow) this.stage.publishNow.add(key);
    if (readAgain === undefined) return;
    const { offsets, outputsOf } = readAgain;
    this.stage.readAgain.push({ offsets, outputsOf: (records) => withHeaders(outputsOf(records), trace) });
    this.#toRead += offsets.length;
  }

  /** The headers by which the trace of a record, if it has one, goes on to what the record leads to. */
  #traceOnward(record: TopicRecord | undefined): Output['message']['headers'] {
    if (record?.headers['traceparent'] === undefined) return undefined;
    const step = this.#options.traceStep?.(record);
    if (step === undefined) return traceOf(record);
    this.stage.traceSteps.push(step);
    return step.headers;
  }

  #isFull(): boolean {
    return this.stage.reviewsFired + this.stage.outputs.length + this.#toRead >= this.#options.limit;
  }

  #moment(asOf: number): Moment {
    const { position, memory } = this.#state;
    return {
      partition: this.#options.partition,
      asOf,
      offset: position.offset,
      ordinal: position.ordinal,
      memory,
    };
  }
}

/** The trace of a record (W3C Trace Context). */
function traceOf({ headers: { traceparent, tracestate } }: TopicRecord): Output['message']['headers'] {
  return { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) };
}

function withHeaders(outputs: readonly Output[], headers: Output['message']['headers']): readonly Output[] {
  if (headers === undefined) return outputs;
  return outputs.map((output) => ({
    ...output,
    message: { ...output.message, headers: { ...output.message.headers, ...headers } },
  }));
}
