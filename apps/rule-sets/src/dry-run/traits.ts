import { addMonths } from '#libs/risk-model';
import type { EnterpriseAttributes } from '#libs/risk-model';

/** By what the share of A is published (domain.md 8.6 rule 13): each a band with a name that a table shows. */
export interface Traits {
  readonly age: string;
  readonly size: string;
  readonly industry: string;
}

export const UNKNOWN = 'unknown';
const MONTHS_PER_YEAR = 12;
/** From this age on, in years, up to the next one; the first is what the model calls new. */
const AGE_BANDS: readonly (readonly [fromYears: number, name: string])[] = [
  [20, '20 years and more'],
  [10, '10–20 years'],
  [5, '5–10 years'],
  [2, '2–5 years'],
  [0, 'under 2 years'],
];

const FEN_PER_MILLION_YUAN = 100_000_000;
const CAPITAL_BANDS: readonly (readonly [fromMillionYuan: number, name: string])[] = [
  [100, 'capital 100 million and more'],
  [10, 'capital 10–100 million'],
  [1, 'capital 1–10 million'],
  [0, 'capital under 1 million'],
];

/** Kinds whose size the capital does not tell. */
const KINDS: Readonly<Record<string, string>> = {
  INDIVIDUAL_BUSINESS: 'individual business 个体工商户',
  FARMERS_COOPERATIVE: 'farmers’ cooperative 农民专业合作社',
  BRANCH: 'branch 分支机构',
  OTHER: 'other kind 其他',
};

/** Names of all bands in the order of a table; sections of industries come as they are met. */
export const BAND_ORDER: readonly string[] = [
  ...AGE_BANDS.map(([, name]) => name).reverse(),
  ...CAPITAL_BANDS.map(([, name]) => name).reverse(),
  ...Object.values(KINDS),
];

/**
 * Traits of an enterprise at `asOf`. Size is the kind of entity and, of enterprises, the registered capital: staff and
 * turnover, which the official sizes (大中小微) rest on, are not public for most.
 */
export function traitsOf(attributes: EnterpriseAttributes, capitalFen: number | null, asOf: number): Traits {
  const { registeredAt, entityKind, industry } = attributes;
  return {
    age: registeredAt === null || registeredAt > asOf ? UNKNOWN : ageBand(registeredAt, asOf),
    size: (entityKind === null ? undefined : KINDS[entityKind]) ?? capitalBand(capitalFen),
    industry: industry !== null && /^[A-T]/.test(industry) ? industry.charAt(0) : UNKNOWN,
  };
}

function ageBand(registeredAt: number, asOf: number): string {
  const band = AGE_BANDS.find(([years]) => asOf >= addMonths(registeredAt, years * MONTHS_PER_YEAR));
  return band?.[1] ?? UNKNOWN;
}

function capitalBand(capitalFen: number | null): string {
  if (capitalFen === null) return UNKNOWN;
  return CAPITAL_BANDS.find(([million]) => capitalFen >= million * FEN_PER_MILLION_YUAN)?.[1] ?? UNKNOWN;
}
