const REGISTERED = ['registeredAt', 'town', 'industry', 'entityKind', 'status'];

/** Attributes that the risk model reads of each fact type. */
export const MODEL_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  'enterprise.registration': REGISTERED,
  'enterprise.change': [...REGISTERED, 'addressChanged'],
  'penalty.decision': ['violationType', 'penaltyKinds', 'procedure', 'fineFen', 'confiscatedFen', 'publicityEnd'],
  'abnormal.listing': ['reasonCode'],
  'inspection.result': ['codes'],
  'licence.grant': ['licenceType', 'validFrom', 'validTo'],
  'annual-report.filing': ['year'],
};

export type AttributeValue = string | number | boolean | null | readonly string[];

export interface FactRecord {
  readonly factId: string;
  readonly factType: string;
  readonly register: 'CONTENT' | 'STANDING' | 'PUBLICITY' | 'PERFORMANCE' | 'DISPUTE';
  readonly revision: number;
  readonly tieBreak: string;
  readonly occurredAt: number;
  readonly effectiveAt: number | null;
  readonly publishedAt: number | null;
  readonly caseNumber: string | null;
  readonly codeSystem: string | null;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}
