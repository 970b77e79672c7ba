/** Caps, exclusive sets and one incident once, by trying every way there is. */

export interface Part {
  readonly indicator: string;
  readonly points: number;
  readonly caseNumber: string | null;
}

const GROUP: Record<string, string> = { B: 'BASE', R: 'REG', S: 'SOC' };
const GROUP_CAPS: Record<string, number> = { BASE: 100, DYN: 160, REG: 440, ASC: 120, SOC: 180 };
const CAPS: Record<string, number> = {
  B01: 20,
  B02: 30,
  B03: 20,
  R01: 45,
  R02: 120,
  R03: 220,
  R04: 80,
  R05: 20,
  R06: 40,
  R07: 60,
  R08: 50,
  R09: 80,
  R10: 100,
  R11: 60,
  R12: 20,
  R13: 90,
  R14: 80,
  R15: 60,
  R16: 20,
  S02: 48,
  S04: 150,
};
const GREATEST = ['R06', 'R07', 'R08', 'R09', 'R10', 'R11', 'R15', 'S04'];
const ONE_INCIDENT = ['R12', 'R13', 'R01', 'R02', 'R03', 'S02'];
export interface Sums {
  readonly sums: Record<string, number>;
  readonly groups: Record<string, number>;
}

function sumsOf(parts: readonly Part[]): Sums {
  const sums: Record<string, number> = {};
  const groups: Record<string, number> = { BASE: 0, DYN: 0, REG: 0, ASC: 0, SOC: 0 };
  for (const indicator of Object.keys(CAPS)) {
    const own = parts.filter((part) => part.indicator === indicator).map((part) => part.points);
    const sum = GREATEST.includes(indicator) ? Math.max(0, ...own) : own.reduce((total, points) => total + points, 0);
    sums[indicator] = Math.min(sum, 1000 * (CAPS[indicator] as number));
    const group = GROUP[indicator[0] as string] as string;
    if (indicator !== 'R16') groups[group] = (groups[group] as number) + sums[indicator];
  }
  for (const [group, cap] of Object.entries(GROUP_CAPS)) groups[group] = Math.min(groups[group] as number, 1000 * cap);
  return { sums, groups };
}

/** Rules 4 and 5: every way to count each case once and one of R10 and R15; the first of the best. */
export function bestChoice(parts: readonly Part[]): Sums {
  const inCases = parts.filter((part) => part.caseNumber !== null && ONE_INCIDENT.includes(part.indicator));
  let ways: (readonly Part[])[] = [parts.filter((part) => !inCases.includes(part))];
  const conflict = ['R10', 'R15'].every((code) => parts.some((part) => part.indicator === code));
  if (conflict)
    ways = ['R15', 'R10'].map((dropped) => (ways[0] as Part[]).filter((part) => part.indicator !== dropped));
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
