import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const CLICKHOUSE_USERS = ['admin', 'migrator', 'warehouse', 'console', 'analyst'] as const;
export type ClickhouseUser = (typeof CLICKHOUSE_USERS)[number];

/** Everything a stranger on this machine must not know; lives in `<data dir>/secrets.json`, readable by its owner only. */
export interface Secrets {
  readonly clickhouse: Readonly<Record<ClickhouseUser, string>>;
  /** Token id → secret, for the console, its feed and intake. */
  readonly tokens: Readonly<Record<'operator' | 'trickle', string>>;
}

const secret = () => randomBytes(24).toString('base64url');

/** The secrets of a data directory: made by the first start, the same ever after. */
export function readOrMakeSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const made: Secrets = {
    clickhouse: {
      admin: secret(),
      migrator: secret(),
      warehouse: secret(),
      console: secret(),
      analyst: secret(),
    },
    tokens: { operator: secret(), trickle: secret() },
  };
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}
