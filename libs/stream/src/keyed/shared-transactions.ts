import { setImmediate } from 'node:timers/promises';
import { isKafkaError } from '../broker-errors.ts';
import type { GroupMember } from '../group-requests.ts';
import type { OutgoingMessage } from '../outgoing-message.ts';
import type { TransactionSession } from '../transaction-session.ts';

/** The transaction did not end as committed, or may not have: memory is thrown away and the committed offset decides. */
export class TransactionLostError extends Error {
  override readonly name = 'TransactionLostError';
}

/** What one partition has to write, with the offset of the input that goes with it. */
export interface TransactionPart {
  readonly messages: ReadonlyMap<string, readonly OutgoingMessage[]>;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
  /** The member that the partition was assigned to when this process took it over, or was last seen to have kept it. */
  readonly member: GroupMember;
}

export type Session = Pick<TransactionSession, 'write' | 'commit' | 'isSpent' | 'close'>;

export interface SharedTransactionsOptions {
  readonly groupId: string;
  readonly topic: string;
  /** Opens a session that ends what the one before it has left open. */
  open(): Promise<Session>;
}

/** What would be refused each time that it is made anew. */
const NEVER_TAKEN: ReadonlySet<unknown> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'OFFSET_METADATA_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
]);

interface Waiting {
  readonly part: TransactionPart;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The transactions of a process, one after the other: each takes what all partitions have ready when it begins. What fences a
 * stalled process is its generation of the group, in whose name the offsets are committed: a coordinator refuses an older one.
 */
export class SharedTransactions {
  readonly #options: SharedTransactionsOptions;
  readonly #queue: Waiting[] = [];
  readonly #pending = new Set<Promise<void>>();
  #running: Promise<void> | undefined;
  #session: Promise<Session> | undefined;
  #closed = false;

  constructor(options: SharedTransactionsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when it is committed. Rejects with TransactionLostError when it is not, or may not be, and with another error when
   * no repetition mends it.
   */
  commit(part: TransactionPart): Promise<void> {
    const committed = new Promise<void>((resolve, reject) => {
      this.#queue.push({ part, resolve, reject });
      this.#running ??= this.#run();
    });
    this.#pending.add(committed);
    const forget = (): void => void this.#pending.delete(committed);
    committed.then(forget, forget);
    return committed;
  }

  /** Resolves when what a lost transaction has left open is ended. Rejects while brokers do not answer. */
  async ready(): Promise<void> {
    if (this.#closed) throw new Error('the transactions of this process have ended');
    await this.#open();
  }

  /** Resolves when all that was given to `commit` until now has been answered. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.settled();
    await this.#discard();
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      // Partitions of the same fetch become ready in the same turn.
      await setImmediate();
      const parts = this.#takeParts();
      try {
        await this.#commitTogether(parts.map(({ part }) => part));
        for (const { resolve } of parts) resolve();
      } catch (cause) {
        void this.#discard();
        // What is left open holds readers back, until it is ended by another session.
        if (!this.#closed) this.#open().catch(() => undefined);
        for (const { part, reject } of parts)
          reject(isKafkaError(cause) && !isNeverTaken(cause) ? this.#lost(part, cause) : cause);
      }
    }
    this.#running = undefined;
  }

  /** Those of one member: a part of an older generation is refused by itself. */
  #takeParts(): readonly Waiting[] {
    const member = this.#queue[0]?.part.member;
    const parts = this.#queue.filter(({ part }) => part.member === member);
    const rest = this.#queue.filter(({ part }) => part.member !== member);
    this.#queue.splice(0, this.#queue.length, ...rest);
    return parts;
  }

  async #commitTogether(parts: readonly TransactionPart[]): Promise<void> {
    const { groupId, topic } = this.#options;
    const { member } = parts[0] as TransactionPart;
    const session = await this.#open();
    const messages = parts.flatMap((part) => [...part.messages]);
    await session.write(messages, { groupId, member, topic, partitions: parts });
    await session.commit();
    if (session.isSpent) void this.#discard();
  }

  #open(): Promise<Session> {
    if (this.#session !== undefined) return this.#session;
    const opening = this.#options.open();
    this.#session = opening;
    opening.catch(() => {
      if (this.#session === opening) this.#session = undefined;
    });
    return opening;
  }

  /** Not awaited after an error: kafkajs waits with it for answers that may never come. */
  async #discard(): Promise<void> {
    const discarded = this.#session;
    this.#session = undefined;
    await discarded?.then((session) => session.close()).catch(() => undefined);
  }

  #lost({ partition, offset }: TransactionPart, cause: unknown): TransactionLostError {
    return new TransactionLostError(
      `the transaction of ${this.#options.topic}/${partition} up to offset ${offset} may not be committed`,
      { cause },
    );
  }
}

function isNeverTaken(error: unknown): boolean {
  return NEVER_TAKEN.has((error as { type?: unknown }).type);
}
