import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const CLICKHOUSE_USERS = ['admin', 'migrator', 'warehouse', 'console', 'analyst', 'release'] as const;
export type ClickhouseUser = (typeof CLICKHOUSE_USERS)[number];

const TOKENS = ['operator', 'trickle'] as const;
const RELEASE_ACCOUNTS = ['administrator', 'approver'] as const;

/** Everything a stranger on this machine must not know; lives in `<data dir>/secrets.json`, readable by its owner only. */
export interface Secrets {
  readonly clickhouse: Readonly<Record<ClickhouseUser, string>>;
  /** Token id → secret, for the console, its feed and intake. */
  readonly tokens: Readonly<Record<(typeof TOKENS)[number], string>>;
  /** Account → token of those who may release a rule set: who proposes and who approves are two. */
  readonly release: Readonly<Record<(typeof RELEASE_ACCOUNTS)[number], string>>;
}

const secret = () => randomBytes(24).toString('base64url');

/** The secrets of a data directory: made by the first start, the same ever after; what an older file lacks is added. */
export function readOrMakeSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {};
  const secrets: Secrets = {
    clickhouse: completed(CLICKHOUSE_USERS, known.clickhouse),
    tokens: completed(TOKENS, known.tokens),
    release: completed(RELEASE_ACCOUNTS, known.release),
  };
  const text = `${JSON.stringify(secrets, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return secrets;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
  return secrets;
}

function completed<Name extends string>(
  names: readonly Name[],
  known: Partial<Record<Name, string>> = {},
): Readonly<Record<Name, string>> {
  return Object.fromEntries(names.map((name) => [name, known[name] ?? secret()])) as Record<Name, string>;
}

/** The accounts of the release of rule sets as RISK_RELEASE_ACCOUNTS lists them: hashes, not the tokens. */
export function releaseAccounts({ release }: Pick<Secrets, 'release'>): string {
  return RELEASE_ACCOUNTS.map((name) => {
    const role = name === 'approver' ? 'approver' : 'model-administrator';
    return `${name}:${role}:${createHash('sha256').update(release[name]).digest('hex')}`;
  }).join(',');
}
