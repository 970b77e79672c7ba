import type { Admin } from 'kafkajs';
import { answers } from './broker-errors.ts';
import { connected, type KafkaConnection } from './kafka-connection.ts';
import { repeat } from './repeat.ts';

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor?: number;
  readonly config?: Readonly<Record<string, string>>;
}

export interface PartitionRange {
  readonly partition: number;
  /** First offset that is still kept. */
  readonly low: number;
  /** Offset after the last record (aborted and control records count). */
  readonly high: number;
}

/**
 * Creates the topics that are missing. Guarantees for those that exist: the same partition count; a different one
 * is refused, because keys would change their partition and state its owner.
 */
export async function createTopics(
  { kafka }: KafkaConnection,
  specs: readonly TopicSpec[],
): Promise<readonly string[]> {
  const admin = await connected(kafka.admin());
  try {
    const existing = new Set(await admin.listTopics());
    const missing = specs.filter((spec) => !existing.has(spec.topic));
    const present = specs.filter((spec) => existing.has(spec.topic)).map((spec) => spec.topic);
    const { topics } = present.length === 0 ? { topics: [] } : await admin.fetchTopicMetadata({ topics: present });
    for (const { name, partitions } of topics) {
      const wanted = specs.find((spec) => spec.topic === name)?.partitions;
      if (partitions.length !== wanted) {
        throw new Error(
          `topic ${name} has ${partitions.length} partitions, expected ${wanted}; the count is fixed for good, use another cluster or topic`,
        );
      }
    }
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map((spec) => ({
          topic: spec.topic,
          numPartitions: spec.partitions,
          replicationFactor: spec.replicationFactor ?? 1,
          configEntries: Object.entries(spec.config ?? {}).map(([name, value]) => ({ name, value })),
        })),
      });
    }
    await leadersElected(
      admin,
      missing.map((spec) => spec.topic),
    );
    return missing.map((spec) => spec.topic);
  } finally {
    await admin.disconnect();
  }
}

/** Low and high offsets of each partition, in partition order. */
export async function topicOffsets({ kafka }: KafkaConnection, topic: string): Promise<readonly PartitionRange[]> {
  const admin = await connected(kafka.admin());
  try {
    return await offsetsOf(admin, topic);
  } finally {
    await admin.disconnect();
  }
}

/** What a broker answers while a partition's leader is being elected: there is none, or it is not the leader yet. */
const ELECTING = { mayPass: answers(5, 6), givenUpAfterMs: 30_000 };

/** The same over an admin client that is connected; waits, half a minute at most, for leaders that are being elected. */
export async function offsetsOf(admin: Admin, topic: string): Promise<readonly PartitionRange[]> {
  const offsets = await repeat(() => admin.fetchTopicOffsets(topic), ELECTING);
  return offsets
    .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
    .sort((a, b) => a.partition - b.partition);
}

/** Kafka's number for "topic" among the things that have a configuration. */
const TOPIC_RESOURCE = 2;

/** The named settings of topics as the broker has them: by topic, then by name. */
export async function topicSettings(
  { kafka }: KafkaConnection,
  topics: readonly { readonly topic: string; readonly names: readonly string[] }[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  if (topics.length === 0) return new Map();
  const admin = await connected(kafka.admin());
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map(({ topic, names }) => ({ type: TOPIC_RESOURCE, name: topic, configNames: [...names] })),
    });
    return new Map(
      resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      ]),
    );
  } finally {
    await admin.disconnect();
  }
}

/** Waits until every partition has a leader: kafkajs's own wait gives up when a busy broker does not know the topic yet. */
async function leadersElected(admin: Admin, topics: string[]): Promise<void> {
  if (topics.length === 0) return;
  const look = async (): Promise<void> => {
    const metadata = await admin.fetchTopicMetadata({ topics });
    const haveLeaders = metadata.topics.every(
      ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
    );
    if (!haveLeaders)
      throw new Error(`no leader for every partition of ${topics.join(', ')} after 30 s; look at the brokers' logs`);
    // The metadata name a leader before it takes requests: only an answer from it counts.
    for (const topic of topics) await offsetsOf(admin, topic);
  };
  await repeat(look, { ...ELECTING, mayPass: () => true });
}
