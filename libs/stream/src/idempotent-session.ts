import { COORDINATOR_BUSY, isAway, isMissingTopic, retryOnCodes } from './broker-errors.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { clusterOf, type InnerCluster } from './kafkajs-cluster.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { untilGivenUp } from './pauses.ts';
import { Batcher, byLeader, topicDataOf, type Batch } from './produce-batches.ts';

interface Producer {
  readonly producerId: unknown;
  readonly producerEpoch: number;
}

/**
 * An idempotent producer over kafkajs's connections: one request for each leader, whatever it holds. A batch whose answer is
 * lost goes out again as it was, to whoever leads its partition then, and is taken once. After an error the session is over.
 */
export class IdempotentSession {
  readonly #cluster: InnerCluster;
  readonly #producer: Producer;
  readonly #batcher: Batcher;

  private constructor(cluster: InnerCluster, producer: Producer) {
    this.#cluster = cluster;
    this.#producer = producer;
    this.#batcher = new Batcher(cluster);
  }

  static async open({ kafka }: KafkaConnection): Promise<IdempotentSession> {
    const cluster = clusterOf(kafka);
    try {
      await cluster.connect();
      await cluster.refreshMetadata();
      const [nodeId] = cluster.getNodeIds();
      const broker = await cluster.findBroker({ nodeId: nodeId ?? '' });
      const producer = await retryOnCodes(COORDINATOR_BUSY, () => broker.initProducerId({ transactionTimeout: 0 }));
      return new IdempotentSession(cluster, producer);
    } catch (error) {
      await cluster.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** Resolves when all replicas in sync have the messages. One send at a time. */
  async send(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    for (const round of await this.#roundsOf(topic, messages)) await this.#deliver(round);
  }

  async close(): Promise<void> {
    await this.#cluster.disconnect();
  }

  async #roundsOf(topic: string, messages: readonly OutgoingMessage[]): Promise<readonly (readonly Batch[])[]> {
    const again = untilGivenUp();
    for (;;) {
      try {
        return await this.#batcher.roundsOf([[topic, messages]]);
      } catch (error) {
        if (!mayPass(error) || !(await again())) throw error;
      }
    }
  }

  async #deliver(batches: readonly Batch[]): Promise<void> {
    const again = untilGivenUp();
    for (let rest = batches; ;) {
      const failed = await this.#attempt(rest);
      if (failed === undefined) return;
      if (!mayPass(failed.error) || !(await again())) throw failed.error;
      rest = failed.batches;
      // What cannot be asked now is asked by the next attempt.
      await this.#cluster.refreshMetadata().catch(() => undefined);
    }
  }

  /** Answers what was not acknowledged, when every request has ended. */
  async #attempt(batches: readonly Batch[]): Promise<{ error: unknown; batches: readonly Batch[] } | undefined> {
    const groups = [...byLeader(this.#cluster, batches)];
    const results = await Promise.allSettled(groups.map(([nodeId, group]) => this.#produce(nodeId, group)));
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
    if (refused.length === 0) return undefined;
    return {
      error: refused.find((error) => !mayPass(error)) ?? refused[0],
      batches: groups.flatMap(([, group], at) => (results[at]?.status === 'rejected' ? group : [])),
    };
  }

  async #produce(nodeId: string, batches: readonly Batch[]): Promise<void> {
    const broker = await this.#cluster.findBroker({ nodeId });
    await broker.produce({ ...this.#producer, topicData: topicDataOf(batches) });
  }
}

/** A topic that was just made may not be known everywhere yet. */
function mayPass(error: unknown): boolean {
  return isAway(error) || isMissingTopic(error);
}
