import type { OutgoingMessage } from './outgoing-message.ts';

/** An idempotent producer, or what stands in for one. */
export interface RawProducer {
  send(topic: string, messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

export interface LogWriter {
  /**
   * Resolves when all replicas in sync have the messages; order holds within a partition. Sends that wait go out together.
   * One whose `signal` fires while it waits is not sent; once it is on its way the signal changes nothing.
   */
  send(topic: string, messages: readonly OutgoingMessage[], signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly topic: string;
  readonly messages: readonly OutgoingMessage[];
  readonly signal: AbortSignal | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

const MESSAGES_AT_ONCE = 2_000;

/**
 * Sends one thing at a time over an idempotent producer and replaces the producer after a failure: nobody knows then where its
 * sequence stands, and a broker would drop what carries a sequence that it has, and acknowledge it.
 */
export async function createSerialWriter(connect: () => Promise<RawProducer>): Promise<LogWriter> {
  let producer: RawProducer | undefined = await connect();
  let running: Promise<void> | undefined;
  const queue: Waiting[] = [];

  const sendNext = async (group: readonly Waiting[]): Promise<void> => {
    try {
      producer ??= await connect();
      await producer.send(
        (group[0] as Waiting).topic,
        group.flatMap(({ messages }) => messages),
      );
      for (const waiting of group) waiting.resolve();
    } catch (error) {
      const discarded = producer;
      producer = undefined;
      discarded?.close().catch(() => undefined);
      for (const waiting of group) waiting.reject(error);
    }
  };

  const run = async (): Promise<void> => {
    // Not before the caller holds this promise: a queue that is given up at once would end it too early.
    await Promise.resolve();
    for (let group = takeGroup(queue); group.length > 0; group = takeGroup(queue)) await sendNext(group);
    running = undefined;
  };

  return {
    send: (topic, messages, signal) =>
      new Promise<void>((resolve, reject) => {
        queue.push({ topic, messages, signal, resolve, reject });
        running ??= run();
      }),
    async close() {
      await running;
      await producer?.close();
    },
  };
}

/** The sends that go out next: of one topic, in order, as many as one send takes but at least one. */
function takeGroup(queue: Waiting[]): Waiting[] {
  const group: Waiting[] = [];
  let count = 0;
  for (let next = queue[0]; next !== undefined; next = queue[0]) {
    if (next.signal?.aborted === true) {
      queue.shift();
      next.reject(next.signal.reason);
      continue;
    }
    const fits =
      group.length === 0 || (next.topic === group[0]?.topic && count + next.messages.length <= MESSAGES_AT_ONCE);
    if (!fits) break;
    group.push(next);
    count += next.messages.length;
    queue.shift();
  }
  return group;
}
