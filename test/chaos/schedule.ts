import type { Random } from '../../apps/intake/src/demo-city/random.ts';
import { FAULTS, type Fault, type FaultName, type Lane } from './faults.ts';

export interface Plan {
  readonly seed: number;
  /** kill -9 of services, shared out among the faults that kill. */
  readonly kills: number;
  /** How often each other fault happens. */
  readonly rounds: number;
  readonly events: number;
  readonly faults: readonly FaultName[];
}

export interface Strike {
  readonly name: FaultName;
  /** When it begins, from the beginning of the run; at once where the one before it in its lane has taken longer. */
  readonly atMs: number;
}

const LANES: readonly Lane[] = ['scorer', 'warehouse', 'edges', 'surroundings'];
/** In the lane with most strikes: some hit a group that is rebalancing or restoring, some one that has come to work. */
const STRIKE_EVERY_MS = 7_000;

export interface Schedule {
  /** The strikes of each lane, one after the other; lanes without any are left out. */
  readonly lanes: readonly (readonly Strike[])[];
  /** Over which they are spread. */
  readonly lastsMs: number;
}

/** The seed's order and moments, those of each lane spread over the whole run. */
export function scheduleOf({ kills, rounds, faults }: Plan, random: Random): Schedule {
  const killing = faults.filter((name) => shareOf(name) > 0);
  const shares = killing.reduce((sum, name) => sum + shareOf(name), 0);
  let left = kills;
  const countOf = (name: FaultName): number => {
    if (shareOf(name) === 0) return rounds;
    const count = name === killing.at(-1) ? left : Math.round((kills * shareOf(name)) / shares);
    left -= count;
    return count;
  };
  const names = faults.flatMap((name) => Array.from({ length: countOf(name) }, () => name));
  const lanes = LANES.map((lane) => names.filter((name) => FAULTS[name].lane === lane)).filter(
    ({ length }) => length > 0,
  );
  const lastsMs = Math.max(1, ...lanes.map(({ length }) => length)) * STRIKE_EVERY_MS;
  const spread = (lane: readonly FaultName[]): readonly Strike[] => {
    const moments = lane.map(() => random.whole(0, lastsMs)).sort((a, b) => a - b);
    return shuffled(lane, random).map((name, at) => ({ name, atMs: moments[at] as number }));
  };
  return { lanes: lanes.map(spread), lastsMs };
}

function shareOf(name: FaultName): number {
  return (FAULTS[name] as Fault).shareOfKills ?? 0;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
