import type { KafkaMessage } from 'kafkajs';
import { isKafkaError } from '../broker-errors.ts';
import type { KafkaConnection } from '../kafka-connection.ts';
import { clusterOf, type InnerCluster } from '../kafkajs-cluster.ts';
import { recordOf, type TopicRecord } from '../read-topic.ts';

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
const TRIES = 10;
const PAUSE_MS = 200;
const READ_COMMITTED = 1;
const OUT_OF_RANGE = 'OFFSET_OUT_OF_RANGE';

/**
 * A reader that connects when it is first asked. Offsets are read in ascending order, those that lie close together in one
 * fetch, so that at worst a partition is read through once.
 */
export function createRecordReader(connection: KafkaConnection, topic: string): RecordReader {
  let connecting: Promise<InnerCluster> | undefined;
  const cluster = (): Promise<InnerCluster> => (connecting ??= connectTo(connection, topic));

  // kafkajs opens a connection for each request that finds none: of two at once, one would stay open for ever.
  let tail: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const run = tail.then(work);
    tail = run.catch(() => undefined);
    return run;
  };

  const fetchFrom = async (partition: number, offset: number): Promise<readonly KafkaMessage[]> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await inTurn(async () => fetchOnce(await cluster(), topic, partition, offset));
      } catch (error) {
        if ((error as { type?: unknown }).type === OUT_OF_RANGE) throw gone(topic, partition, offset);
        if (!isKafkaError(error) || attempt === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        await refresh(connecting, () => (connecting = undefined));
      }
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
    async close() {
      const connected = await connecting?.catch(() => undefined);
      await connected?.disconnect();
    },
  };
}

function gone(topic: string, partition: number, offset: number): RecordGoneError {
  return new RecordGoneError(
    `${topic}/${partition} does not hold offset ${offset} any more; its records must be kept for ever`,
  );
}

async function connectTo({ kafka }: KafkaConnection, topic: string): Promise<InnerCluster> {
  const cluster = clusterOf(kafka);
  await cluster.connect();
  await cluster.addMultipleTargetTopics([topic]);
  return cluster;
}

/** The leader may have moved; a connection that was never made is made anew. */
async function refresh(connecting: Promise<InnerCluster> | undefined, forget: () => void): Promise<void> {
  try {
    await (await connecting)?.refreshMetadata();
  } catch {
    forget();
  }
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
