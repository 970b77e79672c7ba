import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { RECORD_SCHEMAS } from '#libs/contracts';
import { readRuleSetFolder } from '#libs/rule-set-files';
import {
  createLogger,
  createMetrics,
  createStartUp,
  runService,
  startHealthServer,
  type Logger,
  type RunningService,
} from '#libs/service';
import {
  connectKafka,
  connectRegistry,
  kafkaDependency,
  kafkaOptionsOf,
  registryDependency,
  registryOptionsOf,
  type KafkaOptions,
} from '#libs/stream';
import { clickhouseDependency, connectWarehouse } from '#libs/warehouse-client';
import { createConsoleApp } from './app.module.ts';
import { consoleEnv } from './env.ts';
import { createExplain } from './explain/explain-enterprise.ts';
import { ruleSetsOf } from './explain/rule-sets.ts';
import { followChanges, type ChangeReader } from './feed/change-reader.ts';
import { createFeedHub } from './feed/feed-hub.ts';
import { AuditedReads } from './reads/audited-reads.ts';
import { clickhouseAudit } from './reads/clickhouse-audit.ts';
import { clickhouseReads } from './reads/clickhouse-reads.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** Starts the console: it listens once it follows the class changes, so that no viewer waits on a feed that is not there. */
async function start(logger: Logger, stopping: AbortSignal): Promise<RunningService> {
  const env = consoleEnv();
  logger.level = env.LOG_LEVEL;
  const now = (): number => Date.now();
  const ruleSets = ruleSetsOf(readRuleSetFolder(env.RISK_RULE_SETS_DIR));
  const feed: { reader?: ChangeReader } = {};
  const startUp = createStartUp(logger, stopping);
  let state: true | string = 'starting';
  const health = await startHealthServer({
    host: env.HEALTH_HOST,
    port: env.HEALTH_PORT,
    live: () => true,
    ready: () => startUp.waitingFor() ?? (state === true ? (feed.reader?.ready() ?? 'starting') : state),
    metrics: createMetrics('console'),
  });

  const warehouse = connectWarehouse({
    url: env.CLICKHOUSE_URL,
    user: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    application: 'risk-console',
  });
  const reads = clickhouseReads(warehouse, ruleSets.terms);
  const audit = clickhouseAudit(warehouse);
  const hub = createFeedHub({ audit, namesOf: (subjects) => reads.namesOf(subjects), logger, now });

  const brokers: KafkaOptions = {
    ...kafkaOptionsOf('console', env),
    onLog: (level, message, fields) => logger[level](fields, message),
  };
  await startUp.untilAnswered([
    kafkaDependency(brokers),
    registryDependency(registryOptionsOf(env)),
    clickhouseDependency(warehouse),
  ]);
  const kafka = connectKafka(brokers);
  const registry = await connectRegistry(registryOptionsOf(env), RECORD_SCHEMAS, []);
  const reader = await followChanges({
    kafka,
    registry,
    terms: ruleSets.terms,
    logger,
    onChange: (change) => hub.push(change),
    onGap: () => hub.gap(),
  });
  feed.reader = reader;

  const app = await createConsoleApp({
    tokens: env.RISK_API_TOKENS,
    reads: new AuditedReads({
      reads,
      audit,
      explain: createExplain(ruleSets),
      latestFromLog: (limit) => hub.latest(limit),
      now,
    }),
    hub,
    logger,
    secureCookie: !LOOPBACK.has(env.HTTP_HOST),
    now,
  });
  await app.listen(env.HTTP_PORT, env.HTTP_HOST);
  state = true;
  const { port } = app.getHttpServer().address() as AddressInfo;
  logger.info({ host: env.HTTP_HOST, port, healthPort: health.port }, 'console is ready');
  return {
    async stop() {
      state = 'stopping';
      await reader.stop();
      // The feed's connections never end by themselves; without this the server would wait for them.
      await hub.close();
      await app.close();
      await warehouse.close();
      await health.close();
    },
  };
}

const logger = createLogger('console');
await runService(logger, (stopping) => start(logger, stopping));
