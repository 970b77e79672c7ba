import { IdempotentSession } from './idempotent-session.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { createSerialWriter, type LogWriter } from './serial-writer.ts';
import { TransactionSession } from './transaction-session.ts';

export interface TransactionalWriter {
  /** All of what `work` sends becomes visible, or none of it; it goes out when `work` has ended. After a failure, or when an answer was lost on the way, it is the last one of this writer. */
  transaction<T>(work: (tx: Pick<LogWriter, 'send'>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const TRANSACTION_TIMEOUT_MS = 15_000;

/** An idempotent producer with acks from all: what every writer of the input log uses, because a hung transaction would block its readers. */
export function createLogWriter(connection: KafkaConnection): Promise<LogWriter> {
  return createSerialWriter(() => IdempotentSession.open(connection));
}

/**
 * A producer of transactions. It fences every earlier holder of its id when its first transaction begins, before `work`. For the
 * few writers that must write to several partitions at once.
 */
export function createTransactionalWriter(
  connection: KafkaConnection,
  { transactionalId }: { readonly transactionalId: string },
): TransactionalWriter {
  let opening: Promise<TransactionSession> | undefined;
  let failure: unknown;
  const write = async <T>(work: (tx: Pick<LogWriter, 'send'>) => Promise<T>): Promise<T> => {
    const session = await (opening ??= TransactionSession.open(connection, {
      transactionalId,
      timeoutMs: TRANSACTION_TIMEOUT_MS,
    }));
    const messages: [string, readonly OutgoingMessage[]][] = [];
    const result = await work({ send: async (topic, more) => void messages.push([topic, more]) });
    if (messages.every(([, more]) => more.length === 0)) return result;
    await session.write(messages);
    await session.commit();
    if (session.isSpent) failure = new Error('an answer was lost on the way');
    return result;
  };
  return {
    async transaction(work) {
      if (failure !== undefined)
        throw new Error('this writer can write no further transaction; open another one', { cause: failure });
      try {
        return await write(work);
      } catch (error) {
        // Never opened anew by itself: another holder may have fenced this one since.
        failure = error;
        throw error;
      }
    },
    async close() {
      await opening?.then(
        (session) => session.close(),
        () => undefined,
      );
    },
  };
}
