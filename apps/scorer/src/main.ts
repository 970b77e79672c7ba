import 'reflect-metadata';
import { hash, randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { RECORD_SCHEMAS, TOPICS } from '#libs/contracts';
import { beginMessageSpan, packageVersion, runService } from '#libs/service';
import {
  connectKafka,
  connectRegistry,
  kafkaDependency,
  kafkaOptionsOf,
  KeyedStreamServer,
  OriginalErrors,
  registryDependency,
  registryOptionsOf,
  type OutgoingMessage,
  type StreamStatus,
} from '#libs/stream';
import { Announcements, CLASS_CHANGED, POSITION_UPDATED, WARNING_RAISED } from './announcements.ts';
import { AppModule } from './app.module.ts';
import type { EnterpriseState } from './enterprise-state.ts';
import { stateCodec } from './state-codec.ts';
import { readEnv } from './env.ts';
import { EventScorer } from './event-scorer.ts';
import { createScorerMetrics } from './metrics.ts';
import { samePosition } from './same-position.ts';
import { readMemory } from './partition-memory.ts';
import { Carrier, FACT_CARRIED } from './carrier.ts';
import { RuleSets } from './rule-sets.ts';

/**
 * Raise it whenever the same log would give other states, or they are packed otherwise: local stores of another version are rebuilt from the log. How long
 * the rule sets keep facts belongs to it too: a rule set that keeps them longer needs some that were dropped.
 */
const ENGINE_VERSION = '6';
const CLOCK_TICK = 'enterprise.events.ClockTick';
const LOOP_HANGS_AFTER_MS = 60_000;
const TROUBLE: ReadonlySet<string> = new Set([
  'transaction lost',
  'transaction repeated',
  'dependency away',
  'snapshot refused',
  'snapshot failed',
  'stop cut short',
]);

await runService('scorer', readEnv, (env, { logger, metrics, fail }) => {
  const ruleSets = RuleSets.load(env.RISK_RULE_SETS_DIR);
  const brokers = kafkaOptionsOf('scorer', env, logger);
  const schemas = registryOptionsOf(env);
  const engineVersion = `${ENGINE_VERSION}+${hash('sha256', ruleSets.keepTable, 'hex').slice(0, 16)}`;
  let server: KeyedStreamServer<EnterpriseState> | undefined;
  const observed = createScorerMetrics(metrics, () => server?.streamStatus());
  return {
    needs: [kafkaDependency(brokers), registryDependency(schemas)],
    live: () => Date.now() - (server?.streamStatus()?.lastTurn ?? Date.now()) < LOOP_HANGS_AFTER_MS,
    ready: () => readinessOf(server?.streamStatus()),
    async start(atEnd) {
      const registry = await connectRegistry(schemas, RECORD_SCHEMAS, [
        CLASS_CHANGED,
        WARNING_RAISED,
        POSITION_UPDATED,
        FACT_CARRIED,
        CLOCK_TICK,
      ]);
      const announcements = new Announcements(registry);
      const scorer = new EventScorer(registry, ruleSets, announcements, new Carrier(registry));
      const clockTick = (memory: string, now: number): OutgoingMessage | undefined =>
        readMemory(memory).historyLoad === null
          ? { key: null, value: registry.encode(CLOCK_TICK, { recordId: randomUUID().replaceAll('-', ''), at: now }) }
          : undefined;
      server = new KeyedStreamServer<EnterpriseState>({
        connection: connectKafka(brokers),
        groupId: env.RISK_GROUP_ID,
        stateDirectory: env.RISK_STATE_DIR,
        storeSnapshots:
          env.RISK_SNAPSHOT_DIR === undefined
            ? undefined
            : { directory: env.RISK_SNAPSHOT_DIR, everyMs: env.RISK_SNAPSHOT_EVERY_MS },
        engineVersion,
        appVersion: packageVersion(),
        codec: stateCodec,
        snapshot: (key, held) => announcements.snapshot(key, held),
        sameSnapshot: samePosition,
        renewal: {
          topic: TOPICS.positions.name,
          prepare: (values) => registry.prepare(values),
          outputsOf: (key, published, { state }, moment) =>
            scorer.renewed(key, published, state, moment, engineVersion),
        },
        clockTick,
        traceStep: (record) => {
          const { topic, partition } = record;
          return beginMessageSpan(`assess ${topic}`, record, { 'messaging.destination.name': topic, partition });
        },
        sessionTimeoutMs: env.KAFKA_SESSION_TIMEOUT_MS,
        stopDeadlineMs: env.KAFKA_STOP_DEADLINE_MS,
        maxFetchBytes: env.KAFKA_MAX_BATCH_BYTES,
        onChunk(report) {
          observed.observe(report);
          logger.info(report, 'batch');
        },
        onEvent(event, fields) {
          if (event === 'transaction lost') observed.lost();
          if (event === 'transaction repeated') observed.repeated();
          if (event === 'dependency away') observed.dependencyAway();
          logger[TROUBLE.has(event) ? 'warn' : 'info'](fields, event);
        },
        onCrash: fail,
      });
      const app = await NestFactory.createMicroservice(AppModule.with(registry, scorer), {
        strategy: server,
        logger: false,
        abortOnError: false,
      });
      app.useGlobalFilters(new OriginalErrors());
      atEnd(() => app.close());
      await app.listen();
    },
  };
});

function readinessOf(status: StreamStatus | undefined): true | string {
  if (status?.joined !== true) return 'not in the consumer group yet';
  if (status.live < status.assigned)
    return `restoring ${status.assigned - status.live} of ${status.assigned} partitions, ${status.restoreLag} records to go`;
  if (status.waitingFor !== undefined) return `waiting: ${status.waitingFor}; trying again`;
  return true;
}
