import { FACT_TYPES, attributesOfCode } from './facts.ts';
import type { AttributeValue } from './facts.ts';

/** Risk class: A low, B general, C higher, D high risk. `null` stands for: not in the scored population. */
export type RiskClass = 'A' | 'B' | 'C' | 'D';

/** Packed CONTENT register. `values` follow MODEL_ATTRIBUTES of the fact's type. */
export type ContentState = readonly [
  revision: number,
  tieBreak: string,
  occurredAt: number,
  effectiveAt: number | null,
  caseNumber: string | null,
  codeSystem: string | null,
  values: readonly AttributeValue[],
];

/** Packed STANDING, PUBLICITY, PERFORMANCE or DISPUTE register; `effectiveAt` is resolved when it is folded in. */
export type RegisterState = readonly [
  revision: number,
  tieBreak: string,
  value: string,
  effectiveAt: number,
  until: number | null,
];

/**
 * Packed fact: arrays, because a position is written to a store with each event and key names would double it.
 * `type` is the place in FACT_TYPES, or the name of a type that the model does not read.
 */
export type FactState = readonly [
  id: string,
  type: number | string,
  content: ContentState | null,
  standing: RegisterState | null,
  publicity: RegisterState | null,
  performance: RegisterState | null,
  dispute: RegisterState | null,
];

export const ID = 0;
export const TYPE = 1;
export const CONTENT = 2;
export const STANDING = 3;
export const PUBLICITY = 4;
export const PERFORMANCE = 5;
export const DISPUTE = 6;

export const CONTENT_OCCURRED_AT = 2;
export const CONTENT_EFFECTIVE_AT = 3;
export const CONTENT_CASE = 4;
export const CONTENT_CODE_SYSTEM = 5;
export const CONTENT_VALUES = 6;

export const REGISTER_VALUE = 2;
export const REGISTER_EFFECTIVE_AT = 3;
export const REGISTER_UNTIL = 4;

/** What is remembered of the last assessment under one scheme; `score` in milli-points, higher = riskier. */
export interface SchemeState {
  readonly score: number;
  /** The class that holds: the manual one while there is one. */
  readonly riskClass: RiskClass | null;
  /** Codes of the direct determinations (直接判定) met, so that a newly met one can be told. */
  readonly direct: readonly string[];
  /** Ids of the warnings whose condition is met, for the same reason. */
  readonly alerts: readonly string[];
  /** The manual class in force (人工调整) and what the facts alone come to. */
  readonly override: { readonly factId: string; readonly computedClass: RiskClass | null } | null;
}

/** Everything known of one enterprise: its facts and its last assessment. Immutable plain data. */
export interface Position {
  /** Sorted by fact id. */
  readonly facts: readonly FactState[];
  readonly schemes: Readonly<Record<string, SchemeState>>;
  /** The least moment after the last as-of at which anything may change without a new fact; null = never. */
  readonly nextReviewAt: number | null;
}

export const EMPTY_POSITION: Position = { facts: [], schemes: {}, nextReviewAt: null };

export function factTypeOf(fact: FactState): string {
  const type = fact[TYPE];
  return typeof type === 'number' ? (FACT_TYPES[type] as string) : type;
}

/** The kept attributes of a fact by name; empty for a stub. */
export function attributesOfFact(fact: FactState): Readonly<Record<string, AttributeValue>> {
  const type = fact[TYPE];
  const content = fact[CONTENT];
  if (content === null || typeof type !== 'number') return {};
  return Object.fromEntries(
    attributesOfCode(type).map((name, place) => [name, content[CONTENT_VALUES][place] ?? null] as const),
  );
}
