import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { RECORD_SCHEMAS } from '#libs/contracts';
import {
  createLogger,
  createMetrics,
  packageVersion,
  runService,
  spansOfMessages,
  startHealthServer,
  startTracing,
  type RunningService,
} from '#libs/service';
import { connectKafka, connectRegistry, createLogWriter, kafkaOptionsOf, OriginalErrors } from '#libs/stream';
import { connectWarehouse } from '#libs/warehouse-client';
import { AppModule } from './app.module.ts';
import { readEnv, type Env } from './env.ts';
import { GroupCommit } from './group-commit.ts';
import { createWarehouseMetrics } from './metrics.ts';
import { createPrepare } from './prepare.ts';
import { SinkServer } from './sink-server.ts';
import { createStoreBatch } from './store-batch.ts';
import { createTableWriter } from './table-writer.ts';

const LOOP_HANGS_AFTER_MS = 120_000;
/** Below the service's own stop deadline of ten seconds. */
const STOP_GRACE_MS = 5_000;

const logger = createLogger('warehouse');

await runService(logger, async () => start(readEnv()));

async function start(env: Env): Promise<RunningService> {
  logger.level = env.LOG_LEVEL;
  let stopping = false;
  const endTracing = await startTracing('warehouse', env);
  const connection = connectKafka({
    ...kafkaOptionsOf('warehouse', env),
    onLog: (level, message, fields) => logger[level]({ kafka: fields }, message),
  });
  const registry = await connectRegistry(
    { url: env.SCHEMA_REGISTRY_URL, username: env.SCHEMA_REGISTRY_USERNAME, password: env.SCHEMA_REGISTRY_PASSWORD },
    RECORD_SCHEMAS,
    [],
  );
  const warehouse = connectWarehouse({
    url: env.CLICKHOUSE_URL,
    user: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    application: 'warehouse',
    compressInserts: env.CLICKHOUSE_COMPRESS,
    requestTimeoutMs: env.CLICKHOUSE_TIMEOUT_MS,
  });
  const writer = createTableWriter(warehouse, (retry) => {
    metrics.retried(retry);
    logger.warn(retry, 'insert failed, will be repeated');
  });
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
  const prepare = createPrepare(registry, (fields) => logger.warn(fields, 'the registry does not answer'));
  const deadLetters = await createLogWriter(connection);
  const server = new SinkServer(connection, {
    groupId: env.RISK_GROUP_ID,
    partitionsConcurrently: 64,
    sessionTimeoutMs: env.KAFKA_SESSION_TIMEOUT_MS,
    stopDeadlineMs: env.KAFKA_STOP_DEADLINE_MS,
    maxFetchBytes: env.KAFKA_MAX_BATCH_BYTES,
    onCrash(error) {
      if (stopping) return;
      logger.fatal({ err: error }, 'the warehouse has stopped');
      process.exit(1);
    },
    onStopCutShort: () => logger.warn('stop cut short'),
  });
  const registered = createMetrics('warehouse');
  const metrics = createWarehouseMetrics(registered, { sink: () => server.sink(), buffered: () => groups.buffered });
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
  const health = await startHealthServer({
    host: env.HEALTH_HOST,
    port: env.HEALTH_PORT,
    metrics: registered,
    live: () => Date.now() - (server.sink()?.lastTurn() ?? Date.now()) < LOOP_HANGS_AFTER_MS,
    ready: () => {
      const [failing] = writer.failing();
      if (failing !== undefined) return `ClickHouse refuses rows of ${failing[0]} with ${failing[1]}; repeating`;
      if (prepare.waiting()) return 'the schema registry does not answer; repeating';
      return server.sink()?.ready() === true ? true : 'not in the consumer group yet';
    },
  });
  await app.listen();
  logger.info({ healthPort: health.port }, 'started');
  return {
    async stop() {
      stopping = true;
      // What is buffered is written first, so that the consumer's last handlers can end and commit.
      prepare.stop();
      await Promise.all([groups.close(STOP_GRACE_MS), app.close()]);
      await Promise.all([deadLetters.close(), warehouse.close(), health.close(), endTracing()]);
    },
  };
}
