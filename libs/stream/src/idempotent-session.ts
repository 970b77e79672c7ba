import { deliver, mayPass } from './deliver.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { connectedCluster, type InnerCluster, type ProducerIdentity } from './kafkajs-cluster.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { Batcher } from './produce-batches.ts';
import { repeat } from './repeat.ts';

type Producer = Pick<ProducerIdentity, 'producerId' | 'producerEpoch'>;

/** An idempotent producer over kafkajs's connections. After an error the session is over. */
export class IdempotentSession {
  readonly #cluster: InnerCluster;
  readonly #producer: Producer;
  readonly #batcher: Batcher;

  private constructor(cluster: InnerCluster, producer: Producer) {
    this.#cluster = cluster;
    this.#producer = producer;
    this.#batcher = new Batcher(cluster);
  }

  static open({ kafka }: KafkaConnection): Promise<IdempotentSession> {
    return connectedCluster(kafka, async (cluster) => {
      let tries = 0;
      const init = async (): Promise<Producer> => {
        // Any node gives the id: another one is asked when this one is away.
        const nodeIds = cluster.getNodeIds();
        const broker = await cluster.findBroker({ nodeId: nodeIds[tries++ % nodeIds.length] ?? '' });
        return broker.initProducerId({ transactionTimeout: 0 });
      };
      return new IdempotentSession(cluster, await repeat(init, { mayPass }));
    });
  }

  /** Resolves when all replicas in sync have the messages. One send at a time. */
  async send(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const rounds = await repeat(() => this.#batcher.roundsOf([[topic, messages]]), { mayPass });
    for (const round of rounds) await deliver(this.#cluster, this.#producer, round);
  }

  async close(): Promise<void> {
    await this.#cluster.disconnect();
  }
}
