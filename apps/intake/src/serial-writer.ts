import type { LogMessage } from './log-message.ts';

/** A producer of the stream library, or what stands in for one. */
export interface Producer {
  send(topic: string, messages: readonly LogMessage[]): Promise<void>;
  close(): Promise<void>;
}

export interface SerialWriter {
  /**
   * Resolves when the log has the messages. Appends that wait go out together. One whose `signal` fires while it waits
   * is not sent; once it is on its way the signal changes nothing.
   */
  append(topic: string, messages: readonly LogMessage[], signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly topic: string;
  readonly messages: readonly LogMessage[];
  readonly signal: AbortSignal | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

const MESSAGES_AT_ONCE = 2_000;

/**
 * Sends one thing at a time over an idempotent producer and replaces the producer after a failure. kafkajs takes its
 * sequence back when a send fails, although the broker may have written it: the next send of that producer would carry
 * the same sequence, and the broker would drop it as a repetition and acknowledge it.
 */
export async function createSerialWriter(connect: () => Promise<Producer>): Promise<SerialWriter> {
  let producer: Producer | undefined = await connect();
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
    append: (topic, messages, signal) =>
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

/** The appends that go out next: of one topic, in order, as many as one send takes but at least one. */
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
