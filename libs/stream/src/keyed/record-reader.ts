import type { KafkaMessage } from 'kafkajs';
import { isKafkaError } from '../broker-errors.ts';
import type { KafkaConnection } from '../kafka-connection.ts';
import type { InnerCluster } from '../kafkajs-cluster.ts';
import { createKeptCluster } from '../kept-cluster.ts';
import { recordOf, type TopicRecord } from '../read-topic.ts';
import { repeat } from '../repeat.ts';

/** The log has no committed record at an offset: it was aborted, deleted, or this is another log. */
export class RecordGoneError extends Error {
  override readonly name = 'RecordGoneError';
}

/** Reads records of a topic again by their offsets. */
export interface RecordReader {
  /** The records at these offsets, each once. Throws when the log does not hold one of them any more. */
  read(partition: number, offsets: Iterable<number>): Promise<ReadonlyMap<number, TopicRecord>>;
  close(): Promise<void>;
}

/** Enough for a batch of live records; the broker gives a greater batch whole. */
const FETCH_BYTES = 128 * 1024;
const MAX_WAIT_MS = 1_000;
const READ_COMMITTED = 1;
const OUT_OF_RANGE = 'OFFSET_OUT_OF_RANGE';

/**
 * A reader that connects when it is first asked. Offsets are read in ascending order, those that lie close together in one
 * fetch, so that at worst a partition is read through once.
 */
export function createRecordReader(connection: KafkaConnection, topic: string): RecordReader {
  const cluster = createKeptCluster(connection, [topic]);
  const fetchFrom = async (partition: number, offset: number): Promise<readonly KafkaMessage[]> => {
    const fetch = (connected: InnerCluster): Promise<readonly KafkaMessage[]> =>
      fetchOnce(connected, topic, partition, offset);
    try {
      return await repeat(() => cluster.ask(fetch), { mayPass });
    } catch (error) {
      throw isOutOfRange(error) ? gone(topic, partition, offset) : error;
    }
  };
  return {
    async read(partition, offsets) {
      const wanted = [...new Set(offsets)].sort((a, b) => a - b);
      const found = new Map<number, TopicRecord>();
      for (let at = 0; at < wanted.length;) {
        const from = wanted[at] as number;
        for (const message of await fetchFrom(partition, from)) {
          const offset = Number(message.offset);
          if (offset !== wanted[at]) continue;
          found.set(offset, recordOf(topic, partition, message));
          at++;
        }
        if (wanted[at] === from) throw gone(topic, partition, from);
      }
      return found;
    },
    close: () => cluster.close(),
  };
}

function isOutOfRange(error: unknown): boolean {
  return (error as { type?: unknown }).type === OUT_OF_RANGE;
}

function mayPass(error: unknown): boolean {
  return isKafkaError(error) && !isOutOfRange(error);
}

function gone(topic: string, partition: number, offset: number): RecordGoneError {
  return new RecordGoneError(
    `${topic}/${partition} does not hold offset ${offset} any more; its records must be kept for ever`,
  );
}

async function fetchOnce(
  cluster: InnerCluster,
  topic: string,
  partition: number,
  offset: number,
): Promise<readonly KafkaMessage[]> {
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  const broker = await cluster.findBroker({ nodeId: nodeId ?? '' });
  const { responses } = await broker.fetch({
    isolationLevel: READ_COMMITTED,
    maxWaitTime: MAX_WAIT_MS,
    minBytes: 1,
    maxBytes: FETCH_BYTES,
    topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: FETCH_BYTES }] }],
  });
  return responses.flatMap(({ partitions }) => partitions.flatMap(({ messages }) => messages));
}
