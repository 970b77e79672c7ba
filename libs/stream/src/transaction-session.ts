import { randomUUID } from 'node:crypto';
import { isAway } from './broker-errors.ts';
import { deliver, mayPass } from './deliver.ts';
import { txnOffsetCommit, type GroupMember, type PartitionOffset } from './group-requests.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import {
  connectedCluster,
  CoordinatorType,
  type InnerBroker,
  type InnerCluster,
  type ProducerIdentity,
} from './kafkajs-cluster.ts';
import { Batcher, topicDataOf, type Batch, type MessagesByTopic } from './produce-batches.ts';
import { repeat } from './repeat.ts';

/** The input's offsets of one topic that a transaction commits. */
export interface InputOffsets {
  readonly groupId: string;
  /** In whose name they are committed: refused when it is no longer in its group. */
  readonly member: GroupMember;
  readonly topic: string;
  readonly partitions: readonly PartitionOffset[];
}

export interface TransactionSessionOptions {
  readonly transactionalId: string;
  /** After that a broker ends a transaction whose producer is gone. Milliseconds. */
  readonly timeoutMs: number;
  /** Told why a request is made once more. */
  readonly onRepeat?: ((error: unknown) => void) | undefined;
}

/** What a dead process has left open holds the readers of its outputs back for so long, and whoever takes its partitions over. */
const TIMEOUT_MS = 10_000;

const NOTHING = Promise.resolve();

/** The answer to whatever comes right behind the end of a transaction. */
const MARKERS_ARE_WRITTEN = 'CONCURRENT_TRANSACTIONS';

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
  onRepeat: (error: unknown) => void,
): () => Promise<TransactionSession> {
  const timeoutMs = Math.min(TIMEOUT_MS, longestMs);
  const options = { transactionalId: `${groupId}-${randomUUID()}`, timeoutMs, onRepeat };
  return () => TransactionSession.open(connection, options);
}

/**
 * A producer of transactions, one after the other, over kafkajs's connections: five requests each, or
 * one more for each further leader, in three steps. A request
 * whose answer is lost is made again as it was, which a broker takes once. After any error that comes out of it the session is
 * over: the opening of another one of its id ends what this one has left open.
 */
export class TransactionSession {
  readonly #cluster: InnerCluster;
  readonly #options: TransactionSessionOptions;
  readonly #producer: ProducerIdentity;
  readonly #batcher: Batcher;
  #isSpent = false;
  /** Nodes, as long as they answer. */
  readonly #coordinators = new Map<CoordinatorType, string>();

  private constructor(
    cluster: InnerCluster,
    options: TransactionSessionOptions,
    producer: Pick<ProducerIdentity, 'producerId' | 'producerEpoch'>,
  ) {
    this.#cluster = cluster;
    this.#options = options;
    const { producerId, producerEpoch } = producer;
    this.#producer = { transactionalId: options.transactionalId, producerId, producerEpoch };
    this.#batcher = new Batcher(cluster);
  }

  /** Fences every earlier session of the id; its open transaction is aborted, or committed when its end was asked for. */
  static open({ kafka }: KafkaConnection, options: TransactionSessionOptions): Promise<TransactionSession> {
    const { transactionalId, timeoutMs } = options;
    return connectedCluster(kafka, async (cluster) => {
      const init = async (): Promise<TransactionSession> => {
        const coordinator = await cluster.findGroupCoordinator({
          groupId: transactionalId,
          coordinatorType: CoordinatorType.Transactions,
        });
        const producer = await coordinator.initProducerId({ transactionalId, transactionTimeout: timeoutMs });
        return new TransactionSession(cluster, options, producer);
      };
      return repeat(init, { mayPass: isAway });
    });
  }

  /**
   * An answer was lost. What was asked may still reach a broker when the transaction has ended, and would then belong to the
   * next one: that one wants another session.
   */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Writes everything of a transaction but its end. Order holds within a partition. */
  async write(messages: MessagesByTopic, offsets?: InputOffsets): Promise<void> {
    const rounds = await repeat(() => this.#batcher.roundsOf(messages), { mayPass });
    await bothEnded(this.#announce(rounds.flat()), offsets === undefined ? NOTHING : this.#announceOffsets(offsets));
    await bothEnded(this.#deliver(rounds), offsets === undefined ? NOTHING : this.#sendOffsets(offsets));
  }

  /** Ends the transaction as committed. When it rejects, it may be all the same. */
  async commit(): Promise<void> {
    await this.#ask(CoordinatorType.Transactions, (coordinator) =>
      coordinator.endTxn({ ...this.#producer, transactionResult: true }),
    );
  }

  async close(): Promise<void> {
    await this.#cluster.disconnect();
  }

  /** A coordinator has to know of each partition before anything is written to it. */
  async #announce(batches: readonly Batch[]): Promise<void> {
    if (batches.length === 0) return;
    const topics = topicDataOf(batches).map(({ topic, partitions }) => ({
      topic,
      partitions: [...new Set(partitions.map(({ partition }) => partition))],
    }));
    await this.#ask(CoordinatorType.Transactions, (coordinator) =>
      coordinator.addPartitionsToTxn({ ...this.#producer, topics }),
    );
  }

  async #announceOffsets({ groupId }: InputOffsets): Promise<void> {
    await this.#ask(CoordinatorType.Transactions, (coordinator) =>
      coordinator.addOffsetsToTxn({ ...this.#producer, groupId }),
    );
  }

  async #deliver(rounds: readonly (readonly Batch[])[]): Promise<void> {
    for (const round of rounds) await deliver(this.#cluster, this.#producer, round, (error) => this.#repeats(error));
  }

  async #sendOffsets({ groupId, member, topic, partitions }: InputOffsets): Promise<void> {
    const request = txnOffsetCommit(this.#producer, { groupId, member }, topic, partitions);
    await this.#ask(CoordinatorType.Group, (coordinator) => coordinator.connectionPool.send(request), groupId);
  }

  /** Asks a coordinator, the one that is it then, until it answers. */
  #ask<T>(
    coordinatorType: CoordinatorType,
    request: (coordinator: InnerBroker) => Promise<T>,
    id = this.#options.transactionalId,
  ): Promise<T> {
    const ask = async (): Promise<T> => {
      const nodeId = this.#coordinators.get(coordinatorType);
      const coordinator = await (nodeId === undefined
        ? this.#cluster.findGroupCoordinator({ groupId: id, coordinatorType })
        : this.#cluster.findBroker({ nodeId }));
      this.#coordinators.set(coordinatorType, String(coordinator.nodeId));
      return request(coordinator);
    };
    const onError = (error: unknown): void => {
      if ((error as { type?: unknown }).type === MARKERS_ARE_WRITTEN) return;
      this.#coordinators.delete(coordinatorType);
      this.#repeats(error);
    };
    return repeat(ask, { mayPass: isAway, onError });
  }

  #repeats(error: unknown): void {
    this.#isSpent = true;
    this.#options.onRepeat?.(error);
  }
}

/** Nothing is on its way any more when this rejects: it would bring connections back that are given up. */
async function bothEnded(...steps: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(steps);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
