import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { RECORD_SCHEMAS } from '#libs/contracts';
import {
  createLogger,
  createMetrics,
  createStartUp,
  packageVersion,
  runService,
  spansOfMessages,
  startHealthServer,
  startTracing,
  type RunningService,
} from '#libs/service';
import {
  connectKafka,
  connectRegistry,
  createLogWriter,
  kafkaDependency,
  kafkaOptionsOf,
  OriginalErrors,
  registryDependency,
  registryOptionsOf,
  type KafkaOptions,
} from '#libs/stream';
import { clickhouseDependency, connectWarehouse } from '#libs/warehouse-client';
import { AppModule } from './app.module.ts';
import { readEnv, type Env } from './env.ts';
import { GroupCommit } from './group-commit.ts';
import { createWarehouseMetrics } from './metrics.ts';
import { createPrepare, type Prepare } from './prepare.ts';
import { SinkServer } from './sink-server.ts';
import { createStoreBatch } from './store-batch.ts';
import { createTableWriter } from './table-writer.ts';

const LOOP_HANGS_AFTER_MS = 120_000;
/** Below the service's own stop deadline of ten seconds. */
const STOP_GRACE_MS = 5_000;

const logger = createLogger('warehouse');

await runService(logger, async (stopping) => start(readEnv(), stopping));

async function start(env: Env, stopping: AbortSignal): Promise<RunningService> {
  logger.level = env.LOG_LEVEL;
  const startUp = createStartUp(logger, stopping);
  const endTracing = await startTracing('warehouse', env);
  const warehouse = connectWarehouse({
    url: env.CLICKHOUSE_URL,
    user: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    application: 'warehouse',
    compressInserts: env.CLICKHOUSE_COMPRESS,
    requestTimeoutMs: env.CLICKHOUSE_TIMEOUT_MS,
  });
  const registered = createMetrics('warehouse');
  const metrics = createWarehouseMetrics(registered, {
    sink: () => running.server?.sink(),
    buffered: () => groups.buffered,
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
  const running: { prepare?: Prepare; server?: SinkServer } = {};
  const health = await startHealthServer({
    host: env.HEALTH_HOST,
    port: env.HEALTH_PORT,
    metrics: registered,
    live: () => Date.now() - (running.server?.sink()?.lastTurn() ?? Date.now()) < LOOP_HANGS_AFTER_MS,
    ready: () => {
      const [failing] = writer.failing();
      if (failing !== undefined) return `ClickHouse refuses rows of ${failing[0]} with ${failing[1]}; repeating`;
      if (running.prepare?.waiting() === true) return 'the schema registry does not answer; repeating';
      return (
        startUp.waitingFor() ?? (running.server?.sink()?.ready() === true ? true : 'not in the consumer group yet')
      );
    },
  });
  const brokers: KafkaOptions = {
    ...kafkaOptionsOf('warehouse', env),
    onLog: (level, message, fields) => logger[level]({ kafka: fields }, message),
  };
  await startUp.untilAnswered([
    kafkaDependency(brokers),
    registryDependency(registryOptionsOf(env)),
    clickhouseDependency(warehouse),
  ]);
  const connection = connectKafka(brokers);
  const registry = await connectRegistry(registryOptionsOf(env), RECORD_SCHEMAS, []);
  const prepare = createPrepare(registry, (fields) => logger.warn(fields, 'the registry does not answer'));
  running.prepare = prepare;
  const deadLetters = await createLogWriter(connection);
  const server = new SinkServer(connection, {
    groupId: env.RISK_GROUP_ID,
    partitionsConcurrently: 64,
    sessionTimeoutMs: env.KAFKA_SESSION_TIMEOUT_MS,
    stopDeadlineMs: env.KAFKA_STOP_DEADLINE_MS,
    maxFetchBytes: env.KAFKA_MAX_BATCH_BYTES,
    onCrash(error) {
      if (stopping.aborted) return;
      logger.fatal({ err: error }, 'the warehouse has stopped');
      process.exit(1);
    },
    onStopCutShort: () => logger.warn('stop cut short'),
  });
  running.server = server;
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
  await app.listen();
  logger.info({ healthPort: health.port }, 'started');
  return {
    async stop() {
      // What is buffered is written first, so that the consumer's last handlers can end and commit.
      prepare.stop();
      await Promise.all([groups.close(STOP_GRACE_MS), app.close()]);
      await Promise.all([deadLetters.close(), warehouse.close(), health.close(), endTracing()]);
    },
  };
}
