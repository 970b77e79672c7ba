import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { RECORD_SCHEMAS } from '#libs/contracts';
import { readRuleSetFolder } from '#libs/rule-set-files';
import { runService } from '#libs/service';
import {
  connectKafka,
  connectRegistry,
  kafkaDependency,
  kafkaOptionsOf,
  registryDependency,
  registryOptionsOf,
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

// It listens once it follows the class changes, so that no viewer waits on a feed that is not there.
await runService('console', consoleEnv, (env, { logger }) => {
  const now = (): number => Date.now();
  const ruleSets = ruleSetsOf(readRuleSetFolder(env.RISK_RULE_SETS_DIR));
  const warehouse = connectWarehouse({
    url: env.CLICKHOUSE_URL,
    user: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    application: 'risk-console',
  });
  const reads = clickhouseReads(warehouse, ruleSets.terms);
  const audit = clickhouseAudit(warehouse);
  const brokers = kafkaOptionsOf('console', env, logger);
  const schemas = registryOptionsOf(env);
  let reader: ChangeReader | undefined;
  return {
    needs: [kafkaDependency(brokers), registryDependency(schemas), clickhouseDependency(warehouse)],
    ready: () => reader?.ready() ?? true,
    async start(atEnd) {
      const registry = await connectRegistry(schemas, RECORD_SCHEMAS, []);
      const hub = createFeedHub({ audit, namesOf: (subjects) => reads.namesOf(subjects), logger, now });
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
      atEnd(() => app.close());
      // The feed's connections never end by themselves; without this the server would wait for them.
      atEnd(() => hub.close());
      const following = await followChanges({
        kafka: connectKafka(brokers),
        registry,
        terms: ruleSets.terms,
        logger,
        onChange: (change) => hub.push(change),
        onGap: () => hub.gap(),
      });
      atEnd(() => following.stop());
      reader = following;
      await app.listen(env.HTTP_PORT, env.HTTP_HOST);
      const { port } = app.getHttpServer().address() as AddressInfo;
      logger.info({ host: env.HTTP_HOST, port }, 'console listens');
    },
  };
});
