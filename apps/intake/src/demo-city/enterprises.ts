import { addMonths, dayOf, startOf, type Day } from './calendar.ts';
import { HOME_FACTOR, INDUSTRIES, type Industry } from './industries.ts';
import { legalRepresentativeKey, nameOf } from './names.ts';
import { randomOf, type Random } from './random.ts';
import { RATES } from './rates.ts';
import { TOWNS, type Town } from './towns.ts';
import { usccOf } from './uscc.ts';

/** The stretch of time a city is generated for. */
export interface Window {
  /** First day of the history: what stood then is delivered in one go, as the initial stock. */
  readonly start: Day;
  /** Epoch ms; nothing is received later. */
  readonly until: number;
  /** Day of `until`. */
  readonly today: Day;
}

export interface CitySettings {
  readonly enterprises: number;
  readonly years: number;
  readonly seed: number;
  /** Epoch ms. */
  readonly until: number;
}

export function windowOf({ years, until }: Pick<CitySettings, 'years' | 'until'>): Window {
  const today = dayOf(until);
  return { start: addMonths(today, -12 * years), until, today };
}

/** A made-up enterprise (企业): what stays the same about it, and how it is disposed. */
export interface Enterprise {
  readonly index: number;
  readonly subject: { readonly scheme: 'uscc'; readonly value: string };
  readonly name: string;
  readonly town: Town;
  readonly address: string;
  readonly industry: Industry;
  readonly entityKind: string;
  readonly capitalFen: number;
  readonly legalRepresentativeKey: string;
  readonly registered: Day;
  /** Day of deregistration, if it falls into the window. */
  readonly deregistered: Day | null;
  /** Gamma-distributed factor with mean 1 on the rates of trouble. */
  readonly proneness: number;
  /** The enterprise's own stream of random numbers for one topic. */
  randomOf(topic: string): Random;
}

/** 市场主体类型 entity kinds and their shares among the city's enterprises (estimate). */
const ENTITY_KINDS = [
  { kind: 'ENTERPRISE', ending: '有限公司', weight: 88 },
  { kind: 'ENTERPRISE', ending: '厂(个人独资)', weight: 5.5 },
  { kind: 'ENTERPRISE', ending: '企业(有限合伙)', weight: 1.8 },
  { kind: 'BRANCH', ending: '有限公司中山分公司', weight: 2.9 },
  { kind: 'ENTERPRISE', ending: '(中山)有限公司', weight: 1.6 },
  { kind: 'FARMERS_COOPERATIVE', ending: '农民专业合作社', weight: 0.2 },
] as const;

/**
 * The enterprise of that index in the city of that seed. Identity, town and trade depend on seed and index alone, so that
 * the same enterprise can be addressed later; only its dates move with `until`.
 */
export function enterpriseAt(seed: number, index: number, window: Window): Enterprise {
  const random = randomOf(seed, index, 'enterprise');
  const town = random.weighted(TOWNS);
  const industry = random.weighted(industriesOf(town));
  const { kind, ending } = random.weighted(ENTITY_KINDS);
  const registered = registrationDay(random, window);
  const closes = Math.max(registered + 180, window.start) + Math.floor(random.exponential(365 / RATES.deregistration));
  return {
    index,
    subject: { scheme: 'uscc', value: usccOf(seed, index, kind) },
    name: nameOf(random, { index, town, trade: industry.trade, ending }),
    town,
    address: addressOf(random, town),
    industry,
    entityKind: kind,
    capitalFen: Math.max(1, Math.round(random.logNormal(180, 1.3))) * 1_000_000,
    legalRepresentativeKey: legalRepresentativeKey(seed, index),
    registered,
    deregistered: closes < window.today ? closes : null,
    proneness: random.gamma(RATES.pronenessShape, 1 / RATES.pronenessShape),
    randomOf: (topic) => randomOf(seed, index, topic),
  };
}

/** Ages are exponential, as a steadily growing stock has them, up to 30 years. */
function registrationDay(random: Random, { today }: Window): Day {
  const age = random.exponential(365.25 / RATES.registrationsOfStock) % (30 * 365.25);
  return today - 1 - Math.floor(age);
}

const byTown = new Map<string, readonly Industry[]>();

function industriesOf(town: Town): readonly Industry[] {
  const known = byTown.get(town.code);
  if (known !== undefined) return known;
  const weighted = INDUSTRIES.map((industry) => ({
    ...industry,
    weight: industry.weight * (industry.home?.includes(town.code) === true ? HOME_FACTOR : 1),
  }));
  byTown.set(town.code, weighted);
  return weighted;
}

const ROADS = ['演示一路', '演示二路', '演示大道', '示范路', '样例街', '虚构路'];

export function addressOf(random: Random, town: Town): string {
  return `中山市${town.name}${town.suffix}${random.pick(ROADS)}${random.whole(1, 299)}号之${random.whole(1, 40)}`;
}

/** True while the enterprise exists. */
export function isActive({ registered, deregistered }: Enterprise, day: Day): boolean {
  return registered <= day && (deregistered === null || day < deregistered);
}

/** Days on which something with this yearly rate happens to an enterprise, ascending, between two days. */
export function occurrences(random: Random, yearlyRate: number, from: Day, to: Day): Day[] {
  const days: Day[] = [];
  if (yearlyRate <= 0) return days;
  for (let at = from + random.exponential(365.25 / yearlyRate); at < to; at += random.exponential(365.25 / yearlyRate))
    days.push(Math.floor(at));
  return days;
}

/** Epoch ms of the first moment of the history. */
export const startMoment = (window: Window): number => startOf(window.start);
