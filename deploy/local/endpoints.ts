import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRoot } from '#libs/service';
import { readOrMakeSecrets, releaseAccounts } from './stack/secrets.ts';

/** Where the parts of a running local stack answer; no secrets in it. */
export interface Endpoints {
  readonly kafkaBrokers: string;
  readonly registryUrl: string;
  readonly clickhouseUrl: string;
  readonly consoleUrl: string;
  readonly intakeUrl: string;
  /** Base URL of /live, /ready and /metrics of each service. */
  readonly health: Readonly<Record<string, string>>;
}

const fileIn = (dataDir: string) => join(dataDir, 'endpoints.json');

/** Written when everything runs, removed by the stop: the file stands for a running stack. */
export function writeEndpoints(dataDir: string, endpoints: Endpoints): () => void {
  writeFileSync(fileIn(dataDir), `${JSON.stringify(endpoints, null, 2)}\n`);
  return () => rmSync(fileIn(dataDir), { force: true });
}

/**
 * Fills what a program needs to reach the running local stack (RISK_DATA_DIR, else .data): Kafka, the registry, ClickHouse
 * and the accounts that may release a rule set. Nothing is filled when the environment names clusters already. Throws with
 * what to do when neither is there.
 */
export function connectionEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env['KAFKA_BROKERS'] !== undefined && env['SCHEMA_REGISTRY_URL'] !== undefined) return env;
  const dataDir = resolve(env['RISK_DATA_DIR'] ?? join(packageRoot(), '.data'));
  if (!existsSync(fileIn(dataDir))) {
    throw new Error(
      `nothing runs on ${dataDir}: start it with npm start (in another terminal), or set KAFKA_BROKERS and SCHEMA_REGISTRY_URL`,
    );
  }
  const { kafkaBrokers, registryUrl, clickhouseUrl } = JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Endpoints;
  const secrets = readOrMakeSecrets(dataDir);
  return {
    KAFKA_BROKERS: kafkaBrokers,
    SCHEMA_REGISTRY_URL: registryUrl,
    CLICKHOUSE_URL: clickhouseUrl,
    CLICKHOUSE_USER: 'release',
    CLICKHOUSE_PASSWORD: secrets.clickhouse.release,
    CLICKHOUSE_DATABASE: 'risk',
    RISK_RELEASE_ACCOUNTS: releaseAccounts(secrets),
    ...env,
  };
}
