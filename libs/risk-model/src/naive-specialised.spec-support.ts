import type { FactRecord } from './facts.ts';
import { isScored } from './naive-conditions.spec-support.ts';
import { factsOf, isDisputed, later } from './naive-facts.spec-support.ts';
import type { Fact } from './naive-facts.spec-support.ts';
import { Findings, incidents, stated, YR2, YR3 } from './naive-findings.spec-support.ts';
import { oracle, overrideOf } from './naive-oracle.spec-support.ts';
import type { RiskClass } from './position.ts';

/**
 * The two specialised rule sets once more, plainly. How they stand to the general scheme: each reads the general class of
 * the same moment as points, a direct determination of the general scheme is class D here too, and a class set by hand is
 * never below it; who is not meant has no result.
 */
export interface SpecialisedResult {
  readonly score: number;
  readonly riskClass: RiskClass | null;
  readonly computedClass: RiskClass | null;
}

/** What a scheme adds up at one moment; facts under objection halved, or left out for the class. */
interface Account {
  readonly score: number;
  readonly floors: readonly RiskClass[];
}

interface Scheme {
  readonly id: string;
  readonly bands: readonly (readonly [below: number, riskClass: RiskClass])[];
  applies(found: Findings): boolean;
  account(found: Findings, general: RiskClass | null): Account;
}

const GENERAL: Record<string, number> = { A: 0, B: 7, C: 14, D: 20 };

function startsWith(found: Findings, ...prefixes: string[]): boolean {
  const industry = stated(found, 'industry')?.value;
  return typeof industry === 'string' && prefixes.some((prefix) => industry.startsWith(prefix));
}

function licensed(found: Findings, ...types: string[]): Fact[] {
  return found.of('licence.grant').filter(({ attributes }) => types.includes(attributes['licenceType'] as string));
}

/** Sum of what each fact brings, up to the cap; milli-points. */
function summed(points: readonly number[], cap: number): number {
  return Math.min(
    1000 * cap,
    points.reduce((sum, each) => sum + each, 0),
  );
}

/** Points of an attribute that one fact states: halved while that fact is disputed. */
function ofAttribute(found: Findings, name: string, pointsOf: (value: unknown) => number): number {
  const said = stated(found, name);
  return said === undefined ? 0 : found.weigh(said.by, pointsOf(said.value));
}

const FOODS: Record<string, number> = { C1411: 10 };
const VENUES: Record<string, number> = { C2681: 10, D4511: 20, H6110: 20 };

/** Each way to count a case once in the dynamic group; only there do its facts meet. */
function bestDynamic(found: Findings): number {
  const named: { indicator: string; points: number; caseNumber: string | null }[] = [];
  const add = (indicator: string, fact: Fact, points: number, perMille = 1000): void => {
    const weighed = found.weigh(fact, points, perMille);
    if (weighed > 0) named.push({ indicator, points: weighed, caseNumber: fact.caseNumber });
  };
  for (const fact of found.of('inspection.result')) {
    if (fact.kindIfReached === 'R12') add('FD2', fact, 3, found.stepped(fact, YR2));
    if (fact.kindIfReached === 'R13') add('FD1', fact, 8, found.stepped(fact, YR2));
  }
  for (const fact of found.of('food-check.failed')) {
    if (fact.attributes['field'] === 'FOOD') add('FD4', fact, 12, found.stepped(fact, YR2));
  }
  for (const fact of found.of('accident.responsibility')) {
    if (fact.attributes['field'] === 'FOOD') add('FD6', fact, 30, found.stepped(fact, YR3));
  }
  for (const fact of found.of('report.verified')) if (found.within(fact, 12)) add('FD7', fact, 4);
  let ways = [named.filter(({ caseNumber }) => caseNumber === null)];
  for (const caseNumber of new Set(named.flatMap((one) => one.caseNumber ?? []))) {
    const options = named.filter((one) => one.caseNumber === caseNumber);
    ways = ways.flatMap((way) => options.map((option) => [...way, option]));
  }
  const caps: Record<string, number> = { FD1: 16, FD2: 6, FD4: 24, FD6: 30, FD7: 8 };
  const total = (way: typeof named): number =>
    Object.entries(caps).reduce((sum, [code, cap]) => {
      const own = way.filter(({ indicator }) => indicator === code).map(({ points }) => points);
      return sum + summed(own, cap);
    }, 0);
  const rest = refusals(found) + recalls(found, 15, 7.5);
  return Math.max(...ways.map((way) => Math.min(40_000, total(way) + rest)));
}

function refusals(found: Findings): number {
  const refused = found.of('inspection.result').filter(({ kind }) => kind === 'R14');
  return summed(
    refused.map((fact) => found.weigh(fact, 20, found.stepped(fact, YR3))),
    20,
  );
}

/** The greatest recall, open or residual. */
function recalls(found: Findings, open: number, residual: number): number {
  const running = found.of('recall.ordered').map((fact) => found.weigh(fact, open));
  const ended = found.known.filter(({ type }) => type === 'recall.ordered');
  return Math.max(0, ...running, ...ended.map((fact) => found.weigh(fact, residual, found.residual(fact, YR3))));
}

