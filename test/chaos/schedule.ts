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
  /** Pause before it. */
  readonly afterMs: number;
}

const LANES: readonly Lane[] = ['scorer', 'warehouse', 'edges', 'surroundings'];
/** In the lane with most strikes: some hit a group that is rebalancing or restoring, some one that has come to work. */
const LONGEST_PAUSE_MS = 9_000;

/** The strikes of each lane in the order of the seed, lanes with few of them taking as long as the others; lanes without any are left out. */
export function scheduleOf({ kills, rounds, faults }: Plan, random: Random): readonly (readonly Strike[])[] {
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
  const most = Math.max(...lanes.map(({ length }) => length));
  return lanes.map((lane) => {
    const longest = Math.round((LONGEST_PAUSE_MS * most) / lane.length);
    return shuffled(lane, random).map((name) => ({ name, afterMs: random.whole(0, longest) }));
  });
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
