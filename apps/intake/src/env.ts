import { z } from 'zod';
import { apiTokensEnv, kafkaEnv, parseEnv, registryEnv, serviceEnv } from '#libs/service';

const clusters = { ...kafkaEnv, ...registryEnv };
const ruleSet = {
  RISK_RULE_SET: z
    .string()
    .regex(/^[\w.-]+$/, 'expected the name of a file in schemas/rule-sets')
    .optional(),
};

const schema = z.object({
  ...clusters,
  ...serviceEnv,
  ...apiTokensEnv,
  ...ruleSet,
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: z.coerce.number('must be a port number').int().min(0).max(65535).default(0),
  RISK_INTAKE_MAX_BODY_BYTES: z.coerce.number().int().min(1_024).default(1_048_576),
  RISK_INTAKE_MAX_EVENTS: z.coerce.number().int().min(1).max(10_000).default(1_000),
  RISK_INTAKE_RECENT_RECORDS: z.coerce.number().int().min(0).default(100_000),
  RISK_INTAKE_WRITE_TIMEOUT_MS: z.coerce.number().int().min(100).default(10_000),
});

export type IntakeEnv = z.infer<typeof schema>;

/** The configuration of the service; throws EnvError with every fault at once. */
export function intakeEnv(): IntakeEnv {
  return parseEnv(schema, process.env);
}

const importSchema = z.object({ ...clusters, ...ruleSet, LOG_LEVEL: serviceEnv.LOG_LEVEL });

export type ImportEnv = z.infer<typeof importSchema>;

/** What an import needs of the environment: the clusters it writes to. */
export function importEnv(): ImportEnv {
  return parseEnv(importSchema, process.env);
}
