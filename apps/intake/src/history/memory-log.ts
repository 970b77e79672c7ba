import type { Log, LogMessage, StoredRecord } from '#libs/event-log';

/** A log in memory for tests; it fails where it is told to. */
export interface MemoryLog extends Log {
  readonly topics: ReadonlyMap<string, readonly StoredRecord[]>;
  /** Lets the given number of further appends through; the one after them fails when half of it is written. */
  failAfterAppends(count: number): void;
}

const HALF = 2;

/** Partitions by the message's own partition, else by its key's length: tests need spread, not Kafka's hash. */
export function createMemoryLog(partitions: Readonly<Record<string, number>>): MemoryLog {
  const topics = new Map<string, StoredRecord[]>(Object.keys(partitions).map((topic) => [topic, []]));
  const ends = new Map<string, number>();
  let left = Infinity;
  const recordsOf = (topic: string): StoredRecord[] => {
    const records = topics.get(topic);
    if (records === undefined) throw new Error(`no topic ${topic}`);
    return records;
  };
  const write = (topic: string, messages: readonly LogMessage[]): void => {
    const records = recordsOf(topic);
    for (const { key, value, timestamp, partition: stated } of messages) {
      const partition = stated ?? (key?.length ?? 0) % (partitions[topic] ?? 1);
      const place = `${topic}/${partition}`;
      const offset = ends.get(place) ?? 0;
      ends.set(place, offset + 1);
      records.push({ partition, offset, timestamp, key: key === null ? null : Buffer.from(key), value });
    }
  };
  return {
    topics,
    failAfterAppends(count) {
      left = count;
    },
    async ranges(topic) {
      return Array.from({ length: partitions[topic] ?? 1 }, (_, partition) => ({
        partition,
        low: 0,
        high: ends.get(`${topic}/${partition}`) ?? 0,
      }));
    },
    async read(topic, visit) {
      for (const record of [...recordsOf(topic)]) if (!(await visit(record))) return;
    },
    async append(topic, messages) {
      if (left > 0) {
        left -= 1;
        write(topic, messages);
        return;
      }
      left = Infinity;
      write(topic, messages.slice(0, Math.floor(messages.length / HALF)));
      throw new Error('the broker went away');
    },
    async appendTogether(_transactionalId, decide) {
      const decided = await decide();
      if (decided !== undefined) write(decided.topic, decided.messages);
      return decided !== undefined;
    },
    close: async () => undefined,
  };
}
