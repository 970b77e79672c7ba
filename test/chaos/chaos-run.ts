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
import { cityLog, isPosted, type CityLog } from './city-log.ts';
import { FAULTS, type FaultName, type Surroundings, type World } from './faults.ts';
import { fleetOf, type Fleet } from './fleet.ts';
import { postedInLog, posterTo, type PostedInLog } from './poster.ts';
import { scheduleOf, type Plan, type Strike } from './schedule.ts';
import type { StateDisk } from './state-disk.ts';
import { viewerAt } from './viewer.ts';

/** The servers under the product. */
export interface Ground {
  /** Registry and ClickHouse; its broker is not used. */
  readonly stack: StackEndpoints;
  readonly cluster: BrokerCluster;
  readonly clickhouseServer: Surroundings['clickhouseServer'];
  /** Makes a folder a disk of its own that can be filled. */
  readonly mountDisk: ((folder: string) => Promise<StateDisk>) | undefined;
  /** Where the logs of all processes are kept. */
  readonly logsFolder: string | undefined;
}

/** What a run full of faults left behind. */
interface Disturbed {
  readonly disturbed: Outcome;
  /** Records that intake acknowledged, requests that were repeated, and what the log has of them. */
  readonly posted: PostedInLog & { readonly records: number; readonly repeatedRequests: number };
  /** Classes that were read at the console, and what is not on record as it has to be. */
  readonly viewed: { readonly reads: number; readonly faults: readonly string[] };
}

export interface ChaosReport extends Disturbed {
  readonly undisturbed: Outcome;
  readonly strikes: Readonly<Partial<Record<FaultName, number>>>;
  /** kill -9 of services that ran. */
  readonly kills: number;
  /** Why processes ended by themselves, and how often. */
  readonly endedByThemselves: ReadonlyMap<string, number>;
}

const SESSION_TIMEOUT_MS = 6_000;
const SCORERS = ['one', 'two'];
/** Fetches and flushes so small that there is always something under way. */
const SMALL = { KAFKA_MAX_BATCH_BYTES: '65536', RISK_WAREHOUSE_FLUSH_ROWS: '200' };
const CATCH_UP_MS = 180_000;
/** The log grows as long as there are faults. */
const PIECE_EVERY_MS = 350;

/** Runs one log through all services while faults happen, then through an undisturbed scorer and warehouse. */
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
    const { lanes, lastsMs } = scheduleOf(plan, randomOf(plan.seed, 'schedule'));
    const pieces = Math.ceil(lastsMs / PIECE_EVERY_MS);
    const log = await cityLog(system.kafka, system.registry, { events: plan.events, pieces, seed: plan.seed });
    const surroundings: Surroundings = {
      brokers: cluster.nodes,
      registry,
      clickhouse,
      clickhouseServer: ground.clickhouseServer,
      stateDisk: disk,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
    };
    const strikes: Strikes = { lanes, seed: plan.seed, say };
    const disturbed = await disturbedRun({ system, fleet, surroundings, log, pieces, strikes });
    await system.startOver(OUTPUTS);
    say('the same log once more, undisturbed');
    const undisturbed = await undisturbedRun(system, await system.anotherWarehouse('calm'));
    await log.close();
    return {
      ...disturbed,
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

interface Strikes {
  readonly lanes: readonly (readonly Strike[])[];
  readonly seed: number;
  readonly say: (text: string) => void;
}

interface Disturbance {
  readonly system: System;
  readonly fleet: Fleet;
  readonly surroundings: Surroundings;
  readonly log: CityLog;
  readonly pieces: number;
  readonly strikes: Strikes;
}

async function disturbedRun(disturbance: Disturbance): Promise<Disturbed> {
  const { system, fleet, surroundings, log, pieces, strikes } = disturbance;
  const warehouse = await system.anotherWarehouse('disturbed');
  const database = { CLICKHOUSE_DATABASE: warehouse.database };
  const [intake, page] = await Promise.all([
    fleet.start('intake', 'one'),
    fleet.start('console', 'one', database),
    ...SCORERS.map((name) => fleet.start('scorer', name, SMALL)),
    fleet.start('warehouse', 'one', { ...SMALL, ...database }),
  ]);
  const poster = posterTo(intake.url, log.toPost, pieces);
  const viewer = viewerAt(page.url);
  await whileStruck({ ...surroundings, fleet, poster }, strikes, async (isOver) => {
    const bringIn = async (next: () => Promise<void>): Promise<void> => {
      for (let piece = 0; piece < pieces; piece++) {
        await next();
        if (!isOver()) await pause(PIECE_EVERY_MS);
      }
    };
    await Promise.all([bringIn(log.writeNext), bringIn(poster.postNext)]);
  });
  strikes.say('no more faults; they catch up');
  await viewer.leave();
  await ended(system, fleet);
  return {
    disturbed: await outcomeOf(system, warehouse),
    posted: {
      ...(await postedInLog(system, poster.acknowledged, isPosted)),
      records: poster.acknowledged.size,
      repeatedRequests: poster.repeated(),
    },
    viewed: { reads: viewer.reads(), faults: await viewer.faults(warehouse) },
  };
}

/** Does `work` while faults happen; both have ended when it resolves. */
async function whileStruck(
  world: World,
  { lanes, seed, say }: Strikes,
  work: (isOver: () => boolean) => Promise<void>,
): Promise<void> {
  const total = lanes.flat().length;
  const began = Date.now();
  let done = 0;
  const strike = async (lane: readonly Strike[], number: number): Promise<void> => {
    const random = randomOf(seed, 'lane', number);
    for (const { name, atMs } of lane) {
      await pause(Math.max(0, began + atMs - Date.now()));
      const did = await FAULTS[name].strike(world, random);
      say(`${++done} of ${total}: ${name}: ${did}`);
    }
  };
  let isOver = false;
  const striking = Promise.all(lanes.map(strike)).finally(() => (isOver = true));
  await Promise.all([striking, work(() => isOver)]);
}

/** All that is in the log is applied and stored, and every process has ended in order. */
async function ended(system: System, fleet: Fleet): Promise<void> {
  for (const app of ['intake', 'console'] as const) await fleet.stopAll(app);
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
