import fc from 'fast-check';
import { addMonths, midnight } from './calendar.ts';
import type { AttributeValue } from './facts.ts';

/** fast-check arbitraries for the content of every fact type that the model reads, with values that meet each other. */

export const DAY = 86_400_000;
export const FIRST_DAY = midnight(2022, 1, 1);

/** A small pool of days with ends of months and whole windows between them, and any day at all. */
const POOL = [
  ...[midnight(2023, 1, 10), midnight(2023, 2, 28), midnight(2023, 12, 31), midnight(2024, 1, 10)],
  ...[midnight(2024, 2, 29), midnight(2024, 4, 10), midnight(2024, 7, 10), midnight(2025, 1, 10)],
  ...[midnight(2025, 2, 28), midnight(2025, 12, 31), midnight(2026, 1, 10), midnight(2026, 1, 20)],
];
export const day = fc.oneof(
  { arbitrary: fc.constantFrom(...POOL), weight: 2 },
  { arbitrary: fc.integer({ min: 0, max: 1900 }).map((days) => FIRST_DAY + days * DAY), weight: 1 },
);
export const moment = fc.tuple(day, fc.constantFrom(0, 0, 0, 9 * 3_600_000 + 1234)).map(([at, time]) => at + time);
export const asOfDay = fc.oneof(
  day,
  fc.tuple(day, fc.integer({ min: 0, max: 900 })).map(([at, days]) => at + days * DAY),
  fc.tuple(day, fc.constantFrom(3, 6, 12, 24, 36), fc.constantFrom(-1, 0)).map(([at, n, ms]) => addMonths(at, n) + ms),
);
export const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

export interface Content {
  readonly factType: string;
  readonly attributes: Record<string, AttributeValue>;
  readonly codeSystem?: string;
}

type Attributes = Record<string, fc.Arbitrary<AttributeValue>>;

function fact(factType: string, attributes: Attributes = {}): fc.Arbitrary<Content> {
  return fc.record(attributes).map((stated) => ({ factType, attributes: stated }));
}

const person = fc.constantFrom('1', '1', '2').map((digit) => digit.repeat(32));
const status = fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'REVOKED', 'DEREGISTERED', 'MOVED_OUT');
const industry = fc.constantFrom(
  'C1411',
  'C1411',
  'C2681',
  'C2710',
  'D4511',
  'F5265',
  'F5266',
  'H6110',
  'H6210',
  'I6510',
);
/** From its first day on for some time, or without an end. */
const validity = (endless: boolean): fc.Arbitrary<{ from: number; to: number | null }> => {
  const length = fc.constantFrom(1, 31, 90, 366, 800);
  return fc
    .tuple(day, endless ? maybe(length) : length)
    .map(([from, days]) => ({ from, to: days === null ? null : from + days * DAY }));
};
const PENALTY_KINDS: readonly (readonly string[])[] = [
  ...[['WARNING'], ['WARNING', 'CRITICISM'], ['FINE'], ['FINE'], ['FINE', 'CONFISCATE_INCOME'], []],
  ...[['FINE', 'SUSPEND_LICENCE'], ['FINE', 'STOP_PRODUCTION'], ['REVOKE_LICENCE'], ['CLOSE'], ['DETENTION']],
];
const INSPECTION_SYSTEMS = ['gsxt-inspection-v2', 'gsxt-inspection-v2', 'gsxt-inspection-v1', 'chicago-food-1'];
const INSPECTION_CODES = [
  ...['1', '1', '2', '3', '6', '6', '6', '7', '8', 'B', 'E', 'E', 'F', 'PENDING'],
  ...['PASS', 'PASS_CONDITIONS', 'FAIL'],
];

const registration = {
  registeredAt: moment,
  town: fc.constantFrom('442000101', '442000118'),
  industry,
  entityKind: fc.constantFrom('ENTERPRISE', 'ENTERPRISE', 'INDIVIDUAL_BUSINESS'),
  status,
  legalRepresentativeKey: maybe(person),
};

function derived(factType: string, ...values: number[]): fc.Arbitrary<Content> {
  return fc.tuple(fc.constantFrom(...values), validity(false)).map(([value, { from, to }]) => ({
    factType,
    attributes: { value, validFrom: from, validUntil: to },
  }));
}

