import { MODEL_ATTRIBUTES } from '#libs/risk-model';
import { MISSING } from './expressions.ts';

/** How an attribute is stored; the same for every fact type that has it. Moments are whole epoch milliseconds. */
export type AttributeType = 'NUMBER' | 'TEXT' | 'KEY' | 'FLAG' | 'LIST';

const NUMBERS =
  'registeredAt capitalFen capitalBeforeFen fineFen confiscatedFen publicityEnd validFrom validTo validUntil year ' +
  'revenueFen insuredStaff until quarterEnd value approvedAt effectiveAt';
const FLAGS = 'addressChanged serious';
const LISTS = 'penaltyKinds codes';
/** Texts with as many values as there are persons: no dictionary. */
const KEYS = 'personKey legalRepresentativeKey';

function typeOf(name: string): AttributeType {
  const isIn = (names: string): boolean => names.split(' ').includes(name);
  if (isIn(NUMBERS)) return 'NUMBER';
  if (isIn(FLAGS)) return 'FLAG';
  if (isIn(LISTS)) return 'LIST';
  return isIn(KEYS) ? 'KEY' : 'TEXT';
}

/** Every attribute that the model reads, in the order of its first fact type. */
export const ATTRIBUTES: ReadonlyMap<string, AttributeType> = new Map(
  Object.values(MODEL_ATTRIBUTES)
    .flat()
    .map((name) => [name, typeOf(name)]),
);

export function attributeType(name: string): AttributeType {
  const type = ATTRIBUTES.get(name);
  if (type === undefined) throw new Error(`${name} is no attribute that the model reads`);
  return type;
}

/** Column of folded facts with the attribute of the fact. */
export function column(attribute: string): string {
  attributeType(attribute);
  return `a_${attribute}`;
}

/** SQL: the attribute, in `value`, is stated. */
export function isStated(value: string, attribute: string): string {
  switch (attributeType(attribute)) {
    case 'NUMBER':
      return `${value} != ${MISSING}`;
    case 'FLAG':
      return `${value} >= 0`;
    case 'LIST':
      return `notEmpty(${value})`;
    case 'TEXT':
    case 'KEY':
      return `${value} != ''`;
  }
}

/** Type of the attribute in the tuple `model` of table `facts`. */
export const STORED_TYPE: Readonly<Record<AttributeType, string>> = {
  NUMBER: 'Nullable(Int64)',
  TEXT: 'LowCardinality(String)',
  KEY: 'String',
  FLAG: 'Nullable(Bool)',
  LIST: 'Array(LowCardinality(String))',
};
