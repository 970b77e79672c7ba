import { randomUUID } from 'node:crypto';
import { COORDINATOR_BUSY, retryOnCodes } from './broker-errors.ts';
import { txnOffsetCommit, type GroupMember, type PartitionOffset } from './group-requests.ts';
import {
  clusterOf,
  COORDINATOR_OF,
  type InnerBroker,
  type InnerCluster,
  type ProducerIdentity,
} from './kafkajs-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { Batcher, byLeader, topicDataOf, type Batch, type MessagesByTopic } from './produce-batches.ts';

/** What one transaction writes, and the input's offsets that it commits with it. */
export interface TransactionContent {
  readonly messages: MessagesByTopic;
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

/**
 * A producer of transactions, one after the other, over kafkajs's connections: five requests each, in three steps. Nothing is
 * repeated here but what a broker has refused because it is busy. After any error the session is over: the same messages go
 * out again by another session of the same id, whose opening ends what this one has left open.
 */
export class TransactionSession {
  readonly #cluster: InnerCluster;
  readonly #producer: ProducerIdentity;
  /** Node of the coordinator of transactions. */
  #coordinator: string;
  #endInDoubt = false;
  readonly #batcher: Batcher;
  /** Node of the group's coordinator. */
  #groupCoordinator: string | undefined;

  private constructor(cluster: InnerCluster, producer: ProducerIdentity, coordinator: string) {
    this.#cluster = cluster;
    this.#producer = producer;
    this.#coordinator = coordinator;
    this.#batcher = new Batcher(cluster);
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
        return new TransactionSession(
          cluster,
          { transactionalId, producerId, producerEpoch },
          String(coordinator.nodeId),
        );
      });
    } catch (error) {
      await cluster.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** Writes everything of a transaction but its end. Order holds within a partition. */
  async write({ messages, groupId, member, topic, offsets }: TransactionContent): Promise<void> {
    const rounds = await this.#batcher.roundsOf(messages);
    const coordinator = await this.#cluster.findBroker({ nodeId: this.#coordinator });
    await Promise.all([
      this.#announce(coordinator, rounds.flat()),
      retryOnCodes(CONCURRENT_TRANSACTIONS, () => coordinator.addOffsetsToTxn({ ...this.#producer, groupId })),
    ]);
    await Promise.all([this.#send(rounds), this.#sendOffsets(groupId, member, topic, offsets)]);
  }

  /** Ends the transaction as committed. May be called again when it rejects: a transaction that is ended stays as it is. */
  async commit(): Promise<void> {
    if (this.#endInDoubt) {
      await this.#cluster.refreshMetadata();
      const { nodeId } = await coordinatorOf(this.#cluster, this.#producer.transactionalId);
      this.#coordinator = String(nodeId);
    }
    this.#endInDoubt = true;
    const coordinator = await this.#cluster.findBroker({ nodeId: this.#coordinator });
    await retryOnCodes(CONCURRENT_TRANSACTIONS, () =>
      coordinator.endTxn({ ...this.#producer, transactionResult: true }),
    );
    this.#endInDoubt = false;
  }

  async close(): Promise<void> {
    await this.#cluster.disconnect();
  }

  /** A coordinator has to know of each partition before anything is written to it. */
  async #announce(coordinator: InnerBroker, batches: readonly Batch[]): Promise<void> {
    if (batches.length === 0) return;
    const topics = topicDataOf(batches).map(({ topic, partitions }) => ({
      topic,
      partitions: [...new Set(partitions.map(({ partition }) => partition))],
    }));
    await retryOnCodes(CONCURRENT_TRANSACTIONS, () => coordinator.addPartitionsToTxn({ ...this.#producer, topics }));
  }

  async #send(rounds: readonly (readonly Batch[])[]): Promise<void> {
    for (const round of rounds) {
      const sends = [...byLeader(this.#cluster, round)].map(async ([nodeId, batches]) => {
        const broker = await this.#cluster.findBroker({ nodeId });
        await broker.produce({ ...this.#producer, topicData: topicDataOf(batches) });
      });
      await Promise.all(sends);
    }
  }

  async #sendOffsets(
    groupId: string,
    member: GroupMember,
    topic: string,
    offsets: readonly PartitionOffset[],
  ): Promise<void> {
    const request = txnOffsetCommit(this.#producer, { groupId, member }, topic, offsets);
    await retryOnCodes(COORDINATOR_BUSY, async () => {
      const nodeId = this.#groupCoordinator;
      this.#groupCoordinator = undefined;
      const coordinator = await (nodeId === undefined
        ? this.#cluster.findGroupCoordinator({ groupId, coordinatorType: COORDINATOR_OF.group })
        : this.#cluster.findBroker({ nodeId }));
      await coordinator.connectionPool.send(request);
      this.#groupCoordinator = String(coordinator.nodeId);
    });
  }
}

function coordinatorOf(cluster: InnerCluster, transactionalId: string): Promise<InnerBroker> {
  return cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType: COORDINATOR_OF.transactions });
}
