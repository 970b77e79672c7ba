import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '#libs/contracts';
import { randomOf } from '../../apps/intake/src/demo-city/random.ts';
import { outcomeOf, OUTPUTS, STORED, type Outcome } from '../e2e/support/outcome.ts';
import { emptySystem, type System } from '../e2e/support/system.ts';
import { undisturbedRun } from '../e2e/support/undisturbed-run.ts';
import { tcpProxyTo } from '../e2e/support/tcp-proxy.ts';
import type { BrokerCluster } from '../stack/broker-cluster.ts';
import type { StackEndpoints } from '../stack/test-stack.ts';
import { cityLog, type CityLog } from './city-log.ts';
import { FAULTS, type FaultName, type World } from './faults.ts';
import { fleetOf, type Fleet } from './fleet.ts';
import type { StateDisk } from './state-disk.ts';
import { scheduleOf, type Plan, type Strike } from './schedule.ts';

/** The servers under the product. */
export interface Ground {
  /** Registry and ClickHouse; its broker is not used. */
  readonly stack: StackEndpoints;
  readonly cluster: BrokerCluster;
  readonly clickhouseServer: World['clickhouseServer'];
  /** Makes a folder a disk of its own that can be filled. */
  readonly mountDisk: ((folder: string) => Promise<StateDisk>) | undefined;
  /** Where the logs of all processes are kept. */
  readonly logsFolder: string | undefined;
}

export interface ChaosReport {
  readonly disturbed: Outcome;
  readonly undisturbed: Outcome;
  readonly strikes: Readonly<Partial<Record<FaultName, number>>>;
  /** kill -9 of services that ran. */
  readonly kills: number;
  /** Ends of the logs of processes that ended without being told to, each started again. */
  readonly endedByThemselves: readonly string[];
}

const SESSION_TIMEOUT_MS = 6_000;
const SCORERS = ['one', 'two'];
/** Fetches and flushes so small that there is always something under way. */
const SMALL = { KAFKA_MAX_BATCH_BYTES: '65536', RISK_WAREHOUSE_FLUSH_ROWS: '200' };
const CATCH_UP_MS = 180_000;
/** The log grows as long as there are faults: a strike and the pause before it take some seven seconds. */
const PIECES_PER_STRIKE = 20;
const PIECE_EVERY_MS = 350;

/** Runs one log through scorers and warehouse while faults happen, then through undisturbed ones. */
export async function chaosRun(ground: Ground, plan: Plan, say: (text: string) => void): Promise<ChaosReport> {
  const { stack, cluster } = ground;
  const registry = await tcpProxyTo(portOf(stack.registryUrl));
  const clickhouse = await tcpProxyTo(portOf(stack.clickhouseUrl));
  const system = await emptySystem('chaos', {
    stack: { ...stack, kafkaBrokers: cluster.kafkaBrokers },
    env: {
      SCHEMA_REGISTRY_URL: stack.registryUrl.replace(/:\d+/, `:${registry.port}`),
      CLICKHOUSE_URL: stack.clickhouseUrl.replace(/:\d+/, `:${clickhouse.port}`),
      KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
    },
  });
  const fleet = fleetOf(system);
  const disk = await ground.mountDisk?.(`${system.folder}/state`);
  try {
    const random = randomOf(plan.seed, 'schedule');
    const lanes = scheduleOf(plan, random);
    const pieces = Math.max(...lanes.map((lane) => lane.length)) * PIECES_PER_STRIKE;
    const log = await cityLog(system.kafka, system.registry, { events: plan.events, pieces, seed: plan.seed });
    const world: World = {
      fleet,
      brokers: cluster.nodes,
      registry,
      clickhouse,
      clickhouseServer: ground.clickhouseServer,
      stateDisk: disk,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
    };
    const disturbed = await runDisturbed({ system, world, log, lanes, seed: plan.seed, say });
    await system.startOver(OUTPUTS);
    say('the same log once more, undisturbed');
    const undisturbed = await undisturbedRun(system, await system.anotherWarehouse('calm'));
    await log.close();
    return {
      disturbed,
      undisturbed,
      strikes: countOf(lanes.flat()),
      kills: fleet.kills(),
      endedByThemselves: fleet.endedByThemselves(),
    };
  } finally {
    fleet.close();
    if (ground.logsFolder !== undefined)
      await cp(join(system.folder, 'logs'), ground.logsFolder, { recursive: true }).catch(() => undefined);
    disk?.unmount();
    await system.close();
    for (const proxy of [registry, clickhouse]) proxy.close();
  }
}

interface Disturbance {
  readonly system: System;
  readonly world: World;
  readonly log: CityLog;
  readonly lanes: readonly (readonly Strike[])[];
  readonly seed: number;
  readonly say: (text: string) => void;
}

async function runDisturbed({ system, world, log, lanes, seed, say }: Disturbance): Promise<Outcome> {
  const { fleet } = world;
  const warehouse = await system.anotherWarehouse('disturbed');
  await Promise.all([
    ...SCORERS.map((name) => fleet.start('scorer', name, SMALL)),
    fleet.start('warehouse', 'one', { ...SMALL, CLICKHOUSE_DATABASE: warehouse.database }),
  ]);
  const total = lanes.flat().length;
  let done = 0;
  const strike = async (lane: readonly Strike[], number: number): Promise<void> => {
    const random = randomOf(seed, 'lane', number);
    for (const { name, afterMs } of lane) {
      await pause(afterMs);
      const did = await FAULTS[name].strike(world, random);
      say(`${++done} of ${total}: ${name}: ${did}`);
    }
  };
  let isOver = false;
  const striking = Promise.all(lanes.map(strike)).finally(() => (isOver = true));
  striking.catch(() => undefined);
  for (let piece = 0; piece < log.pieces; piece++) {
    await log.writeNext();
    if (!isOver) await pause(PIECE_EVERY_MS);
  }
  await striking;
  say('no more faults; they catch up');
  await ended(system, fleet);
  return outcomeOf(system, warehouse);
}

/** All that is in the log is applied and stored, and every process has ended in order. */
async function ended(system: System, fleet: Fleet): Promise<void> {
  const [scorer] = fleet.members('scorer');
  const [warehouse] = fleet.members('warehouse');
  if (scorer === undefined || warehouse === undefined) throw new Error('nobody is there to catch up');
  await system.caughtUp(scorer, 'scorer', TOPICS.events.name, CATCH_UP_MS);
  await fleet.stopAll('scorer');
  for (const topic of STORED) await system.caughtUp(warehouse, 'warehouse', topic, CATCH_UP_MS);
  await fleet.stopAll('warehouse');
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function countOf(strikes: readonly Strike[]): Partial<Record<FaultName, number>> {
  const counts: Partial<Record<FaultName, number>> = {};
  for (const { name } of strikes) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
