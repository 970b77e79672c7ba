import { join } from 'node:path';
import { z } from 'zod';
import { clickhouseEnv, kafkaEnv, packageRoot, parseEnv, registryEnv } from '#libs/service';
import type { KnownAccount, Role } from './release/accounts.ts';

const ACCOUNT = /^([A-Za-z0-9._-]+):(model-administrator|approver):([0-9a-f]{64})$/;

const schema = z.object({
  ...kafkaEnv,
  ...registryEnv,
  ...clickhouseEnv,
  RISK_RULE_SETS_DIR: z.string().default(join(packageRoot(), 'schemas/rule-sets')),
  /** Who may act: `name:role:sha256-of-token`, comma-separated. */
  RISK_RELEASE_ACCOUNTS: z
    .string()
    .default('')
    .transform((list) => (list === '' ? [] : list.split(',').map((entry) => entry.trim())))
    .refine(
      (entries) => entries.every((entry) => ACCOUNT.test(entry)),
      'expected name:role:sha256[,…], role model-administrator or approver, the SHA-256 of the token as 64 hex digits',
    )
    .refine(
      (entries) => new Set(entries.map((entry) => entry.split(':')[0])).size === entries.length,
      'names an account twice; one account has one role',
    )
    .transform((entries) => entries.map(accountOf)),
  /** Proves who acts; never on the command line, where every user of the machine could read it. */
  RISK_RELEASE_TOKEN: z.string().optional(),
  /** The consumer group whose progress tells that an activation has been passed. */
  RISK_SCORER_GROUP_ID: z.string().default('scorer'),
});

function accountOf(entry: string): KnownAccount {
  const [name, role, tokenSha256] = entry.split(':') as [string, Role, string];
  return { name, role, tokenSha256 };
}

export type Env = z.infer<typeof schema>;

/** The configuration of the command; throws EnvError with every fault at once. */
export function readEnv(): Env {
  return parseEnv(schema, process.env);
}
