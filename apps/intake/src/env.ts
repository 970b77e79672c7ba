import { z } from 'zod';
import { apiTokensEnv, kafkaEnv, parseEnv, registryEnv, serviceEnv } from '#libs/service';

const ruleSets = {
  /** Rule sets that an empty log begins with, comma-separated; the latest of each scheme when empty. */
  RISK_RULE_SETS: z
    .string()
    .regex(/^[\w.@-]+(,[\w.@-]+)*$/, 'expected id@version[,id@version], names of files in schemas/rule-sets')
    .transform((names) => names.split(','))
    .optional(),
};

const count = z.coerce.number('must be a number').int();

const schema = z.object({
  ...kafkaEnv,
  ...registryEnv,
  ...serviceEnv,
  ...apiTokensEnv,
  ...ruleSets,
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: count.min(0).max(65535).default(0),
  RISK_INTAKE_MAX_BODY_BYTES: count.min(1_024).default(1_048_576),
  RISK_INTAKE_MAX_EVENTS: count.min(1).max(10_000).default(1_000),
  RISK_INTAKE_RECENT_RECORDS: count.min(0).default(100_000),
  RISK_INTAKE_WRITE_TIMEOUT_MS: count.min(100).default(10_000),
});

export type IntakeEnv = z.infer<typeof schema>;

/** The configuration of the service; throws EnvError with every fault at once. */
export function intakeEnv(): IntakeEnv {
  return parseEnv(schema, process.env);
}

/** Where `npm start` puts its broker and its registry, so that an import beside it needs no configuration. */
const EMBEDDED = {
  KAFKA_BROKERS: '127.0.0.1:9092',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081/apis/ccompat/v7',
};

const importSchema = z.object({ ...kafkaEnv, ...registryEnv, ...ruleSets });

export type ImportEnv = z.infer<typeof importSchema>;

/** What an import needs of the environment: the clusters it writes to, the embedded ones when nothing is set. */
export function importEnv(): ImportEnv {
  return parseEnv(importSchema, { ...EMBEDDED, ...process.env });
}