/** One arbitrary for each fact type. */
export const CONTENTS = {
  'enterprise.registration': fact('enterprise.registration', registration),
  'enterprise.change': fact('enterprise.change', {
    changeKind: fc.constantFrom('LEGAL_REPRESENTATIVE', 'LEGAL_REPRESENTATIVE', 'SHAREHOLDER', 'ADDRESS', 'CAPITAL'),
    addressChanged: fc.boolean(),
    industry: maybe(industry),
    status: maybe(status),
    legalRepresentativeKey: maybe(person),
    capitalFen: fc.constantFrom(null, 0, 49_999_999, 50_000_000, 50_000_001),
    capitalBeforeFen: fc.constantFrom(null, 0, 100_000_000),
  }),
  'enterprise.deregistration': fact('enterprise.deregistration', { status: maybe(status) }),
  'enterprise.link': fact('enterprise.link', {
    kind: fc.constantFrom('RENUMBERED', 'MERGED', 'SPLIT'),
    effectiveAt: maybe(day),
  }),
  'penalty.decision': fact('penalty.decision', {
    violationType: fc.constantFrom('未明码标价', '未明码标价', '虚假宣传', null),
    penaltyKinds: fc.constantFrom(...PENALTY_KINDS),
    procedure: fc.constantFrom('SIMPLE', 'ORDINARY', 'ORDINARY'),
    fineFen: fc.constantFrom(0, 50_001, 584_893, 584_894, 9_000_000, 50_000_000, 10 ** 10),
    confiscatedFen: fc.constantFrom(0, 0, 1, 300_000),
    publicityEnd: maybe(day),
  }),
  'abnormal.listing': fc
    .tuple(
      fc.constantFrom('gsxt-abnormal-reason', 'gsxt-abnormal-reason', 'gsxt-abnormal-reason', 'unknown'),
      fc.constantFrom('1', '1', '2', '3', '4', '4', '9'),
    )
    .map(([codeSystem, reasonCode]) => ({ factType: 'abnormal.listing', codeSystem, attributes: { reasonCode } })),
  'serious-violation.listing': fact('serious-violation.listing', { reasonCode: fc.constant('FOOD') }),
  'inspection.result': fc
    .tuple(
      fc.constantFrom(...INSPECTION_SYSTEMS, 'unknown'),
      fc.array(fc.constantFrom(...INSPECTION_CODES), { minLength: 1, maxLength: 3 }),
    )
    .map(([codeSystem, codes]) => ({ factType: 'inspection.result', codeSystem, attributes: { codes } })),
  'complaint.accepted': fact('complaint.accepted'),
  'complaint.mass-confirmed': fact('complaint.mass-confirmed'),
  'report.verified': fact('report.verified'),
  'licence.grant': fc
    .tuple(
      fc.constantFrom('DRUG', 'GAS', 'FOOD_PRODUCTION', 'SPECIAL_EQUIPMENT', 'FOOD_BUSINESS', 'FOOD_BUSINESS'),
      validity(true),
    )
    .map(([licenceType, { from, to }]) => ({
      factType: 'licence.grant',
      attributes: { licenceType, validFrom: from, validTo: to },
    })),
  'licence.revocation': fact('licence.revocation'),
  'annual-report.filing': fact('annual-report.filing', {
    year: fc.integer({ min: 2022, max: 2025 }),
    revenueFen: fc.constantFrom(0, 0, 0, 0, 0, 123, null),
    insuredStaff: fc.constantFrom(0, 0, 0, 0, 0, 1, null),
  }),
  'annual-report.missed': fact('annual-report.missed', { year: fc.integer({ min: 2022, max: 2025 }) }),
  'social-insurance.snapshot': fact('social-insurance.snapshot', {
    insuredStaff: fc.constantFrom(0, 4, 5, 9, 10, 20),
    quarterEnd: fc
      .tuple(fc.integer({ min: 2024, max: 2025 }), fc.constantFrom([3, 31], [6, 30], [9, 30]))
      .map(([year, [month, date]]) => midnight(year, month as number, date as number)),
  }),
  'court.defaulter-listing': fact('court.defaulter-listing', { personKey: maybe(person) }),
  'court.representative-defaulter': fact('court.representative-defaulter', {
    personKey: maybe(person),
    kind: fc.constantFrom('DEFAULTER', 'CONSUMPTION_RESTRICTED'),
  }),
  'court.equity-freeze': fact('court.equity-freeze', { until: maybe(day) }),
  'court.enforcement-terminated': fact('court.enforcement-terminated'),
  'order.stop-production': fact('order.stop-production', { until: maybe(day) }),
  'registration.cancellation': fact('registration.cancellation'),
  'registration.fraud-inquiry': fact('registration.fraud-inquiry'),
  'accident.responsibility': fact('accident.responsibility', {
    field: fc.constantFrom('FOOD', 'EQUIPMENT', 'WORK_SAFETY', 'OTHER'),
    grade: fc.constantFrom('ORDINARY', 'MAJOR', 'EXTRAORDINARY'),
  }),
  'crime.conviction': fact('crime.conviction'),
  'crime.transfer': fact('crime.transfer'),
  'national.serious-listing': fact('national.serious-listing', {
    list: fc.constantFrom('MAJOR_TAX_VIOLATION', 'WAGE_ARREARS'),
  }),
  'tax.arrears': fact('tax.arrears'),
  'tax.abnormal-taxpayer': fact('tax.abnormal-taxpayer'),
  'insolvency.proceeding': fact('insolvency.proceeding', { kind: fc.constantFrom('LIQUIDATION', 'BANKRUPTCY') }),
  'product-check.failed': fact('product-check.failed', { serious: fc.boolean() }),
  'food-check.failed': fact('food-check.failed', { field: fc.constantFrom('FOOD', 'FOOD', 'DRUG') }),
  'recall.ordered': fact('recall.ordered'),
  'equipment.overdue': fact('equipment.overdue'),
  'equipment.hazard': fact('equipment.hazard'),
  'opinion.verified': fact('opinion.verified'),
  'honour.grant': fact('honour.grant', {
    kind: fc.constantFrom('TAX_A', 'QUALITY_AWARD', 'CERTIFICATION', 'COMMITMENT_KEPT'),
    validTo: maybe(day),
  }),
  'derived.address-density': derived('derived.address-density', 9, 10, 49, 50),
  'derived.person-firms': derived('derived.person-firms', 4, 5, 9, 10),
  'derived.peer-complaints': derived('derived.peer-complaints', 0, 1, 3, 4),
  'derived.complaint-surge': derived('derived.complaint-surge', 0, 2999, 3000, 4500),
  'derived.representative-firms-d': derived('derived.representative-firms-d', 0, 1, 2, 5),
  'derived.shareholder-d': derived('derived.shareholder-d', 0, 1),
  'derived.branches-d': derived('derived.branches-d', 0, 299, 300, 1000),
  'override.class': fc
    .tuple(
      fc.constantFrom('general', 'general', 'general', 'food-production', 'special-equipment'),
      fc.constantFrom('A', 'B', 'C', 'D'),
      day,
      validity(false),
    )
    .map(([schemeId, riskClass, approvedAt, { from, to }]) => ({
      factType: 'override.class',
      attributes: { schemeId, riskClass, approvedAt, validFrom: from, validUntil: to },
    })),
  'department.own-fact': fact('department.own-fact'),
} satisfies Record<string, fc.Arbitrary<Content>>;

