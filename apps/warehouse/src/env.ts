import { z } from 'zod';
import { clickhouseEnv, kafkaEnv, parseEnv, registryEnv, serviceEnv } from '#libs/service';

const count = z.coerce.number('must be a number').int();

const schema = z.object({
  ...kafkaEnv,
  ...registryEnv,
  ...clickhouseEnv,
  ...serviceEnv,
  RISK_GROUP_ID: z.string().default('warehouse'),
  /** Least time between two flushes while nothing is behind. */
  RISK_WAREHOUSE_FLUSH_MS: count.min(0).max(60_000).default(200),
  /** A group of so many rows is written without waiting. */
  RISK_WAREHOUSE_FLUSH_ROWS: count.min(1).default(40_000),
  /** Rows held while ClickHouse is away; above it no batch is decoded. */
  RISK_WAREHOUSE_MAX_BUFFERED_ROWS: count.min(1).default(100_000),
  /** gzip towards ClickHouse; for a server across a network. */
  CLICKHOUSE_COMPRESS: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
  CLICKHOUSE_TIMEOUT_MS: count.min(1_000).default(60_000),
  KAFKA_SESSION_TIMEOUT_MS: count.min(6_000).max(300_000).default(30_000),
  /** Below the ten seconds that a service has to stop in. */
  KAFKA_STOP_DEADLINE_MS: count.min(0).max(9_000).default(8_000),
  KAFKA_MAX_BATCH_BYTES: count.min(65_536).default(8 * 1024 * 1024),
});

export type Env = z.infer<typeof schema>;

/** The configuration of the service; throws EnvError with every fault at once. */
export function readEnv(): Env {
  return parseEnv(schema, process.env);
}
