import { retryOnCodes } from '../broker-errors.ts';
import type { OpenTransaction, TransactionalProducer } from '../log-writer.ts';
import type { OutgoingMessage } from '../outgoing-message.ts';

/** The transaction did not end as committed, or may not have: memory is thrown away and the committed offset decides. */
export class TransactionLostError extends Error {
  override readonly name = 'TransactionLostError';
}

/** The input's offset that a transaction commits, with its metadata. */
export interface InputOffset {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

/** What the group coordinator answers while it loads or while the last commit's markers are written: try again in the same transaction. */
const SEND_OFFSETS_AGAIN = { codes: new Set([14, 15, 16, 51]), tries: 200, pauseMs: 5 };

/**
 * Sends messages and commits the input's offset in one transaction. Throws TransactionLostError on any error; the producer
 * must not be used again: kafkajs would roll its sequence back and keep its epoch, and the broker then drops what follows.
 */
export async function commitTransaction(
  producer: TransactionalProducer,
  byTopic: ReadonlyMap<string, readonly OutgoingMessage[]>,
  input: InputOffset,
): Promise<void> {
  try {
    const tx = await producer.transaction();
    await tx.send(byTopic);
    await sendOffset(tx, input);
    await tx.commit();
  } catch (error) {
    throw new TransactionLostError(
      `the transaction of ${input.topic}/${input.partition} up to offset ${input.offset} may not be committed`,
      { cause: error },
    );
  }
}

async function sendOffset(
  tx: OpenTransaction,
  { groupId, topic, partition, offset, metadata }: InputOffset,
): Promise<void> {
  const topics = [{ topic, partitions: [{ partition, offset: String(offset), metadata }] }];
  await retryOnCodes(SEND_OFFSETS_AGAIN, () => tx.sendOffsets({ consumerGroupId: groupId, topics }));
}
