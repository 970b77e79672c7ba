import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import { isKafkaError } from '../broker-errors.ts';
import { waitForCoordinator } from '../coordinator.ts';
import { GroupMembership } from '../group-membership.ts';
import type { GroupMember } from '../group-requests.ts';
import { createLogWriter } from '../log-writer.ts';
import type { LogWriter } from '../serial-writer.ts';
import { recordOf } from '../read-topic.ts';
import { repeat } from '../repeat.ts';
import { createConsumer, runConsumer, SESSION_TIMEOUT_MS } from '../run-consumer.ts';
import { createStableOffsets, type StableOffsets } from '../stable-offsets.ts';
import { endsWithin, STOP_DEADLINE_MS } from '../stop-deadline.ts';
import { transactionSessions } from '../transaction-session.ts';
import type { Chunk } from './chunk.ts';
import { tick, wantsTick } from './clock-ticks.ts';
import { runtimeOptionsOf, type KeyedStreamOptions } from './keyed-stream-options.ts';
import { progressOf, type StreamStatus } from './stream-status.ts';
import { repeatWhileAway } from './repeat-while-away.ts';
import { PartitionRuntime } from './partition-runtime.ts';
import { createRecordReader, type RecordReader } from './record-reader.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import { lockStateDirectory } from './state-lock.ts';
import { snapshotsInTurn } from './store-snapshots.ts';
import { SharedTransactions, TransactionLostError } from './shared-transactions.ts';

const HOUSEKEEPING_MS = 100;
const OPEN_AT_ONCE = 4;
const OPENING = { mayPass: isKafkaError, givenUpAfterMs: 60_000 };

/**
 * A keyed, stateful processor of one topic: each record's effect on state, outputs and offset happens exactly once for
 * read-committed subscribers, and state is a fold of the log, so that it can be rebuilt from it at any time.
 */
export class KeyedStreamProcessor<S> {
  readonly #options: KeyedStreamOptions<S>;
  readonly #topic: string;
  readonly #handle: (chunk: Chunk<S>) => Promise<void>;
  readonly #runtimes = new Map<number, PartitionRuntime<S>>();
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #reader: RecordReader;
  readonly #offsets: StableOffsets;
  readonly #transactions: SharedTransactions;
  readonly #membership: GroupMembership;
  readonly #takeSnapshots = snapshotsInTurn();
  #ticks: LogWriter | undefined;
  #clusterId = '';
  /** In the generation that is going on; undefined before the first one, and while a next one is being formed. */
  #member: GroupMember | undefined;
  /** Stays while a next generation is being formed. */
  #lastMember: GroupMember | undefined;
  #takingOver: Promise<void> = Promise.resolve();
  #assigned: readonly number[] = [];
  #stopping = false;
  #lastTurn = Date.now();
  #lastHeartbeat = 0;
  #housekeeping: NodeJS.Timeout | undefined;
  #unlock: (() => void) | undefined;

