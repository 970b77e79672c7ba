/** The step of a deployment on outside clusters that `npm start` does by itself. */
import { z } from 'zod';
import { clickhouseEnv, EnvError, kafkaEnv, parseEnv, registryEnv } from '#libs/service';
import { connectKafka, kafkaOptionsOf, registryOptionsOf } from '#libs/stream';
import { provision } from './provision.ts';

const HELP = `npm run provision

Creates the topics, registers the schemas and migrates ClickHouse; what is there stays, so it may be repeated.

  KAFKA_BROKERS, KAFKA_SSL, KAFKA_SSL_CA_FILE, KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD
  KAFKA_REPLICATION_FACTOR   replicas of each topic (default 3)
  SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_USERNAME, SCHEMA_REGISTRY_PASSWORD
  CLICKHOUSE_URL, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD, CLICKHOUSE_DATABASE   a user that may create tables

Exits 0 when all is there, 1 when something failed, 78 for a wrong configuration.
`;

const schema = z.object({
  ...kafkaEnv,
  ...registryEnv,
  ...clickhouseEnv,
  KAFKA_REPLICATION_FACTOR: z.coerce.number().int().min(1).default(3),
});

async function main(): Promise<number> {
  if (process.argv.length > 2) {
    process.stdout.write(HELP);
    return process.argv[2] === '--help' ? 0 : 64;
  }
  try {
    const env = parseEnv(schema, process.env);
    const { topicsMade, schemas, migrationsApplied } = await provision({
      kafka: connectKafka(kafkaOptionsOf('provision', env)),
      replicationFactor: env.KAFKA_REPLICATION_FACTOR,
      registry: registryOptionsOf(env),
      clickhouse: {
        url: env.CLICKHOUSE_URL,
        user: env.CLICKHOUSE_USER,
        password: env.CLICKHOUSE_PASSWORD,
        database: env.CLICKHOUSE_DATABASE,
      },
      warn: (text) => console.error(text),
    });
    console.log(`${topicsMade} topics created, ${schemas} schemas registered, ${migrationsApplied} migrations applied`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return error instanceof EnvError ? 78 : 1;
  }
}

process.exit(await main());