const FOOD: Scheme = {
  id: 'food-production',
  bands: [
    [30, 'A'],
    [45, 'B'],
    [60, 'C'],
    [101, 'D'],
  ],
  applies: (found) => licensed(found, 'FOOD_PRODUCTION').length > 0 || startsWith(found, 'C13', 'C14', 'C15'),
  account(found, general) {
    const { asOf } = found;
    const category = ofAttribute(found, 'industry', (industry) => FOODS[industry as string] ?? 5);
    const age = ofAttribute(found, 'registeredAt', (at) =>
      asOf < later(at as number, 12) ? 10 : asOf < later(at as number, 36) ? 5 : 0,
    );
    // A licence brings 2.5 points.
    const licences = licensed(found, 'FOOD_PRODUCTION').map((fact) => found.weigh(fact, 2.5));
    const fixed = Math.min(40_000, (stated(found, 'industry') ? category : 0) + age + summed(licences, 5));
    const certified = found.of('honour.grant').filter(({ attributes }) => attributes['kind'] === 'CERTIFICATION');
    const recallOpen = found.of('recall.ordered').length > 0;
    const pool = recallOpen
      ? 0
      : summed(
          certified.map((fact) => found.weigh(fact, 5)),
          5,
        );
    const score = fixed + bestDynamic(found) + 1000 * (GENERAL[general ?? ''] ?? 0) - pool;
    const samples = found
      .of('food-check.failed')
      .filter((fact) => fact.attributes['field'] === 'FOOD' && found.within(fact, 12));
    const floored = recallOpen || incidents(found, samples) >= 2;
    return { score: Math.max(0, score), floors: floored ? ['C'] : [] };
  },
};

const EQUIPMENT: Scheme = {
  id: 'special-equipment',
  bands: [
    [15, 'A'],
    [30, 'B'],
    [60, 'C'],
    [101, 'D'],
  ],
  applies: (found) =>
    licensed(found, 'SPECIAL_EQUIPMENT', 'GAS').length > 0 ||
    found.of('equipment.overdue', 'equipment.hazard').length > 0 ||
    startsWith(found, 'C341', 'C343'),
  account(found, general) {
    const venue = ofAttribute(found, 'industry', (industry) => VENUES[industry as string] ?? 0);
    const accidents = found
      .of('accident.responsibility')
      .filter((fact) => fact.attributes['field'] === 'EQUIPMENT' && found.within(fact, 24));
    const reports = incidents(
      found,
      found.of('report.verified').filter((fact) => found.within(fact, 24)),
    );
    const greatest = (type: string, points: number): number =>
      Math.max(0, ...found.of(type).map((fact) => found.weigh(fact, points)));
    const safety =
      summed(
        accidents.map((fact) => found.weigh(fact, 40)),
        40,
      ) +
      greatest('recall.ordered', 30) +
      (reports >= 5 ? 30_000 : reports >= 3 ? 15_000 : 0) +
      greatest('equipment.overdue', 30) +
      greatest('equipment.hazard', 40);
    const keyUnit =
      accidents.length > 0 ||
      reports >= 5 ||
      found.of('recall.ordered', 'equipment.overdue', 'equipment.hazard').length > 0;
    const score = venue + Math.min(60_000, safety) + 1000 * (GENERAL[general ?? ''] ?? 0);
    const isVenue = startsWith(found, 'F521', 'H61', 'N785', 'N786', 'P83', 'Q84', 'R90');
    return { score, floors: [...(keyUnit ? (['C'] as const) : []), ...(isVenue ? (['B'] as const) : [])] };
  },
};

function classOf({ score, floors }: Account, { bands }: Scheme, direct: boolean): RiskClass {
  let riskClass = (bands.find(([below]) => score < 1000 * below) ?? [0, 'D'])[1];
  for (const floor of floors) if (floor > riskClass) riskClass = floor;
  return direct ? 'D' : riskClass;
}

/** Undefined where the scheme does not mean the enterprise. */
function resultOf(scheme: Scheme, records: readonly FactRecord[], asOf: number): SpecialisedResult | undefined {
  const facts = factsOf(records);
  const undisputed = new Findings(
    facts.filter((fact) => !isDisputed(fact, asOf)),
    asOf,
  );
  if (!scheme.applies(undisputed)) return undefined;
  const general = oracle(records, asOf);
  const { score } = scheme.account(new Findings(facts, asOf), general.riskClass);
  if (!isScored(undisputed, facts)) return { score, riskClass: null, computedClass: null };
  const direct = general.direct.length > 0;
  const computedClass = classOf(scheme.account(undisputed, general.riskClass), scheme, direct);
  const set = direct ? null : overrideOf(facts, scheme.id, asOf);
  return { score, riskClass: set ?? computedClass, computedClass };
}

export function specialisedOracle(records: readonly FactRecord[], asOf: number): Record<string, SpecialisedResult> {
  return Object.fromEntries(
    [FOOD, EQUIPMENT].flatMap((scheme) => {
      const result = resultOf(scheme, records, asOf);
      return result === undefined ? [] : [[scheme.id, result]];
    }),
  );
}
