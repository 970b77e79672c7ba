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

/**
 * Fact types the model reads, with the attributes it keeps, in packed order.
 * A position stores a type as its place here and attributes as theirs, so both lists only ever grow at the end.
 */
const MODELLED = [
  ['enterprise.registration', REGISTERED],
  ['enterprise.change', [...REGISTERED, 'addressChanged']],
  ['enterprise.deregistration', ['status']],
  ['penalty.decision', ['violationType', 'penaltyKinds', 'procedure', 'fineFen', 'confiscatedFen', 'publicityEnd']],
  ['abnormal.listing', ['reasonCode']],
  ['serious-violation.listing', []],
  ['inspection.result', ['codes']],
  ['complaint.accepted', []],
  ['report.verified', []],
  ['licence.grant', ['licenceType', 'validFrom', 'validTo']],
  ['annual-report.filing', ['year']],
  ['court.defaulter-listing', []],
  ['order.stop-production', ['until']],
  ['licence.revocation', []],
  ['registration.cancellation', []],
  ['accident.responsibility', ['field', 'grade']],
  ['crime.conviction', []],
  ['national.serious-listing', []],
  ['crime.transfer', []],
  ['registration.fraud-inquiry', []],
] as const satisfies readonly (readonly [string, readonly string[]])[];

/** Attributes that the model reads of each fact type; everything else may be dropped before `foldFact`. */
export const MODEL_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  MODELLED.map(([type, attributes]) => [type, attributes] as const),
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

/** Only these types need their code system: everything else is read by value. */
const READS_CODE_SYSTEM = codeOfType('inspection.result');

export function readsCodeSystem(code: number | string): boolean {
  return code === READS_CODE_SYSTEM;
}

/** Types whose facts state attributes of the enterprise itself. */
export const STATING_TYPES: readonly number[] = MODELLED.flatMap(([type], code) =>
  type.startsWith('enterprise.') ? [code] : [],
);
