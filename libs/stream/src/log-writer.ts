import { Partitioners, type Producer, type ProducerConfig, type Transaction } from 'kafkajs';
import { RETRY, type KafkaConnection } from './kafka-connection.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { inSends } from './send-parts.ts';
import { createSerialWriter, type LogWriter } from './serial-writer.ts';

export interface TransactionalWriter {
  /** All of what `work` sends becomes visible, or none of it. Discards the producer after a failure. */
  transaction<T>(work: (tx: Pick<LogWriter, 'send'>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Retries end, so that a caller learns of a broker that is gone; what a retry repeats, the broker drops. */
const PRODUCER: ProducerConfig = {
  idempotent: true,
  maxInFlightRequests: 1,
  retry: RETRY,
  allowAutoTopicCreation: false,
  createPartitioner: Partitioners.DefaultPartitioner,
};

/** An idempotent producer with acks from all: what every writer of the input log uses, because a hung transaction would block its readers. */
export function createLogWriter({ kafka }: KafkaConnection): Promise<LogWriter> {
  return createSerialWriter(async () => {
    const producer = kafka.producer(PRODUCER);
    await producer.connect();
    return {
      send: (topic, messages) => sendInParts(producer, topic, messages),
      close: () => producer.disconnect(),
    };
  });
}

/** A producer whose transactions fence every earlier holder of the same id. For the few writers that must write to several partitions at once. */
export async function createTransactionalWriter(
  { kafka }: KafkaConnection,
  { transactionalId }: { readonly transactionalId: string },
): Promise<TransactionalWriter> {
  const producer = createTransactionalProducer({ kafka, clientId: '' }, transactionalId);
  await producer.connect();
  return {
    async transaction(work) {
      const tx = await producer.transaction();
      try {
        const result = await work({ send: (topic, messages) => sendInParts(tx, topic, messages) });
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

export function createTransactionalProducer({ kafka }: KafkaConnection, transactionalId: string): Producer {
  return kafka.producer({
    ...PRODUCER,
    transactionalId,
    transactionTimeout: 15_000,
  });
}

/** Sends in parts that kafkajs groups quickly and a broker takes. */
export async function sendInParts(
  sender: Pick<Producer | Transaction, 'send'>,
  topic: string,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  for (const part of inSends(messages)) await sender.send({ topic, acks: -1, messages: part.map(toKafkaMessage) });
}

export function toKafkaMessage(message: OutgoingMessage): {
  key: string | Buffer | null;
  value: Buffer | null;
  timestamp?: string;
  partition?: number;
  headers?: Record<string, string | Buffer>;
} {
  return {
    key: message.key,
    value: message.value,
    ...(message.timestamp === undefined ? {} : { timestamp: String(message.timestamp) }),
    ...(message.partition === undefined ? {} : { partition: message.partition }),
    ...(message.headers === undefined ? {} : { headers: { ...message.headers } }),
  };
}
