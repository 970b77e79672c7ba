import type { EventType, Register } from './generated/records.ts';

/**
 * What an attribute holds; each has one reader in field-readers.ts.
 * date: start of a day or a moment · end-date: inclusive in the source, stored as the exclusive next 00:00 ·
 * money: whole fen · code(s): of a code list of this contract · source-code(s): of the envelope's code system ·
 * number: document number · key: keyed hash of a person · identifier: machine name.
 */
export type AttributeType =
  | 'text'
  | 'number'
  | 'identifier'
  | 'key'
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'year'
  | 'money'
  | 'date'
  | 'end-date'
  | 'town'
  | 'industry'
  | 'code'
  | 'codes'
  | 'source-code'
  | 'source-codes'
  | 'subject'
  | 'enterprise-attributes'
  | 'inspection-items'
  | 'values';

export interface AttributeSpec {
  /** Chinese official term. */
  readonly zh: string;
  readonly type: AttributeType;
  readonly required?: boolean;
  /** Code list, for code and codes. */
  readonly list?: string;
  /** Unit of an integer or decimal. */
  readonly unit?: string;
  /** Least value, or least number of elements. */
  readonly min?: number;
  readonly max?: number;
  readonly maxLength?: number;
  /** Value when the source states none; the model may rely on it. */
  readonly default?: string | number | boolean;
  /** The event's own number stands in when the source states none. */
  readonly from?: 'number';
  /** The envelope must name a code system. */
  readonly needsSystem?: boolean;
  /** Must be later than this attribute. */
  readonly after?: string;
  /** At most so many days later than the attribute it must be after. */
  readonly withinDays?: number;
  /** Must differ from this attribute, in more than upper and lower case. */
  readonly differsFrom?: string;
}

export interface FactType {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** Record type that carries it. */
  readonly record: EventType;
  /** States that each register other than CONTENT may be given. */
  readonly registers: Readonly<Partial<Record<Register, readonly string[]>>>;
  /** What the natural number of this fact is. */
  readonly number: string;
  /** Unit of the value of a derived fact. */
  readonly unit?: string;
  /** The value of a derived fact is whole. */
  readonly integer?: boolean;
  readonly attributes: Readonly<Record<string, AttributeSpec>>;
}

export interface CodeSystem {
  readonly zh: string;
  /** Fact types whose codes it gives. */
  readonly appliesTo: readonly string[];
  readonly codes: Readonly<Record<string, string>>;
}

export interface Town {
  readonly zh: string;
  readonly en: string;
  /** 统筹区 coordination area. */
  readonly area?: string;
  /** Code that replaced this one. */
  readonly supersededBy?: string;
}

/** Everything of schemas/facts. */
export interface Catalogue {
  readonly facts: Readonly<Record<string, FactType>>;
  readonly lists: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly codeSystems: Readonly<Record<string, CodeSystem>>;
  readonly towns: Readonly<Record<string, Town>>;
}
