import type { EachBatchPayload } from 'kafkajs';
import { isKafkaError } from './broker-errors.ts';
import { waitForCoordinator } from './coordinator.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { createConsumer, HEARTBEAT_MS, runConsumer } from './run-consumer.ts';
import { recordOf, type TopicRecord } from './read-topic.ts';
import { endsWithin, STOP_DEADLINE_MS } from './stop-deadline.ts';

export type SinkRecord = TopicRecord;

export interface SinkBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly SinkRecord[];
  /** Offset after the partition's last record when the batch was fetched. */
  readonly highWatermark: number;
  /** What the last commit of this partition carried, from whichever process made it; null before the first. */
  readonly committedMetadata: string | null;
}

export interface SinkOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly partitionsConcurrently?: number;
  /** Bytes of one fetch: it is held decoded. */
  readonly maxFetchBytes?: number;
  readonly sessionTimeoutMs?: number;
  /** How long an orderly stop may take; then it is cut short. */
  readonly stopDeadlineMs?: number;
  /** Resolves when everything up to the batch's end is durable; then the offset is committed, with the metadata. Called for one partition at a time, never twice at once. */
  handle(batch: SinkBatch): Promise<{ readonly metadata?: string | undefined }>;
  /** The consumer cannot go on; the process should end with an error so that its supervisor starts it anew. */
  onCrash(error: Error): void;
  /** A stop had to give up what was under way: its offsets are not committed, and the next start repeats it. */
  onStopCutShort?(): void;
}

export interface Sink {
  /** Records not yet durable, by `topic/partition`, as of the last batch. */
  lag(): ReadonlyMap<string, number>;
  /** Epoch milliseconds of the last turn of the loop, for liveness. */
  lastTurn(): number;
  stop(): Promise<void>;
}

/**
 * At-least-once, in batches: the offset is committed only after the handler's promise, so a crash repeats and never skips.
 * Resolves as a member of the group; rejects with nothing left open.
 */
export async function runSink(connection: KafkaConnection, options: SinkOptions): Promise<Sink> {
  const { groupId, topics, sessionTimeoutMs, maxFetchBytes = 4 * 1024 * 1024 } = options;
  const consumer = createConsumer(connection, { groupId, sessionTimeoutMs, maxFetchBytes });
  const admin = connection.kafka.admin();
  const metadata = new Map<string, string | null>();
  const lag = new Map<string, number>();
  let turned = Date.now();
  let stopping = false;
  // What a stop breaks off is repeated by the next start.
  const crash = (error: unknown): void => {
    if (!stopping) options.onCrash(error instanceof Error ? error : new Error(String(error)));
  };

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    metadata.clear();
    lag.clear();
    for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
      for (const partition of partitions) lag.set(`${topic}/${partition}`, 0);
    }
  });
  consumer.on(consumer.events.HEARTBEAT, () => (turned = Date.now()));
  consumer.on(consumer.events.FETCH, () => (turned = Date.now()));

  const committedMetadataOf = async (topic: string, partition: number): Promise<string | null> => {
    const place = `${topic}/${partition}`;
    const known = metadata.get(place);
    if (known !== undefined) return known;
    const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
    for (const entry of answer?.partitions ?? []) metadata.set(`${topic}/${entry.partition}`, entry.metadata || null);
    return metadata.get(place) ?? null;
  };

  const eachBatch = async ({
    batch,
    heartbeat,
    resolveOffset,
    commitOffsetsIfNecessary,
    isRunning,
    isStale,
  }: EachBatchPayload): Promise<void> => {
    if (!isRunning() || isStale()) return;
    const { topic, partition } = batch;
    const records = batch.messages.map((message) => recordOf(topic, partition, message));
    const last = batch.messages.at(-1);
    if (last === undefined) return;
    const committedMetadata = await committedMetadataOf(topic, partition);
    const beating = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_MS);
    let result: { readonly metadata?: string | undefined };
    try {
      result = await options.handle({
        topic,
        partition,
        records,
        highWatermark: Number(batch.highWatermark),
        committedMetadata,
      });
    } finally {
      clearInterval(beating);
    }
    const next = String(Number(last.offset) + 1);
    const carried = result.metadata ?? committedMetadata;
    await commitOffsetsIfNecessary({
      topics: [
        { topic, partitions: [{ partition, offset: next, ...(carried === null ? {} : { metadata: carried }) }] },
      ],
    });
    resolveOffset(last.offset);
    metadata.set(`${topic}/${partition}`, carried);
    lag.set(`${topic}/${partition}`, Math.max(0, Number(batch.highWatermark) - Number(next)));
    turned = Date.now();
  };

  const run = {
    topics,
    partitionsConsumedConcurrently: options.partitionsConcurrently ?? 32,
    // A handler that failed is not known to be repeatable: the process ends and repeats from the committed offset.
    eachBatch: (payload: EachBatchPayload) =>
      eachBatch(payload).catch((error: unknown) => {
        if (!isKafkaError(error)) crash(error);
        throw error;
      }),
    onCrash: crash,
  };
  const disconnect = (): Promise<void> => consumer.disconnect().then(() => admin.disconnect());
  try {
    await admin.connect();
    await waitForCoordinator(admin, groupId, topics[0] ?? '');
    await runConsumer(consumer, run);
  } catch (error) {
    await disconnect().catch(() => undefined);
    throw error;
  }
  return {
    lag: () => lag,
    lastTurn: () => turned,
    async stop() {
      stopping = true;
      if (!(await endsWithin(options.stopDeadlineMs ?? STOP_DEADLINE_MS, disconnect()))) options.onStopCutShort?.();
    },
  };
}
