import { join } from 'node:path';
import { RECORD_SCHEMAS, TOPICS, type ReleaseStatement, type RuleSetReleaseStep } from '#libs/contracts';
import { connectLog, readLoads } from '#libs/event-log';
import { readRuleSetFolder, findRuleSet, type RuleSetFile } from '#libs/rule-set-files';
import { connectKafka, connectRegistry, kafkaOptionsOf, type AvroRegistry, type KafkaConnection } from '#libs/stream';
import { connectWarehouse, type Warehouse } from '#libs/warehouse-client';
import type { Env } from './env.ts';
import { releaseLog, type ReleaseLog } from './log/release-log.ts';
import { storedActivations } from './log/stored-activations.ts';
import { RefusedError } from './refused.ts';
import { proveAccount, type Account } from './release/accounts.ts';
import { allActivations, inForceOf, type Activation } from './release/in-force.ts';
import type { RuleSetRef } from './release/release.ts';

/** What every command works with. */
export interface Desk {
  readonly env: Env;
  readonly kafka: KafkaConnection;
  readonly registry: AvroRegistry;
  readonly warehouse: Warehouse;
  readonly releases: ReleaseLog;
  /** All rule sets of the folder; throws naming a file that cannot be used. */
  files(): readonly RuleSetFile[];
  /** The file of an `id@version` (or its file name); throws RefusedError naming those there are. */
  file(name: string): RuleSetFile;
  account(name: string): Account;
  /** What took effect in the log, by the steps shown. */
  standing(steps: readonly RuleSetReleaseStep[]): Promise<Standing>;
  /** Refuses while a load of the past is open, or the log has not begun: an activation would stand in the middle of the past. */
  refuseUnlessLive(): Promise<void>;
  close(): Promise<void>;
}

export interface Standing {
  readonly activations: readonly Activation[];
  /** By scheme. */
  readonly inForce: ReadonlyMap<string, Activation>;
}

export async function openDesk(env: Env): Promise<Desk> {
  const kafka = connectKafka(kafkaOptionsOf('rule-sets', env));
  const { SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_USERNAME: username, SCHEMA_REGISTRY_PASSWORD: password } = env;
  const registry = await connectRegistry({ url, username, password }, RECORD_SCHEMAS);
  const warehouse = connectWarehouse({
    url: env.CLICKHOUSE_URL,
    user: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    application: 'rule-sets',
    requestTimeoutMs: 600_000,
  });
  const files = (): readonly RuleSetFile[] => readRuleSetFolder(env.RISK_RULE_SETS_DIR);
  return {
    ...{ env, kafka, registry, warehouse, files },
    releases: releaseLog(kafka, registry),
    file: (name) => fileOf(files(), name),
    account: (name) => proveAccount(env.RISK_RELEASE_ACCOUNTS, name, env.RISK_RELEASE_TOKEN),
    async standing(steps) {
      const known = files();
      const stored = await storedActivations(warehouse, (name) => fileOf(known, name).compiled.schemeId);
      const activations = allActivations(stored, steps);
      return { activations, inForce: inForceOf(activations) };
    },
    async refuseUnlessLive() {
      const log = await connectLog(kafka);
      try {
        const open = [...(await readLoads(log, registry)).values()].find(({ state }) => state === 'OPEN');
        if (open !== undefined)
          throw new RefusedError(
            `history load ${open.loadId} is open; wait for its end or close it with npm run import`,
          );
        const ranges = await log.ranges(TOPICS.events.name);
        if (ranges.some(({ low, high }) => low === high))
          throw new RefusedError(`${TOPICS.events.name} has not begun: start intake, which writes its first rule sets`);
      } finally {
        await log.close();
      }
    },
    close: () => warehouse.close(),
  };
}

function fileOf(files: readonly RuleSetFile[], name: string): RuleSetFile {
  try {
    return findRuleSet(files, name);
  } catch (error) {
    throw new RefusedError((error as Error).message, { cause: error });
  }
}

export function refOf({ sha256, compiled: { id, version, schemeId } }: RuleSetFile): RuleSetRef {
  return { id, version, schemeId, sha256 };
}

/** A step that activates nothing and reports nothing. */
export function statementOf(
  { id, version, schemeId, sha256 }: RuleSetRef,
  done: Pick<ReleaseStatement, 'step' | 'by' | 'at' | 'note'>,
): ReleaseStatement {
  const plain = { activationId: null, previous: null, dryRun: null };
  return { ruleSetId: id, version, schemeId, sha256, ...done, ...plain };
}

/** The path of a rule set in the folder, whether or not it is one. */
export function pathIn(folder: string, name: string): string {
  return join(folder, name.endsWith('.yaml') ? name : `${name}.yaml`);
}
