/** Caps, exclusive sets and one incident once, by trying every way there is. */

export interface Part {
  readonly indicator: string;
  /** Milli-points. */
  readonly points: number;
  readonly caseNumber: string | null;
  /** Whom a court listing is about. */
  readonly person: string | null;
}

const GROUP: Record<string, string> = { B: 'BASE', D: 'DYN', R: 'REG', A: 'ASC', S: 'SOC' };
const GROUP_CAPS: Record<string, number> = { BASE: 100, DYN: 160, REG: 440, ASC: 120, SOC: 180 };
export const CAPS: Record<string, number> = {
  ...{ B01: 20, B02: 30, B03: 20, B04: 20, B05: 10 },
  ...{ D01: 25, D02: 10, D03: 10, D04: 20, D05: 20, D06: 15, D07: 60, D08: 40, D09: 60, D10: 30 },
  ...{ R01: 45, R02: 120, R03: 220, R04: 80, R05: 20, R06: 40, R07: 60, R08: 50, R09: 80, R10: 100 },
  ...{ R11: 60, R12: 20, R13: 90, R14: 80, R15: 60, R16: 20, R17: 120, R18: 100, R19: 60, R20: 80 },
  ...{ A01: 45, A02: 60, A03: 30, A04: 15 },
  ...{ S01: 20, S02: 48, S03: 50, S04: 150, S05: 60, S06: 40, S07: 30 },
};
/** Rule 16: of a state the single greatest fact counts; of the others the facts are added. */
const STATES = 'D04 D07 D08 D09 D10 R06 R07 R08 R09 R10 R11 R15 R19 R20 A02 S04'.split(' ');
const POSITIVE = ['R16', 'S07'];
/** Rule 5, in the order of the rule: on equal totals the first-named counts. */
const ONE_INCIDENT = ['R12', 'R13', 'R17', 'R18', 'R01', 'R02', 'R03', 'S02'];
/** Rule 4. */
const EXCLUSIVE: readonly (readonly [first: string, second: string])[] = [
  ['R10', 'R15'],
  ['R07', 'D04'],
];

export interface Sums {
  readonly sums: Record<string, number>;
  readonly groups: Record<string, number>;
}

function sumsOf(parts: readonly Part[]): Sums {
  const sums: Record<string, number> = {};
  const groups: Record<string, number> = { BASE: 0, DYN: 0, REG: 0, ASC: 0, SOC: 0 };
  for (const indicator of Object.keys(CAPS)) {
    const own = parts.filter((part) => part.indicator === indicator).map((part) => part.points);
    const sum = STATES.includes(indicator) ? Math.max(0, ...own) : own.reduce((total, points) => total + points, 0);
    sums[indicator] = Math.min(sum, 1000 * (CAPS[indicator] as number));
    const group = GROUP[indicator[0] as string] as string;
    if (!POSITIVE.includes(indicator)) groups[group] = (groups[group] as number) + sums[indicator];
  }
  for (const [group, cap] of Object.entries(GROUP_CAPS)) groups[group] = Math.min(groups[group] as number, 1000 * cap);
  return { sums, groups };
}

type Way = readonly Part[];

/** Each way once without the second and once without the first, where both are there. */
function without(ways: readonly Way[], isFirst: (part: Part) => boolean, isSecond: (part: Part) => boolean): Way[] {
  return ways.flatMap((way) => {
    if (!way.some(isFirst) || !way.some(isSecond)) return [way];
    return [way.filter((part) => !isSecond(part)), way.filter((part) => !isFirst(part))];
  });
}

/** Rule 4, and rule 23 for S04 and A02: per person, and both count for whom no key is known. */
function exclude(all: Way): Way[] {
  let ways: Way[] = [all];
  for (const [first, second] of EXCLUSIVE) {
    ways = without(
      ways,
      ({ indicator }) => indicator === first,
      ({ indicator }) => indicator === second,
    );
  }
  const persons = [...new Set(all.flatMap(({ person }) => (person === null ? [] : [person])))].sort();
  for (const who of persons) {
    ways = without(
      ways,
      ({ indicator, person }) => indicator === 'S04' && person === who,
      ({ indicator, person }) => indicator === 'A02' && person === who,
    );
  }
  return ways;
}

/** Rules 4 and 5: every way to count each case once and one indicator of each set; the first of the best. */
export function bestChoice(parts: readonly Part[]): Sums {
  const inCases = parts.filter((part) => part.caseNumber !== null && ONE_INCIDENT.includes(part.indicator));
  let ways = exclude(parts.filter((part) => !inCases.includes(part)));
  for (const caseNumber of [...new Set(inCases.map((part) => part.caseNumber as string))].sort()) {
    const order = (part: Part): number => ONE_INCIDENT.indexOf(part.indicator);
    const options = inCases
      .filter((part) => part.caseNumber === caseNumber)
      .sort((a, b) => order(a) - order(b) || b.points - a.points);
    ways = ways.flatMap((way) => options.map((option) => [...way, option]));
  }
  const total = ({ groups }: Sums): number => Object.values(groups).reduce((sum, points) => sum + points, 0);
  return ways.map(sumsOf).reduce((best, way) => (total(way) > total(best) ? way : best));
}
