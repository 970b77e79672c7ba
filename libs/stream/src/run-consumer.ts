import type { Consumer, ConsumerRunConfig, PartitionAssigner } from 'kafkajs';
import { RETRY, type KafkaConnection } from './kafka-connection.ts';

export const SESSION_TIMEOUT_MS = 30_000;
export const HEARTBEAT_MS = 1_000;

export interface ConsumerOptions {
  readonly groupId: string;
  /** 30 seconds when left out. */
  readonly sessionTimeoutMs?: number | undefined;
  /** Bytes of one fetch. */
  readonly maxFetchBytes?: number;
  /** How long the broker may wait for records before it answers with none. */
  readonly maxWaitMs?: number;
  readonly partitionAssigner?: PartitionAssigner;
}

/** A consumer of committed records; connects nothing yet. */
export function createConsumer({ kafka }: KafkaConnection, options: ConsumerOptions): Consumer {
  const { groupId, partitionAssigner, maxFetchBytes } = options;
  return kafka.consumer({
    groupId,
    readUncommitted: false,
    retry: RETRY,
    sessionTimeout: options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: options.maxWaitMs ?? 500,
    ...(maxFetchBytes !== undefined && { maxBytes: maxFetchBytes }),
    maxBytesPerPartition: 1024 * 1024,
    allowAutoTopicCreation: false,
    ...(partitionAssigner && { partitionAssigners: [partitionAssigner] }),
  });
}

export interface ConsumerRun extends Pick<ConsumerRunConfig, 'partitionsConsumedConcurrently'> {
  readonly topics: readonly string[];
  /** Resolves its offsets itself, and commits them if anybody does. */
  readonly eachBatch: NonNullable<ConsumerRunConfig['eachBatch']>;
  /** Told of its crashes, from the moment on in which it has joined. */
  onCrash(error: Error): void;
}

/**
 * Resolves when a consumer has joined its group for the first time. kafkajs tells of a first join that failed as of a crash and
 * resolves all the same: here it rejects.
 */
export async function runConsumer(consumer: Consumer, { topics, onCrash, ...config }: ConsumerRun): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  let hasJoined = false;
  let failure: Error | undefined;
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (hasJoined) onCrash(payload.error);
    else failure = payload.error;
  });
  await consumer.run({ ...config, autoCommit: false, eachBatchAutoResolve: false });
  if (failure !== undefined) throw failure;
  hasJoined = true;
}