  constructor(topic: string, options: KeyedStreamOptions<S>, handle: (chunk: Chunk<S>) => Promise<void>) {
    this.#topic = topic;
    this.#options = options;
    this.#handle = handle;
    const { connection, groupId, sessionTimeoutMs = SESSION_TIMEOUT_MS, maxFetchBytes = 2 * 1024 * 1024 } = options;
    this.#admin = connection.kafka.admin();
    this.#reader = createRecordReader(connection, topic);
    this.#offsets = createStableOffsets(connection, groupId, topic);
    const onRepeat = (err: unknown): void => options.onEvent?.('transaction repeated', { err });
    const open = transactionSessions(connection, groupId, sessionTimeoutMs, onRepeat);
    this.#transactions = new SharedTransactions({ groupId, topic, open });
    this.#membership = new GroupMembership({
      beforeJoin: () => this.#beforeJoin(),
      onJoinFailed: () => this.#own(this.#assigned, this.#lastMember),
      beforeLeave: () => this.#beforeLeave(),
    });
    const partitionAssigner = this.#membership.assigner;
    this.#consumer = createConsumer(connection, { groupId, sessionTimeoutMs, maxFetchBytes, partitionAssigner });
  }

  /** Resolves as a member of the group. Once this one is stopped, also after a start that rejected, another may start instead. */
  async start(): Promise<void> {
    this.#unlock = lockStateDirectory(this.#options.stateDirectory);
    await this.#admin.connect();
    this.#clusterId = (await this.#admin.describeCluster()).clusterId;
    this.#ticks = await createLogWriter(this.#options.connection);
    await waitForCoordinator(this.#admin, this.#options.groupId, this.#topic);
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => this.#assign(payload.memberAssignment[this.#topic] ?? []));
    this.#consumer.on(events.HEARTBEAT, () => {
      this.#lastHeartbeat = Date.now();
      this.#turn();
    });
    this.#consumer.on(events.FETCH, () => this.#turn());
    this.#consumer.on(events.END_BATCH_PROCESS, ({ payload }) => {
      // A fetch of nothing but aborted or control records never reaches eachBatch, yet it may be the end of a rebuild.
      if (payload.batchSize > 0) return;
      const runtime = this.#runtimes.get(payload.partition);
      if (runtime !== undefined) runtime.lag = Math.max(0, Number(payload.offsetLag));
      this.#passed(payload.partition, Number(payload.firstOffset), Number(payload.lastOffset) + 1);
    });
    await runConsumer(this.#consumer, {
      topics: [this.#topic],
      partitionsConsumedConcurrently: 64,
      eachBatch: (payload) => this.#eachBatch(payload),
      onCrash: (error) => this.#crash(error),
    });
    this.#housekeeping = setInterval(() => this.#keepHouse(Date.now()), HOUSEKEEPING_MS);
  }

  status(): StreamStatus {
    return {
      joined: this.#lastMember !== undefined,
      assigned: this.#assigned.length,
      ...progressOf([...this.#runtimes.values()]),
      lastTurn: this.#lastTurn,
    };
  }

  /**
   * Ends the running chunks, publishes what is waiting, leaves the group. With brokers or a dependency away that may take
   * for ever: after the deadline the process may end as it is, which loses nothing, because nothing is committed by halves.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#housekeeping);
    const inTime = await endsWithin(this.#options.stopDeadlineMs ?? STOP_DEADLINE_MS, this.#end());
    if (!inTime) this.#options.onEvent?.('stop cut short', {});
  }

  async #end(): Promise<void> {
    try {
      await this.#consumer.stop();
      await Promise.all([...this.#runtimes.values()].map((runtime) => runtime.exclusive(() => runtime.close())));
      this.#runtimes.clear();
      await this.#consumer.disconnect();
      await this.#transactions.close();
      await this.#ticks?.close();
      await this.#reader.close();
      await this.#offsets.close();
      await this.#admin.disconnect();
    } finally {
      this.#unlock?.();
    }
  }

  /** What is under way ends in the generation in which it began, and nothing new begins. */
  async #beforeJoin(): Promise<void> {
    this.#member = undefined;
    this.#pause(this.#assigned);
    await this.#transactions.settled();
  }

  /** Publishes what waits, as long as this process may commit. */
  async #beforeLeave(): Promise<void> {
    const publish = (runtime: PartitionRuntime<S>): Promise<void> =>
      runtime.exclusive(() => runtime.checkpoint(runtime.unpublishedCount > 0));
    await Promise.allSettled([...this.#runtimes.values()].map(publish));
  }

  /** Called before the first fetch of a generation: nothing is fetched of a partition until it is taken over and restored. */
  #assign(partitions: readonly number[]): void {
    this.#options.onEvent?.('assigned', { partitions });
    this.#own(partitions, this.#membership.current());
  }

  #own(partitions: readonly number[], member: GroupMember | undefined): void {
    if (member === undefined) return;
    this.#member = member;
    this.#lastMember = member;
    this.#assigned = partitions;
    this.#pause(partitions);
    this.#inTurn(() => this.#takeOver([...partitions], member));
  }

  #pause(partitions: readonly number[]): void {
    if (partitions.length > 0) this.#consumer.pause([{ topic: this.#topic, partitions: [...partitions] }]);
  }

  /** One after the other: a store is never open twice, however fast rebalances follow each other. */
  #inTurn(work: () => Promise<void>): void {
    this.#takingOver = this.#takingOver.then(work).catch((error: unknown) => this.#crash(error));
  }

  async #takeOver(partitions: number[], member: GroupMember): Promise<void> {
    const gone = [...this.#runtimes.values()].filter((runtime) => !partitions.includes(runtime.partition));
    for (const runtime of gone) {
      this.#runtimes.delete(runtime.partition);
      await runtime.exclusive(() => runtime.close());
    }
    const worker = async (): Promise<void> => {
      for (let partition = partitions.shift(); partition !== undefined; partition = partitions.shift()) {
        await this.#openOne(partition, member);
      }
    };
    await Promise.all(Array.from({ length: OPEN_AT_ONCE }, worker));
  }

  /** Brokers that do not answer in the middle of a take-over are asked again: while this process is a member, nobody else does it. */
  #openOne(partition: number, member: GroupMember): Promise<void> {
    const onError = (err: unknown): void => this.#options.onEvent?.('dependency away', { partition, err });
    return repeat(() => this.#tryToOpen(partition, member), { ...OPENING, onError });
  }

  /** Keeps the runtime of a partition that nobody else has touched; else takes the partition over anew. */
  async #tryToOpen(partition: number, member: GroupMember): Promise<void> {
    const isStale = (): boolean => member !== this.#member || this.#stopping;
    if (isStale()) return;
    let runtime = this.#runtimes.get(partition);
    if (runtime !== undefined && !(await runtime.exclusive(() => (runtime as PartitionRuntime<S>).goOnFor(member)))) {
      this.#runtimes.delete(partition);
      await runtime.exclusive(() => (runtime as PartitionRuntime<S>).close());
      runtime = undefined;
    }
    if (isStale()) return;
    if (runtime === undefined) {
      runtime = await PartitionRuntime.open(partition, member, this.#runtimeOptions());
      if (isStale()) return runtime.close();
      this.#runtimes.set(partition, runtime);
    }
    if (!runtime.restoring) this.#options.onEvent?.('restored', { partition, offset: runtime.position });
    this.#consumer.seek({ topic: this.#topic, partition, offset: String(runtime.position) });
    this.#consumer.resume([{ topic: this.#topic, partitions: [partition] }]);
  }

  #runtimeOptions(): RuntimeOptions<S> {
    return runtimeOptionsOf(this.#options, {
      admin: this.#admin,
      transactions: this.#transactions,
      offsets: this.#offsets,
      clusterId: this.#clusterId,
      topic: this.#topic,
      handle: this.#handle,
      reader: this.#reader,
      onFatal: (error) => this.#crash(error),
    });
  }

  async #eachBatch({ batch, heartbeat, resolveOffset, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const runtime = this.#runtimes.get(batch.partition);
    if (runtime === undefined || runtime.broken || !isRunning() || isStale()) return;
    const member = this.#member;
    const records = batch.messages.map((message) => recordOf(batch.topic, batch.partition, message));
    runtime.lag = Number(batch.highWatermark) - runtime.position;
    const { promise: lastCommit, resolve: onLastCommit } = Promise.withResolvers<void>();
    const betweenChunks = (): Promise<void> => {
      this.#turn();
      return heartbeat();
    };
    const processed = runtime.exclusive(async () => {
      await repeatWhileAway(() => runtime.process(records, { betweenChunks, onLastCommit }), {
        onWait: (err) => {
          runtime.waitingFor = err.message;
          this.#options.onEvent?.('dependency away', { partition: runtime.partition, err });
        },
        betweenTries: heartbeat,
        isGivenUp: () => this.#stopping,
      }).finally(() => (runtime.waitingFor = undefined));
      await this.#finish(runtime, Number(batch.lastOffset()) + 1);
    });
    try {
      // Not to its end: while the last transaction of these records is under way the next ones are fetched.
      await Promise.race([lastCommit, processed]);
    } catch (error) {
      if (error instanceof TransactionLostError) return this.#recover(runtime, member, error, heartbeat);
      if (isKafkaError(error)) throw error;
      this.#crash(error);
      throw error;
    }
    // Up to the end of the fetch: behind the last record may stand nothing but the end of a transaction.
    runtime.lag = Math.max(0, Number(batch.highWatermark) - Number(batch.lastOffset()) - 1);
    resolveOffset(batch.lastOffset());
    processed.catch((error: unknown) => this.#failInPassing(runtime, member, error));
  }

  /**
   * The error rule: what was in memory is dropped and the partition taken over anew, from the committed offset. Only a member
   * of the current generation may do so, or two processes would fence each other in turns: a heartbeat answered since tells.
   */
  async #recover(
    runtime: PartitionRuntime<S>,
    member: GroupMember | undefined,
    error: Error,
    heartbeat: () => Promise<void>,
  ): Promise<void> {
    if (runtime.recovering) return;
    runtime.recovering = true;
    this.#options.onEvent?.('transaction lost', { partition: runtime.partition, err: error });
    this.#pause([runtime.partition]);
    const lostAt = Date.now();
    while (this.#lastHeartbeat <= lostAt && member === this.#member && !this.#stopping) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await heartbeat();
    }
    if (member === undefined || member !== this.#member || this.#stopping) return;
    this.#inTurn(() => this.#openOne(runtime.partition, member));
  }

  #passed(partition: number, first: number, end: number): void {
    const runtime = this.#runtimes.get(partition);
    if (runtime === undefined || !runtime.restoring) return;
    runtime
      .exclusive(async () => {
        if (first <= runtime.position) await this.#finish(runtime, end);
      })
      .catch((error: unknown) => this.#crash(error));
  }

  /** Tells a rebuilding partition that its fetch position is `end`; everything before is applied. */
  async #finish(runtime: PartitionRuntime<S>, end: number): Promise<void> {
    if (!runtime.restoring) return;
    await runtime.passed(end);
    if (!runtime.restoring)
      this.#options.onEvent?.('restored', { partition: runtime.partition, offset: runtime.position });
  }

  /** Publishes coalesced snapshots of partitions that are quiet, and moves the time of idle ones on when a review is due. */
  #keepHouse(now: number): void {
    const ticking = { ...this.#options, topic: this.#topic, writer: this.#ticks };
    for (const runtime of this.#runtimes.values()) {
      if (!this.#mayCommit(runtime)) continue;
      if (runtime.mustPublish(now)) this.#inPassing(runtime, () => runtime.checkpoint());
      else if (wantsTick(runtime, now)) this.#inPassing(runtime, () => tick(runtime, now, ticking));
    }
    this.#takeSnapshots(this.#runtimes.values(), now);
  }

  /** Not before a partition that stays over a rebalance is known to have been left alone in between. */
  #mayCommit(runtime: PartitionRuntime<S>): boolean {
    return !runtime.broken && !runtime.restoring && this.#member !== undefined && runtime.isFor(this.#member);
  }

  #inPassing(runtime: PartitionRuntime<S>, work: () => Promise<void>): void {
    const member = this.#member;
    const whileOwned = async (): Promise<void> => {
      if (this.#mayCommit(runtime)) await work();
    };
    runtime.exclusive(whileOwned).catch((error: unknown) => this.#failInPassing(runtime, member, error));
  }

  /** What fails beside kafkajs's loop. */
  #failInPassing(runtime: PartitionRuntime<S>, member: GroupMember | undefined, error: unknown): void {
    if (!(error instanceof TransactionLostError)) return this.#crash(error);
    this.#recover(runtime, member, error, async () => undefined).catch((cause: unknown) => this.#crash(cause));
  }

  #turn(): void {
    this.#lastTurn = Date.now();
  }

  #crash(error: unknown): void {
    if (this.#stopping) return;
    this.#options.onCrash(error instanceof Error ? error : new Error(String(error)));
  }
}
