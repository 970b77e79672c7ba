import { randomUUID } from 'node:crypto';
import { retryOnCodes } from './broker-errors.ts';
import { txnOffsetCommit, type GroupMember, type PartitionOffset } from './group-requests.ts';
import {
  clusterOf,
  COORDINATOR_OF,
  type InnerBroker,
  type InnerCluster,
  type PartitionBatch,
  type ProducerIdentity,
} from './kafkajs-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { toKafkaMessage, type OutgoingMessage } from './outgoing-message.ts';
import { partitionOf } from './partition-of.ts';
import { inSends } from './send-parts.ts';

/** What one transaction writes, and the input's offsets that it commits with it. */
export interface TransactionContent {
  readonly messages: Iterable<readonly [topic: string, messages: readonly OutgoingMessage[]]>;
  readonly groupId: string;
  /** In whose name the offsets are committed: refused when it is no longer in its group. */
  readonly member: GroupMember;
  readonly topic: string;
  readonly offsets: readonly PartitionOffset[];
}

interface TransactionSessionOptions {
  readonly transactionalId: string;
  /** After that a broker ends a transaction whose producer is gone. Milliseconds. */
  readonly timeoutMs: number;
}

/** What a dead process has left open holds the readers of its outputs back for so long, and whoever takes its partitions over. */
const TIMEOUT_MS = 10_000;

/**
 * Opens sessions of one process: each fences the one before it. The id is of this call alone, because two processes of one id
 * would fence each other in turns; what fences a process from outside is its generation of the group.
 *
 * @param longestMs of a transaction: its process's session in the group
 */
export function transactionSessions(
  connection: KafkaConnection,
  groupId: string,
  longestMs: number,
): () => Promise<TransactionSession> {
  const options = { transactionalId: `${groupId}-${randomUUID()}`, timeoutMs: Math.min(TIMEOUT_MS, longestMs) };
  return () => TransactionSession.open(connection, options);
}

/** The last transaction's markers are still being written. */
const CONCURRENT_TRANSACTIONS = { codes: new Set([51]), tries: 2_000, pauseMs: 2 };
/** That, or a coordinator is being elected, loads its log, or is another one now. */
const COORDINATOR_BUSY = { codes: new Set([14, 15, 16, 51]), tries: 500, pauseMs: 10 };
const SEQUENCES = 2 ** 31;

interface Batches {
  readonly topic: string;
  readonly partition: number;
  /** One batch for each send. */
  readonly parts: readonly (readonly OutgoingMessage[])[];
}

/**
 * A producer of transactions, one after the other, over kafkajs's connections: five requests each, in three steps. Nothing is
 * repeated here but what a broker has refused because it is busy. After any error the session is over: the same messages go
 * out again by another session of the same id, whose opening ends what this one has left open.
 */
export class TransactionSession {
  readonly #cluster: InnerCluster;
  readonly #producer: ProducerIdentity;
  #coordinator: InnerBroker;
  #endInDoubt = false;
  /** The next sequence of each partition that this session has written to. */
  readonly #sequences = new Map<string, number>();
  #groupCoordinator: InnerBroker | undefined;

  private constructor(cluster: InnerCluster, producer: ProducerIdentity, coordinator: InnerBroker) {
    this.#cluster = cluster;
    this.#producer = producer;
    this.#coordinator = coordinator;
  }

