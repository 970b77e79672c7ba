import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { apiTokensEnv, clickhouseEnv, kafkaEnv, packageRoot, parseEnv, registryEnv, serviceEnv } from '#libs/service';

const schema = z.object({
  ...serviceEnv,
  ...kafkaEnv,
  ...registryEnv,
  ...clickhouseEnv,
  ...apiTokensEnv,
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: z.coerce.number('must be a port number').int().min(0).max(65535).default(3000),
  RISK_RULE_SETS_DIR: z
    .string()
    .default('schemas/rule-sets')
    .transform((path) => (isAbsolute(path) ? path : join(packageRoot(), path))),
});

export type ConsoleEnv = z.infer<typeof schema>;

/** Reads the console's configuration; throws EnvError with every fault. */
export function consoleEnv(): ConsoleEnv {
  return parseEnv(schema, process.env);
}
