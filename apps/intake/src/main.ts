import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { RECORD_SCHEMAS } from '#libs/contracts';
import { connectLog } from '#libs/event-log';
import { runService } from '#libs/service';
import {
  connectKafka,
  connectRegistry,
  kafkaDependency,
  kafkaOptionsOf,
  registryDependency,
  registryOptionsOf,
} from '#libs/stream';
import { createDesk } from './desk.ts';
import { intakeEnv } from './env.ts';
import { createHttpApp } from './http/app.module.ts';
import { defaultOpening } from './default-opening.ts';
import { createIntakeMetrics } from './metrics.ts';
import { followLoads, type OpenLoads } from './open-loads.ts';

// It listens only when it knows whether a load of the past is open.
await runService('intake', intakeEnv, (env, tools) => {
  const { logger } = tools;
  const metrics = createIntakeMetrics(tools.metrics);
  const opening = defaultOpening(env.RISK_RULE_SETS);
  const brokers = kafkaOptionsOf('intake', env, logger);
  const schemas = registryOptionsOf(env);
  let loads: OpenLoads | undefined;
  return {
    needs: [kafkaDependency(brokers), registryDependency(schemas)],
    ready: () => loads?.closed()?.reason ?? true,
    async start(atEnd) {
      const kafka = connectKafka(brokers);
      const registry = await connectRegistry(schemas, RECORD_SCHEMAS);
      const log = await connectLog(kafka);
      atEnd(() => log.close());
      const following = await followLoads(kafka, registry, {
        onBroken: (err, againMs) =>
          logger.warn({ err, againMs }, 'history loads cannot be followed; nothing is written'),
      });
      atEnd(() => following.stop());
      loads = following;
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
        closed: () => following.closed(),
      });
      const app = await createHttpApp({ desk, tokens: env.RISK_API_TOKENS, logger });
      atEnd(() => app.close());
      await app.listen(env.HTTP_PORT, env.HTTP_HOST);
      const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
      logger.info({ host: env.HTTP_HOST, port }, 'intake listens');
    },
  };
});
