import { randomUUID } from 'node:crypto';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { waitForCoordinator } from './coordinator.ts';
import { connected, type KafkaConnection } from './kafka-connection.ts';
import { createConsumer, runConsumer } from './run-consumer.ts';
import { endsWithin } from './stop-deadline.ts';
import { topicOffsets } from './topics.ts';

/** A group without members is forgotten by the broker in time: to delete it must not hold anybody up. */
const TIDY_WITHIN_MS = 1_000;

export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Record time, epoch milliseconds. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

export interface ReadTopicOptions {
  readonly topics: readonly string[];
  /** Where to begin: at the first record kept, after the last one there is now, or at an offset by `topic/partition`. */
  readonly from: 'beginning' | 'end' | ReadonlyMap<string, number>;
  /** Stop by itself at the end that each partition has when reading begins. */
  readonly untilEnd?: boolean;
  /** Only these partitions; all when left out. */
  readonly partitions?: readonly number[];
  /** How long the broker may wait for records before it answers with none, milliseconds. */
  readonly maxWaitMs?: number;
  onRecord(record: TopicRecord): void | Promise<void>;
}

export interface TopicReading {
  /** Resolves at the end (with `untilEnd`) or when stopped; rejects when the reader crashed. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Reads committed records of whole topics for one process alone, each once, those of a partition in order, without leaving a
 * group or an offset behind. Resolves when it reads; rejects with nothing left open.
 */
export async function readTopic(connection: KafkaConnection, options: ReadTopicOptions): Promise<TopicReading> {
  const ends =
    options.untilEnd === true || options.from === 'end' ? await endsOf(connection, options) : new Map<string, number>();
  const starts = startsOf(options.from, ends);
  /** Where each partition goes on: nothing is committed, so a group that is joined again would begin where it began. */
  const next = new Map(starts);
  const groupId = `${connection.clientId}-reader-${randomUUID()}`;
  const consumer = createConsumer(connection, { groupId, maxWaitMs: options.maxWaitMs ?? 200 });
  let stopped = false;
  let finish: (error?: unknown) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    finish = (error) =>
      error === undefined ? resolve() : reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
  });
  done.catch(() => undefined);

  const stop = async (error?: unknown): Promise<void> => {
    if (stopped) return done.catch(() => undefined);
    stopped = true;
    await consumer.disconnect().catch(() => undefined);
    await endsWithin(TIDY_WITHIN_MS, deleteGroup(connection, groupId));
    finish(error);
  };

  const pending = new Set(
    options.untilEnd === true
      ? [...ends].filter(([place, end]) => end > (starts.get(place) ?? 0)).map(([place]) => place)
      : [],
  );
  const passed = (topic: string, partition: number, lastOffset: number): void => {
    const place = `${topic}/${partition}`;
    if (pending.has(place) && lastOffset + 1 >= (ends.get(place) ?? 0)) pending.delete(place);
    if (options.untilEnd === true && pending.size === 0) void stop();
  };

  if (options.untilEnd === true && pending.size === 0) {
    stopped = true;
    finish();
    return { done, stop: async () => undefined };
  }

  // Also told of fetches whose records were all aborted or control records: the end is a position, not a record.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) =>
    passed(payload.topic, payload.partition, Number(payload.lastOffset)),
  );
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const [place, offset] of next) {
      const slash = place.lastIndexOf('/');
      consumer.seek({
        topic: place.slice(0, slash),
        partition: Number(place.slice(slash + 1)),
        offset: String(offset),
      });
    }
  });
  const run = {
    topics: options.topics,
    partitionsConsumedConcurrently: 1,
    eachBatch: (payload: EachBatchPayload) => deliver(payload, options, next, () => stopped),
    onCrash: (error: Error) => void stop(error),
  };
  try {
    await coordinatorAnswers(connection, groupId, options.topics[0] ?? '');
    await runConsumer(consumer, run);
  } catch (error) {
    await consumer.disconnect().catch(() => undefined);
    throw error;
  }
  return { done, stop: () => stop() };
}

function startsOf(from: ReadTopicOptions['from'], ends: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  if (from === 'beginning') return new Map();
  return from === 'end' ? ends : from;
}

async function deliver(
  { batch, heartbeat, resolveOffset }: EachBatchPayload,
  options: ReadTopicOptions,
  next: Map<string, number>,
  stopped: () => boolean,
): Promise<void> {
  const place = `${batch.topic}/${batch.partition}`;
  const wanted = options.partitions === undefined || options.partitions.includes(batch.partition);
  for (const message of batch.messages) {
    if (stopped()) return;
    if (Number(message.offset) >= (next.get(place) ?? 0)) {
      if (wanted) await options.onRecord(recordOf(batch.topic, batch.partition, message));
      next.set(place, Number(message.offset) + 1);
    }
    resolveOffset(message.offset);
  }
  await heartbeat();
}

/** A kafkajs message as this library's record: numbers are numbers, a repeated header keeps its last value. */
export function recordOf(topic: string, partition: number, message: KafkaMessage): TopicRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: headersOf(message.headers),
  };
}

function headersOf(given: KafkaMessage['headers']): TopicRecord['headers'] {
  const headers: Record<string, Buffer> = {};
  for (const name in given) {
    const value = given[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) headers[name] = Buffer.from(last);
  }
  return headers;
}

async function endsOf(connection: KafkaConnection, options: ReadTopicOptions): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for (const topic of options.topics) {
    for (const { partition, low, high } of await topicOffsets(connection, topic)) {
      const wanted = options.partitions === undefined || options.partitions.includes(partition);
      if (options.from === 'end') ends.set(`${topic}/${partition}`, high);
      else if (wanted && high > low) ends.set(`${topic}/${partition}`, high);
    }
  }
  return ends;
}

async function coordinatorAnswers({ kafka }: KafkaConnection, groupId: string, topic: string): Promise<void> {
  const admin = await connected(kafka.admin());
  try {
    await waitForCoordinator(admin, groupId, topic);
  } finally {
    await admin.disconnect();
  }
}

async function deleteGroup({ kafka }: KafkaConnection, groupId: string): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch {
    // It only tidies up.
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
