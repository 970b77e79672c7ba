import { IdempotentSession } from './idempotent-session.ts';
import { connected, RETRY, type KafkaConnection } from './kafka-connection.ts';
import { createPlacement, sendByPartition } from './send-by-partition.ts';
import { createSerialWriter, type LogWriter } from './serial-writer.ts';

export interface TransactionalWriter {
  /** All of what `work` sends becomes visible, or none of it. Discards the producer after a failure. */
  transaction<T>(work: (tx: Pick<LogWriter, 'send'>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** An idempotent producer with acks from all: what every writer of the input log uses, because a hung transaction would block its readers. */
export function createLogWriter(connection: KafkaConnection): Promise<LogWriter> {
  return createSerialWriter(() => IdempotentSession.open(connection));
}

/** A producer whose transactions fence every earlier holder of the same id. For the few writers that must write to several partitions at once. */
export async function createTransactionalWriter(
  { kafka }: KafkaConnection,
  { transactionalId }: { readonly transactionalId: string },
): Promise<TransactionalWriter> {
  const placement = createPlacement();
  const producer = kafka.producer({
    transactionalId,
    transactionTimeout: 15_000,
    idempotent: true,
    maxInFlightRequests: 1,
    // Retries end, so that a caller learns of a broker that is gone; what a retry repeats, the broker drops.
    retry: RETRY,
    allowAutoTopicCreation: false,
    createPartitioner: placement.createPartitioner,
  });
  await connected(producer);
  return {
    async transaction(work) {
      const tx = await producer.transaction();
      try {
        const result = await work({ send: (topic, messages) => sendByPartition(tx, placement, [[topic, messages]]) });
        await tx.commit();
        return result;
      } catch (error) {
        // Never abort and go on: kafkajs rolls its sequence back and keeps its epoch. The next holder's fence ends the transaction.
        await producer.disconnect().catch(() => undefined);
        throw error;
      }
    },
    close: () => producer.disconnect(),
  };
}