export type GeneratedType = keyof typeof CONTENTS;

/** Types that act on each other; an enterprise is mostly made of one of these, so that they meet. */
export const THEMES: readonly (readonly GeneratedType[])[] = [
  ['penalty.decision', 'penalty.decision', 'inspection.result', 'report.verified', 'product-check.failed'],
  ['inspection.result', 'inspection.result', 'abnormal.listing', 'enterprise.change', 'food-check.failed'],
  ['abnormal.listing', 'annual-report.missed', 'annual-report.filing', 'annual-report.filing'],
  ['court.defaulter-listing', 'court.representative-defaulter', 'enterprise.change', 'court.enforcement-terminated'],
  ['licence.grant', 'enterprise.change', 'enterprise.registration', 'licence.grant', 'equipment.overdue'],
  ['complaint.accepted', 'complaint.accepted', 'complaint.accepted', 'complaint.accepted', 'derived.peer-complaints'],
  ['enterprise.change', 'enterprise.change', 'enterprise.registration', 'honour.grant', 'inspection.result'],
  ['social-insurance.snapshot', 'social-insurance.snapshot', 'tax.arrears', 'recall.ordered', 'honour.grant'],
  ['derived.representative-firms-d', 'derived.complaint-surge', 'derived.address-density', 'derived.person-firms'],
  ['derived.shareholder-d', 'derived.branches-d', 'derived.complaint-surge', 'complaint.mass-confirmed'],
  ['enterprise.registration', 'food-check.failed', 'food-check.failed', 'food-check.failed', 'honour.grant'],
  ['licence.grant', 'food-check.failed', 'accident.responsibility', 'inspection.result', 'enterprise.registration'],
  ['equipment.overdue', 'report.verified', 'report.verified', 'report.verified', 'report.verified'],
  ['enterprise.registration', 'inspection.result', 'inspection.result', 'licence.grant'],
  ['annual-report.filing', 'annual-report.filing', 'annual-report.filing', 'complaint.mass-confirmed'],
  ['enterprise.change'],
  ['order.stop-production', 'licence.revocation', 'registration.cancellation', 'accident.responsibility'],
  ['national.serious-listing', 'crime.transfer', 'crime.conviction', 'tax.abnormal-taxpayer', 'insolvency.proceeding'],
  ['enterprise.registration', 'enterprise.deregistration', 'enterprise.link', 'enterprise.change'],
  ['override.class', 'override.class', 'penalty.decision', 'registration.fraud-inquiry', 'serious-violation.listing'],
];
