import { join } from 'node:path';
import { z } from 'zod';
import { kafkaEnv, packageRoot, parseEnv, registryEnv, serviceEnv } from '#libs/service';

const schema = z.object({
  ...kafkaEnv,
  ...registryEnv,
  ...serviceEnv,
  RISK_GROUP_ID: z.string().default('scorer'),
  /** A cache of the log that can be deleted at any time; one directory for each process. */
  RISK_STATE_DIR: z.string(),
  /** Where copies of the state go now and then; left out, none are taken. May be shared by all processes of the group. */
  RISK_SNAPSHOT_DIR: z.string().optional(),
  RISK_SNAPSHOT_EVERY_MS: z.coerce.number().int().min(1_000).default(900_000),
  RISK_RULE_SETS_DIR: z.string().default(join(packageRoot(), 'schemas/rule-sets')),
  KAFKA_SESSION_TIMEOUT_MS: z.coerce.number().int().min(6_000).max(300_000).default(30_000),
  /** Below the ten seconds that a service has to stop in. */
  KAFKA_STOP_DEADLINE_MS: z.coerce.number().int().min(0).max(9_000).default(8_000),
  KAFKA_MAX_BATCH_BYTES: z.coerce
    .number()
    .int()
    .min(65_536)
    .default(2 * 1024 * 1024),
});

export type Env = z.infer<typeof schema>;

export function readEnv(): Env {
  return parseEnv(schema, process.env);
}
