import {
  createLogWriter,
  createTransactionalWriter,
  readTopic,
  topicOffsets,
  type KafkaConnection,
} from '#libs/stream';
import type { LogMessage } from './log-message.ts';

export interface PartitionRange {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

/** A committed record as bytes, with its place. */
export interface StoredRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** What a writer of the log does with Kafka: read a topic to its end, append, and append to all partitions or none. */
export interface Log {
  ranges(topic: string): Promise<readonly PartitionRange[]>;
  /** Reads the committed records from the beginning to the end of now; stops early when `visit` answers false. */
  read(topic: string, visit: (record: StoredRecord) => boolean | Promise<boolean>): Promise<void>;
  /**
   * Resolves when every replica in sync has the messages; keeps their order in each partition. Gives up before sending
   * when `signal` fires.
   */
  append(topic: string, messages: readonly LogMessage[], signal?: AbortSignal): Promise<void>;
  /**
   * Appends what `decide` answers in one transaction of `transactionalId`, or nothing when it answers none.
   * `decide` runs after any earlier owner of the id is fenced, so "look whether the log is empty, then write" cannot race.
   */
  appendTogether(
    transactionalId: string,
    decide: () => Promise<{ readonly topic: string; readonly messages: readonly LogMessage[] } | undefined>,
  ): Promise<boolean>;
  close(): Promise<void>;
}

/** The log on a real cluster. A prefix before every topic keeps tests on one cluster apart. */
export async function connectLog(kafka: KafkaConnection, prefix = ''): Promise<Log> {
  const writer = await createLogWriter(kafka);
  return {
    ranges: (topic) => topicOffsets(kafka, prefix + topic),
    read: (topic, visit) => readToEnd(kafka, prefix + topic, visit),
    append: (topic, messages, signal) => writer.send(prefix + topic, messages, signal),
    appendTogether: async (transactionalId, decide) => {
      const transactional = createTransactionalWriter(kafka, { transactionalId: prefix + transactionalId });
      try {
        return await transactional.transaction(async (tx) => {
          const decided = await decide();
          if (decided !== undefined) await tx.send(prefix + decided.topic, decided.messages);
          return decided !== undefined;
        });
      } finally {
        await transactional.close();
      }
    },
    close: () => writer.close(),
  };
}

async function readToEnd(
  kafka: KafkaConnection,
  topic: string,
  visit: (record: StoredRecord) => boolean | Promise<boolean>,
): Promise<void> {
  let stopped = false;
  let stop: (error?: unknown) => void = () => undefined;
  const enough = new Promise<void>((resolve, reject) => {
    stop = (error) => {
      stopped = true;
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('reading was stopped', { cause: error }));
    };
  });
  enough.catch(() => undefined);
  const reader = await readTopic(kafka, {
    topics: [topic],
    from: 'beginning',
    untilEnd: true,
    onRecord: async (record) => {
      if (stopped) return;
      try {
        if (!(await visit(record))) stop();
      } catch (error) {
        // Thrown in here it would be taken for a failure of Kafka and tried again.
        stop(error);
      }
    },
  });
  try {
    await Promise.race([reader.done, enough]);
  } finally {
    await reader.stop();
  }
}
