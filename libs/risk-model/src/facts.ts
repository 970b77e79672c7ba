/** The five registers of a fact; each keeps the record with the greatest (revision, tieBreak). */
export type Register = 'CONTENT' | 'STANDING' | 'PUBLICITY' | 'PERFORMANCE' | 'DISPUTE';

export type AttributeValue = string | number | boolean | null | readonly string[];

/**
 * One record of one register of one fact, as it comes from the log.
 * Times are epoch milliseconds; `tieBreak` is the record id. For CONTENT `attributes` are the content's model
 * attributes, for the other registers `{ value, effectiveAt, until, reason }`.
 */
export interface FactRecord {
  readonly factId: string;
  readonly factType: string;
  readonly register: Register;
  readonly revision: number;
  readonly tieBreak: string;
  readonly occurredAt: number;
  readonly effectiveAt: number | null;
  readonly publishedAt: number | null;
  readonly caseNumber: string | null;
  readonly codeSystem: string | null;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

const REGISTERED = ['registeredAt', 'town', 'industry', 'entityKind', 'status'] as const;
const DERIVED = ['value', 'validFrom', 'validUntil'] as const;

/**
 * Fact types the model reads, with the attributes it keeps, in packed order.
 * A position stores a type as its place here and attributes as theirs, so both lists only ever grow at the end.
 */
const MODELLED = [
  ['enterprise.registration', [...REGISTERED, 'legalRepresentativeKey']],
  [
    'enterprise.change',
    [...REGISTERED, 'addressChanged', 'changeKind', 'capitalFen', 'capitalBeforeFen', 'legalRepresentativeKey'],
  ],
  ['enterprise.deregistration', ['status']],
  ['penalty.decision', ['violationType', 'penaltyKinds', 'procedure', 'fineFen', 'confiscatedFen', 'publicityEnd']],
  ['abnormal.listing', ['reasonCode']],
  ['serious-violation.listing', ['reasonCode']],
  ['inspection.result', ['codes']],
  ['complaint.accepted', []],
  ['report.verified', []],
  ['licence.grant', ['licenceType', 'validFrom', 'validTo']],
  ['annual-report.filing', ['year', 'revenueFen', 'insuredStaff']],
  ['court.defaulter-listing', ['personKey']],
  ['order.stop-production', ['until']],
  ['licence.revocation', []],
  ['registration.cancellation', []],
  ['accident.responsibility', ['field', 'grade']],
  ['crime.conviction', []],
  ['national.serious-listing', ['list']],
  ['crime.transfer', []],
  ['registration.fraud-inquiry', []],
  ['annual-report.missed', ['year']],
  ['social-insurance.snapshot', ['insuredStaff', 'quarterEnd']],
  ['tax.arrears', []],
  ['tax.abnormal-taxpayer', []],
  ['insolvency.proceeding', ['kind']],
  ['product-check.failed', ['serious']],
  ['food-check.failed', ['field']],
  ['recall.ordered', []],
  ['equipment.overdue', []],
  ['equipment.hazard', []],
  ['court.representative-defaulter', ['personKey', 'kind']],
  ['court.equity-freeze', ['until']],
  ['court.enforcement-terminated', []],
  ['opinion.verified', []],
  ['honour.grant', ['kind', 'validTo']],
  ['complaint.mass-confirmed', []],
  ['derived.address-density', DERIVED],
  ['derived.person-firms', DERIVED],
  ['derived.peer-complaints', DERIVED],
  ['derived.complaint-surge', DERIVED],
  ['derived.representative-firms-d', DERIVED],
  ['derived.shareholder-d', DERIVED],
  ['derived.branches-d', DERIVED],
  ['override.class', ['schemeId', 'riskClass', 'approvedAt', 'validFrom', 'validUntil']],
  ['enterprise.link', ['kind', 'effectiveAt']],
] as const satisfies readonly (readonly [string, readonly string[]])[];

/** Attributes that the model reads of each fact type; everything else may be dropped before `foldFact`. */
export const MODEL_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = Object.assign(
  // Without a prototype: a file may name any word as a fact type, `constructor` too.
  Object.create(null) as Record<string, readonly string[]>,
  Object.fromEntries<readonly string[]>(MODELLED),
);

export const FACT_TYPES: readonly string[] = MODELLED.map(([type]) => type);

const CODE_OF_TYPE: ReadonlyMap<string, number> = new Map(FACT_TYPES.map((type, code) => [type, code]));

const ATTRIBUTES_OF_CODE: readonly (readonly string[])[] = MODELLED.map(([, attributes]) => attributes);

/** Place of a fact type in packed positions, or undefined for a type the model does not read. */
export function codeOfType(factType: string): number | undefined {
  return CODE_OF_TYPE.get(factType);
}

export function attributesOfCode(code: number): readonly string[] {
  return ATTRIBUTES_OF_CODE[code] ?? [];
}

/** Types whose codes mean something only in their code system: the others are read by value. */
const READ_BY_CODE_SYSTEM: ReadonlySet<number | string> = new Set(
  ['inspection.result', 'abnormal.listing', 'serious-violation.listing'].map((type) => CODE_OF_TYPE.get(type) ?? type),
);

export function readsCodeSystem(code: number | string): boolean {
  return READ_BY_CODE_SYSTEM.has(code);
}

/** Types that say nothing of the enterprise's own conduct: they make no member of the population and are no evidence. */
const NO_EVIDENCE: ReadonlySet<number> = new Set(
  MODELLED.flatMap(([type], code) => (/^(derived|override)\.|^enterprise\.link$/.test(type) ? [code] : [])),
);

export function isEvidence(code: number | string): boolean {
  return typeof code !== 'number' || !NO_EVIDENCE.has(code);
}

/** Types whose facts state attributes of the enterprise itself. */
export const STATING_TYPES: readonly number[] = MODELLED.flatMap(([type], code) =>
  type.startsWith('enterprise.') && type !== 'enterprise.link' ? [code] : [],
);
