import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { RECORD_SCHEMAS } from '#libs/contracts';
import { packageVersion, runService, spansOfMessages } from '#libs/service';
import {
  connectKafka,
  connectRegistry,
  createLogWriter,
  kafkaDependency,
  kafkaOptionsOf,
  OriginalErrors,
  registryDependency,
  registryOptionsOf,
} from '#libs/stream';
import { clickhouseDependency, connectWarehouse } from '#libs/warehouse-client';
import { AppModule } from './app.module.ts';
import { readEnv } from './env.ts';
import { GroupCommit } from './group-commit.ts';
import { createWarehouseMetrics } from './metrics.ts';
import { createPrepare, type Prepare } from './prepare.ts';
import { SinkServer } from './sink-server.ts';
import { createStoreBatch } from './store-batch.ts';
import { createTableWriter } from './table-writer.ts';

const LOOP_HANGS_AFTER_MS = 120_000;
/** Below the service's own stop deadline of ten seconds. */
const STOP_GRACE_MS = 5_000;

/** What a start makes anew. */
interface Running {
  readonly prepare: Prepare;
  readonly groups: GroupCommit;
  readonly server: SinkServer;
}

await runService('warehouse', readEnv, (env, { logger, metrics: registered, fail }) => {
  const warehouse = connectWarehouse({
    url: env.CLICKHOUSE_URL,
    user: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    application: 'warehouse',
    compressInserts: env.CLICKHOUSE_COMPRESS,
    requestTimeoutMs: env.CLICKHOUSE_TIMEOUT_MS,
  });
  const brokers = kafkaOptionsOf('warehouse', env, logger);
  const schemas = registryOptionsOf(env);
  let running: Running | undefined;
  const metrics = createWarehouseMetrics(registered, {
    sink: () => running?.server.sink(),
    buffered: () => running?.groups.buffered ?? 0,
  });
  const writer = createTableWriter(warehouse, (retry) => {
    metrics.retried(retry);
    logger.warn(retry, 'insert failed, will be repeated');
  });
  return {
    needs: [kafkaDependency(brokers), registryDependency(schemas), clickhouseDependency(warehouse)],
    live: () => Date.now() - (running?.server.sink()?.lastTurn() ?? Date.now()) < LOOP_HANGS_AFTER_MS,
    ready() {
      const [failing] = writer.failing();
      if (failing !== undefined) return `ClickHouse refuses rows of ${failing[0]} with ${failing[1]}; repeating`;
      return running?.prepare.waiting() === true ? 'the schema registry does not answer; repeating' : true;
    },
    async start(atEnd) {
      const connection = connectKafka(brokers);
      const registry = await connectRegistry(schemas, RECORD_SCHEMAS, []);
      const prepare = createPrepare(registry, (fields) => logger.warn(fields, 'the registry does not answer'));
      const groups = new GroupCommit({
        write: (table, rows, signal) => writer.write(table, rows, signal),
        flushEveryMs: env.RISK_WAREHOUSE_FLUSH_MS,
        flushRows: env.RISK_WAREHOUSE_FLUSH_ROWS,
        maxRows: env.RISK_WAREHOUSE_MAX_BUFFERED_ROWS,
        onFlush: (report) => {
          metrics.flushed(report);
          logger.info(report, 'flush');
        },
      });
      const deadLetters = await createLogWriter(connection);
      atEnd(() => deadLetters.close());
      const server = new SinkServer(connection, {
        groupId: env.RISK_GROUP_ID,
        partitionsConcurrently: 64,
        sessionTimeoutMs: env.KAFKA_SESSION_TIMEOUT_MS,
        stopDeadlineMs: env.KAFKA_STOP_DEADLINE_MS,
        maxFetchBytes: env.KAFKA_MAX_BATCH_BYTES,
        onCrash: fail,
        onStopCutShort: () => logger.warn('stop cut short'),
      });
      const storeBatch = createStoreBatch({
        registry,
        prepare: (values) => prepare.values(values),
        deadLetters,
        groups,
        appVersion: packageVersion(),
        onStored: (batch, outcome) => {
          metrics.stored(batch, outcome);
          const { topic, partition, records } = batch;
          spansOfMessages(`store ${topic}`, records, outcome.began, { 'messaging.destination.name': topic, partition });
          if (outcome.deadLetters > 0) {
            logger.warn({ topic, partition, deadLetters: outcome.deadLetters }, 'dead letters');
          }
        },
      });
      const app = await NestFactory.createMicroservice(AppModule.with(storeBatch), {
        strategy: server,
        logger: false,
        abortOnError: false,
      });
      app.useGlobalFilters(new OriginalErrors());
      atEnd(async () => {
        // What is buffered is written first, so that the consumer's last handlers can end and commit.
        prepare.stop();
        await Promise.all([groups.close(STOP_GRACE_MS), app.close()]);
      });
      running = { prepare, groups, server };
      await app.listen();
    },
  };
});
