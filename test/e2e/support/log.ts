import { TOPIC_LIST } from '#libs/contracts';
import {
  createTopics,
  readTopic,
  topicOffsets,
  type AvroRegistry,
  type KafkaConnection,
  type TopicRecord,
} from '#libs/stream';
import { until } from './until.ts';

/** A committed record with its decoded value. */
export interface DecodedRecord extends TopicRecord {
  readonly fullName: string;
  readonly decoded: unknown;
}

/** Deletes the named topics and the offsets that groups have committed for them, and creates those of them that contracts declare. */
export async function emptyTopics(
  { kafka, clientId }: KafkaConnection,
  names: readonly string[],
  replicationFactor: number,
): Promise<void> {
  await deleteTopics({ kafka, clientId }, names);
  const specs = TOPIC_LIST.filter(({ name }) => names.includes(name)).map(({ name, partitions, config }) => ({
    topic: name,
    partitions,
    replicationFactor,
    config,
  }));
  // A broker names a topic before it serves it, and deletes one after it has said so.
  let last: unknown;
  await until(
    'the topics are served and empty',
    async () => {
      try {
        await createTopics({ kafka, clientId }, specs);
        const ranges = await Promise.all(specs.map(({ topic }) => topicOffsets({ kafka, clientId }, topic)));
        return ranges.flat().every(({ low, high }) => low === 0 && high === 0);
      } catch (error) {
        last = error;
        return false;
      }
    },
    { explain: () => String(last) },
  );
}

export async function deleteTopics({ kafka }: KafkaConnection, names: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const present = async () => (await admin.listTopics()).filter((name) => names.includes(name));
    const topics = await present();
    if (topics.length > 0) await admin.deleteTopics({ topics, timeout: 30_000 });
    await until('the topics are gone', async () => (await present()).length === 0);
  } finally {
    await admin.disconnect();
  }
}

/** Forgets what the groups have committed; a group keeps members that were killed until their sessions end. */
export async function deleteGroups({ kafka }: KafkaConnection, groups: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await until('the groups are gone', async () => {
      const { groups: listed } = await admin.listGroups();
      const present = groups.filter((group) => listed.some(({ groupId }) => groupId === group));
      if (present.length === 0) return true;
      await admin.deleteGroups([...present]).catch(() => undefined);
      return false;
    });
  } finally {
    await admin.disconnect();
  }
}

/** Every committed record there is now, in the order of partition and offset. */
export async function readAll(connection: KafkaConnection, topic: string): Promise<TopicRecord[]> {
  const records: TopicRecord[] = [];
  const reading = await readTopic(connection, {
    topics: [topic],
    from: 'beginning',
    untilEnd: true,
    onRecord: (record) => void records.push(record),
  });
  await reading.done;
  return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

export async function decodeAll(registry: AvroRegistry, records: readonly TopicRecord[]): Promise<DecodedRecord[]> {
  await registry.prepare(records.map(({ value }) => value));
  return records.map((record) => {
    const { fullName, value } = registry.decode(record.value);
    return { ...record, fullName, decoded: value };
  });
}

/** The offset after the last committed record of each partition that has one: commit markers may follow it, nobody reads those. */
export function endsOf(records: readonly TopicRecord[]): Map<number, number> {
  const ends = new Map<number, number>();
  for (const { partition, offset } of records) ends.set(partition, Math.max(ends.get(partition) ?? 0, offset + 1));
  return ends;
}