  /** Fences every earlier session of the id; its open transaction is aborted, or committed when its end was asked for. */
  static async open(
    { kafka }: KafkaConnection,
    { transactionalId, timeoutMs }: TransactionSessionOptions,
  ): Promise<TransactionSession> {
    const cluster = clusterOf(kafka);
    try {
      await cluster.connect();
      await cluster.refreshMetadata();
      return await retryOnCodes(COORDINATOR_BUSY, async () => {
        const coordinator = await coordinatorOf(cluster, transactionalId);
        const { producerId, producerEpoch } = await coordinator.initProducerId({
          transactionalId,
          transactionTimeout: timeoutMs,
        });
        return new TransactionSession(cluster, { transactionalId, producerId, producerEpoch }, coordinator);
      });
    } catch (error) {
      await cluster.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** Writes everything of a transaction but its end. Order holds within a partition. */
  async write({ messages, groupId, member, topic, offsets }: TransactionContent): Promise<void> {
    const batches = await this.#place(messages);
    await Promise.all([
      this.#announce(batches),
      retryOnCodes(CONCURRENT_TRANSACTIONS, () => this.#coordinator.addOffsetsToTxn({ ...this.#producer, groupId })),
    ]);
    await Promise.all([this.#send(batches), this.#sendOffsets(groupId, member, topic, offsets)]);
  }

  /** Ends the transaction as committed. May be called again when it rejects: a transaction that is ended stays as it is. */
  async commit(): Promise<void> {
    if (this.#endInDoubt) {
      await this.#cluster.refreshMetadata();
      this.#coordinator = await coordinatorOf(this.#cluster, this.#producer.transactionalId);
    }
    this.#endInDoubt = true;
    await retryOnCodes(CONCURRENT_TRANSACTIONS, () =>
      this.#coordinator.endTxn({ ...this.#producer, transactionResult: true }),
    );
    this.#endInDoubt = false;
  }

  async close(): Promise<void> {
    await this.#cluster.disconnect();
  }

  async #place(messages: TransactionContent['messages']): Promise<readonly Batches[]> {
    const byTopic = [...messages];
    await this.#cluster.addMultipleTargetTopics(byTopic.map(([topic]) => topic));
    await this.#cluster.refreshMetadataIfNecessary();
    return byTopic.flatMap(([topic, ofTopic]) => {
      const partitions = this.#cluster.findTopicPartitionMetadata(topic).length;
      const byPartition = Map.groupBy(ofTopic, ({ partition, key }) => partition ?? partitionOf(key, partitions));
      return [...byPartition].map(([partition, group]) => ({ topic, partition, parts: inSends(group) }));
    });
  }

  /** A coordinator has to know of each partition before anything is written to it. */
  async #announce(batches: readonly Batches[]): Promise<void> {
    const byTopic = Map.groupBy(batches, ({ topic }) => topic);
    if (byTopic.size === 0) return;
    const topics = [...byTopic].map(([topic, group]) => ({
      topic,
      partitions: group.map(({ partition }) => partition),
    }));
    await retryOnCodes(CONCURRENT_TRANSACTIONS, () =>
      this.#coordinator.addPartitionsToTxn({ ...this.#producer, topics }),
    );
  }

  /** One request for each leader at a time. */
  async #send(batches: readonly Batches[]): Promise<void> {
    const byLeader = Map.groupBy(batches, ({ topic, partition }) => {
      const [leader] = Object.keys(this.#cluster.findLeaderForPartitions(topic, [partition]));
      return leader ?? '';
    });
    await Promise.all([...byLeader].map(([nodeId, group]) => this.#sendTo(nodeId, group)));
  }

  async #sendTo(nodeId: string, batches: readonly Batches[]): Promise<void> {
    const broker = await this.#cluster.findBroker({ nodeId });
    const rounds = Math.max(...batches.map(({ parts }) => parts.length));
    for (let round = 0; round < rounds; round++) {
      const byTopic = Map.groupBy(
        batches.filter(({ parts }) => round < parts.length),
        ({ topic }) => topic,
      );
      const topicData = [...byTopic].map(([topic, group]) => ({
        topic,
        partitions: group.map(({ partition, parts }) => this.#batchOf(topic, partition, parts[round] ?? [])),
      }));
      await broker.produce({ ...this.#producer, topicData });
    }
  }

  #batchOf(topic: string, partition: number, messages: readonly OutgoingMessage[]): PartitionBatch {
    const place = `${topic}/${partition}`;
    const firstSequence = this.#sequences.get(place) ?? 0;
    this.#sequences.set(place, (firstSequence + messages.length) % SEQUENCES);
    return { partition, firstSequence, messages: messages.map((message) => toKafkaMessage(message)) };
  }

  async #sendOffsets(
    groupId: string,
    member: GroupMember,
    topic: string,
    offsets: readonly PartitionOffset[],
  ): Promise<void> {
    const request = txnOffsetCommit(this.#producer, { groupId, member }, topic, offsets);
    const coordinatorType = COORDINATOR_OF.group;
    await retryOnCodes(COORDINATOR_BUSY, async () => {
      const coordinator =
        this.#groupCoordinator ?? (await this.#cluster.findGroupCoordinator({ groupId, coordinatorType }));
      this.#groupCoordinator = undefined;
      await coordinator.connectionPool.send(request);
      this.#groupCoordinator = coordinator;
    });
  }
}

function coordinatorOf(cluster: InnerCluster, transactionalId: string): Promise<InnerBroker> {
  return cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType: COORDINATOR_OF.transactions });
}
