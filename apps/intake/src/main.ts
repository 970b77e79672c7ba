import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { RECORD_SCHEMAS } from '#libs/contracts';
import { connectLog } from '#libs/event-log';
import {
  createLogger,
  createStartUp,
  runService,
  startHealthServer,
  startTracing,
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
import { createDesk } from './desk.ts';
import { intakeEnv } from './env.ts';
import { createHttpApp } from './http/app.module.ts';
import { defaultOpening } from './default-opening.ts';
import { createIntakeMetrics } from './metrics.ts';
import { followLoads, type OpenLoads } from './open-loads.ts';

/** Starts intake: it listens only when it knows whether a load of the past is open. */
async function start(logger: Logger, stopping: AbortSignal): Promise<RunningService> {
  const env = intakeEnv();
  logger.level = env.LOG_LEVEL;
  const endTracing = await startTracing('intake', env);
  const metrics = createIntakeMetrics();
  const startUp = createStartUp(logger, stopping);
  let ready: true | string = 'starting';
  let closed: OpenLoads['closed'] = () => undefined;
  const health = await startHealthServer({
    host: env.HEALTH_HOST,
    port: env.HEALTH_PORT,
    live: () => true,
    ready: () => startUp.waitingFor() ?? closed()?.reason ?? ready,
    metrics: metrics.registry,
  });

  const opening = defaultOpening(env.RISK_RULE_SETS);
  const brokers: KafkaOptions = {
    ...kafkaOptionsOf('intake', env),
    onLog: (level, message, fields) => logger[level](fields, message),
  };
  await startUp.untilAnswered([kafkaDependency(brokers), registryDependency(registryOptionsOf(env))]);
  const kafka = connectKafka(brokers);
  const registry = await connectRegistry(registryOptionsOf(env), RECORD_SCHEMAS);
  const log = await connectLog(kafka);
  const loads = await followLoads(kafka, registry, {
    onBroken: (err, againMs) => logger.warn({ err, againMs }, 'history loads cannot be followed; nothing is written'),
  });
  closed = () => loads.closed();

  const desk = createDesk({
    log,
    encoder: registry,
    opening,
    logger,
    metrics,
    limits: {
      maxBodyBytes: env.RISK_INTAKE_MAX_BODY_BYTES,
      maxEvents: env.RISK_INTAKE_MAX_EVENTS,
      recentRecords: env.RISK_INTAKE_RECENT_RECORDS,
      writeTimeoutMs: env.RISK_INTAKE_WRITE_TIMEOUT_MS,
    },
    closed,
  });
  const app = await createHttpApp({ desk, tokens: env.RISK_API_TOKENS, logger });
  await app.listen(env.HTTP_PORT, env.HTTP_HOST);
  ready = true;
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  logger.info({ host: env.HTTP_HOST, port, healthPort: health.port }, 'intake is ready');
  return {
    async stop() {
      ready = 'stopping';
      await app.close();
      await Promise.all([loads.stop(), log.close()]);
      await health.close();
      await endTracing();
    },
  };
}

const logger = createLogger('intake');
await runService(logger, (stopping) => start(logger, stopping));
