import type { Consumer } from 'kafkajs';
import type { GroupMembership } from '../group-membership.ts';
import { RETRY } from '../kafka-connection.ts';
import type { KeyedStreamOptions } from './keyed-stream-options.ts';

export const SESSION_TIMEOUT_MS = 30_000;

const HEARTBEAT_MS = 1_000;

/** A consumer of committed records; connects nothing yet. */
export function createStreamConsumer<S>(options: KeyedStreamOptions<S>, membership: GroupMembership): Consumer {
  return options.connection.kafka.consumer({
    groupId: options.groupId,
    partitionAssigners: [membership.assigner],
    readUncommitted: false,
    retry: RETRY,
    sessionTimeout: options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: 500,
    maxBytes: options.maxFetchBytes ?? 2 * 1024 * 1024,
    maxBytesPerPartition: 1024 * 1024,
    allowAutoTopicCreation: false,
  });
}
