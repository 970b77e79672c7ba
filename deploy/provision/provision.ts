import { join } from 'node:path';
import { RECORD_SCHEMAS, TOPIC_LIST } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { createTopics, registerSchemas, topicSettings, type KafkaConnection, type RegistryOptions } from '#libs/stream';
import { applyMigrations, type MigrateOptions } from '../clickhouse/apply-migrations.ts';

export interface ProvisionOptions {
  readonly kafka: KafkaConnection;
  /** Replicas of each topic; 1 on a single broker. */
  readonly replicationFactor: number;
  readonly registry: RegistryOptions;
  readonly clickhouse: Omit<MigrateOptions, 'folder' | 'onApplied'>;
  /** Told of a topic whose settings differ from those declared here. */
  readonly warn: (text: string) => void;
}

export interface Provisioned {
  readonly topicsMade: number;
  readonly schemas: number;
  readonly migrationsApplied: number;
}

/** Topics, schemas and tables, at the same time. Repeatable: what is there stays. Throws the error of the first that failed. */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const [made, schemas, migrations] = await Promise.all([
    provisionTopics(options),
    registerSchemas(options.registry, RECORD_SCHEMAS),
    applyMigrations({ ...options.clickhouse, folder: join(packageRoot(), 'deploy/clickhouse/migrations') }),
  ]);
  return { topicsMade: made.length, schemas: schemas.size, migrationsApplied: migrations.applied.length };
}

/** Creates what is missing. Of topics that exist, a wrong partition count is an error and a changed setting a warning. */
async function provisionTopics({ kafka, replicationFactor, warn }: ProvisionOptions): Promise<readonly string[]> {
  const made = await createTopics(
    kafka,
    TOPIC_LIST.map(({ name, partitions, config }) => ({ topic: name, partitions, config, replicationFactor })),
  );
  const existing = TOPIC_LIST.filter(({ name }) => !made.includes(name));
  const settings = await topicSettings(
    kafka,
    existing.map(({ name, config }) => ({ topic: name, names: Object.keys(config) })),
  );
  for (const { name, config } of existing) {
    for (const [setting, wanted] of Object.entries(config)) {
      const found = settings.get(name)?.get(setting);
      if (found !== wanted) {
        warn(
          `topic ${name}: ${setting} is ${found ?? 'not set'}, this version declares ${wanted}; change it with Kafka's tools`,
        );
      }
    }
  }
  return made;
}
