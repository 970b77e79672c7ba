import { FACT_TYPES, isEvidence, STATING_TYPES } from '#libs/risk-model';
import { isOneOf } from './expressions.ts';

/** Place of a fact type of the model. */
export function typeCode(factType: string): number {
  const code = FACT_TYPES.indexOf(factType);
  if (code < 0) throw new Error(`${factType} is no fact type of the model`);
  return code;
}

export function isType(factTypes: readonly string[]): string {
  return isOneOf('type', factTypes.map(typeCode));
}

export const EVIDENCE_TYPES: readonly string[] = FACT_TYPES.filter((_, code) => isEvidence(code));

/** Types of which an enterprise has facts as a matter of course: by far the most rows. */
export const FREQUENT_TYPES: readonly string[] = [
  'enterprise.registration',
  'enterprise.change',
  'annual-report.filing',
  'social-insurance.snapshot',
  'inspection.result',
  'complaint.accepted',
  'licence.grant',
];

/** Types that state attributes of the enterprise. */
export const STATING: readonly string[] = STATING_TYPES.map((code) => FACT_TYPES[code] as string);
