import { join } from 'node:path';
import { RECORD_SCHEMAS, TOPIC_LIST } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { connectKafka, createTopics, registerSchemas, type KafkaConnection } from '#libs/stream';
import { describe, logOf, startChild, type Stack } from './stack/index.ts';

/** Topics, schemas and tables, at the same time: each is complete, or the error of the first that failed is thrown. */
export async function prepareStack(stack: Stack, warn: (text: string) => void): Promise<{ topicsMade: number }> {
  const kafka = connectKafka({ clientId: 'local-start', brokers: [stack.kafkaBrokers] });
  const [made] = await Promise.all([
    prepareTopics(kafka, warn),
    registerSchemas({ url: stack.registryUrl }, RECORD_SCHEMAS),
    migrateClickhouse(stack),
  ]);
  return { topicsMade: made.length };
}

/** Creates what is missing. Of topics that exist, a wrong partition count is an error and a changed setting a warning. */
async function prepareTopics(kafka: KafkaConnection, warn: (text: string) => void): Promise<readonly string[]> {
  const made = await createTopics(
    kafka,
    TOPIC_LIST.map(({ name, partitions, config }) => ({ topic: name, partitions, config })),
  );
  const existing = TOPIC_LIST.filter(({ name }) => !made.includes(name));
  for (const difference of await topicDifferences(kafka, existing)) warn(difference);
  return made;
}

/** Kafka's number for "topic" among the things that have a configuration. */
const TOPIC_RESOURCE = 2;

async function topicDifferences(
  { kafka }: KafkaConnection,
  topics: readonly { name: string; config: Readonly<Record<string, string>> }[],
): Promise<string[]> {
  if (topics.length === 0) return [];
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map(({ name, config }) => ({ type: TOPIC_RESOURCE, name, configNames: Object.keys(config) })),
    });
    return resources.flatMap(({ resourceName, configEntries }) => {
      const wanted = topics.find(({ name }) => name === resourceName)?.config ?? {};
      return configEntries
        .filter(({ configName, configValue }) => wanted[configName] !== configValue)
        .map(
          ({ configName, configValue }) =>
            `topic ${resourceName}: ${configName} is ${configValue}, this version declares ${wanted[configName]}; change it with Kafka's tools, or npm run reset`,
        );
    });
  } finally {
    await admin.disconnect();
  }
}

async function migrateClickhouse(stack: Stack): Promise<void> {
  const child = startChild(stack.home, {
    name: 'migrate',
    command: process.execPath,
    args: ['--enable-source-maps', join(packageRoot(), 'dist/deploy/clickhouse/migrate.js')],
    env: {
      ...process.env,
      CLICKHOUSE_URL: stack.clickhouseUrl,
      CLICKHOUSE_USER: 'migrator',
      CLICKHOUSE_PASSWORD: stack.secrets.clickhouse.migrator,
      CLICKHOUSE_DATABASE: 'risk',
    },
  });
  const exit = await child.exited;
  if (exit.code !== 0) throw new Error(`ClickHouse could not be migrated (${describe(exit)})${logOf(child)}`);
}
