import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../apps/intake/src/demo-city/random.ts';
import type { BrokerNode } from '../stack/broker-cluster.ts';
import type { ServiceName } from '../e2e/support/services.ts';
import type { TcpProxy } from '../e2e/support/tcp-proxy.ts';
import type { StateDisk } from './state-disk.ts';
import type { Fleet, Member } from './fleet.ts';
import type { Poster } from './poster.ts';

/** What faults can reach beside the services. */
export interface Surroundings {
  readonly brokers: readonly BrokerNode[];
  readonly registry: TcpProxy;
  readonly clickhouse: TcpProxy;
  /** The server behind the proxy; left out where it is not ours to kill. */
  readonly clickhouseServer: { kill(): void; restart(): Promise<void> } | undefined;
  /** Where the scorers keep their state; left out where it lies on a disk that is not ours to fill. */
  readonly stateDisk: StateDisk | undefined;
  readonly sessionTimeoutMs: number;
}

/** What faults can reach. */
export interface World extends Surroundings {
  readonly fleet: Fleet;
  readonly poster: Poster;
}

/** Faults of one lane follow each other; lanes run beside each other, so that faults of different lanes meet. */
export type Lane = 'scorer' | 'warehouse' | 'edges' | 'surroundings';

export interface Fault {
  readonly lane: Lane;
  /** One sentence for the help. */
  readonly what: string;
  /** Share of the kills that the run was asked for; other faults happen once in each round. */
  readonly shareOfKills?: number;
  /** Does it and undoes it again. Answers what it did. */
  strike(world: World, random: Random): Promise<string>;
}

const STATE_LOST = 0.15;
/** A request takes intake some ten milliseconds, and more on a busy machine. */
const REQUEST_MS = 40;

export const FAULTS = {
  'kill-scorer': {
    lane: 'scorer',
    what: 'kill -9 of a scorer, sometimes with the loss of its state',
    shareOfKills: 0.5,
    async strike({ fleet }, random) {
      const member = random.pick(fleet.members('scorer'));
      const losesState = random.chance(STATE_LOST);
      await member.kill({ losesState });
      return `${member.name}${losesState ? ', its state lost' : ''}`;
    },
  },
  'kill-warehouse': {
    lane: 'warehouse',
    what: 'kill -9 of the warehouse',
    shareOfKills: 0.2,
    strike: ({ fleet }, random) => killed(random.pick(fleet.members('warehouse'))),
  },
  'kill-intake': {
    lane: 'edges',
    what: 'kill -9 of intake while it has a request, which is posted again',
    shareOfKills: 0.2,
    async strike({ fleet, poster }, random) {
      await poster.nextRequest();
      await pause(random.whole(0, REQUEST_MS));
      return killed(random.pick(fleet.members('intake')));
    },
  },
  'kill-console': {
    lane: 'edges',
    what: 'kill -9 of the console while somebody reads classes there',
    shareOfKills: 0.1,
    strike: ({ fleet }, random) => killed(random.pick(fleet.members('console'))),
  },
  'stall-scorer': {
    lane: 'scorer',
    what: 'SIGSTOP of a scorer for longer than its session lasts, then SIGCONT: it has to find itself fenced',
    strike: (world, random) => stalled(world, 'scorer', random),
  },
  'stall-warehouse': {
    lane: 'warehouse',
    what: 'the same with the warehouse',
    strike: (world, random) => stalled(world, 'warehouse', random),
  },
  'rebalance-storm': {
    lane: 'scorer',
    what: 'scorers join and leave in order, one upon the other',
    async strike({ fleet }, random) {
      const guests: Member[] = [];
      const count = random.whole(2, 3);
      for (let guest = 1; guest <= count; guest++) {
        guests.push(await fleet.start('scorer', `guest-${guest}`));
        await pause(random.whole(500, 3_000));
      }
      for (const guest of guests) {
        await guest.leave();
        await pause(random.whole(0, 1_000));
      }
      return `${count} came and went`;
    },
  },
  'broker-loss': {
    lane: 'surroundings',
    what: 'kill -9 of one of the three brokers, which comes back with its data',
    async strike({ brokers }, random) {
      const index = random.whole(0, brokers.length - 1);
      const { broker } = brokers[index] as BrokerNode;
      broker.kill();
      const ms = random.whole(2_000, 8_000);
      await pause(ms);
      await broker.restart();
      return `${broker.name} for ${ms} ms and its start`;
    },
  },
  'registry-loss': {
    lane: 'surroundings',
    what: 'the schema registry is away, and a scorer and a warehouse that know no schema yet have to wait for it',
    async strike({ registry, fleet }, random) {
      registry.cut();
      const members = [random.pick(fleet.members('scorer')), random.pick(fleet.members('warehouse'))];
      await Promise.all(members.map((member) => member.kill()));
      const ms = random.whole(3_000, 7_000);
      await pause(ms);
      registry.mend();
      return `for ${ms} ms`;
    },
  },
  'clickhouse-down': {
    lane: 'surroundings',
    what: 'kill -9 of ClickHouse, which comes back with its data',
    async strike({ clickhouseServer, clickhouse }, random) {
      const ms = random.whole(2_000, 8_000);
      if (clickhouseServer === undefined) {
        clickhouse.cut();
        await pause(ms);
        clickhouse.mend();
        return `out of reach for ${ms} ms`;
      }
      clickhouseServer.kill();
      await pause(ms);
      await clickhouseServer.restart();
      return `for ${ms} ms and its start`;
    },
  },
  'clickhouse-slow': {
    lane: 'surroundings',
    what: 'ClickHouse takes each piece of a request late',
    async strike({ clickhouse }, random) {
      const delay = random.whole(100, 500);
      const ms = random.whole(4_000, 8_000);
      clickhouse.slow(delay);
      await pause(ms);
      clickhouse.mend();
      return `${delay} ms late for ${ms} ms`;
    },
  },
  'connection-reset': {
    lane: 'surroundings',
    what: 'every connection to the brokers, the registry and ClickHouse is reset, several times',
    async strike({ brokers, registry, clickhouse }, random) {
      const proxies = [...brokers.map(({ proxy }) => proxy), registry, clickhouse];
      const times = random.whole(2, 5);
      let connections = 0;
      for (let time = 0; time < times; time++) {
        for (const proxy of proxies) connections += proxy.reset();
        await pause(random.whole(50, 1_500));
      }
      return `${connections} connections`;
    },
  },
  'disk-full': {
    lane: 'surroundings',
    what: "the disk of the scorers' state is full for a while",
    async strike({ stateDisk }, random) {
      if (stateDisk === undefined) throw new Error('the state lies on a disk that is not ours to fill');
      const ms = random.whole(6_000, 12_000);
      await stateDisk.fill();
      await pause(ms);
      await stateDisk.free();
      return `for ${ms} ms`;
    },
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

async function killed(member: Member): Promise<string> {
  await member.kill();
  return member.name;
}

async function stalled({ fleet, sessionTimeoutMs }: World, app: ServiceName, random: Random): Promise<string> {
  const member = random.pick(fleet.members(app));
  const ms = sessionTimeoutMs + random.whole(1_000, 4_000);
  member.signal('SIGSTOP');
  await pause(ms);
  member.signal('SIGCONT');
  return `${member.name} for ${ms} ms`;
}
