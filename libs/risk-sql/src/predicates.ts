import type { Predicate, Scalar } from '#libs/risk-model';
import { attributeType, column, isStated } from './attributes.ts';
import { all, any, FALSE, isOneOf, list, MISSING, text, TRUE } from './expressions.ts';

/** Values of the attribute's own type as literals; a value of another type equals nothing. */
function literals(attribute: string, values: readonly Scalar[]): (string | number)[] {
  const type = attributeType(attribute);
  return values.flatMap((value): (string | number)[] => {
    if (type === 'NUMBER') return typeof value === 'number' ? [value] : [];
    if (type === 'FLAG') return typeof value === 'boolean' ? [value ? 1 : 0] : [];
    return typeof value === 'string' && value !== '' ? [text(value)] : [];
  });
}

/** SQL: the value, of a fact or of the enterprise, is one of these. */
export function isValue(value: string, attribute: string, values: readonly Scalar[]): string {
  if (attributeType(attribute) === 'LIST') return FALSE;
  return isOneOf(value, literals(attribute, values));
}

/** SQL: the text begins with one of these. */
export function startsWithOneOf(value: string, attribute: string, prefixes: readonly string[]): string {
  const type = attributeType(attribute);
  if (type !== 'TEXT' && type !== 'KEY') return FALSE;
  return any(prefixes.map((prefix) => `startsWith(${value}, ${text(prefix)})`));
}

/** SQL: the sum of the numbers present. */
export function sumOf(attributes: readonly string[]): string {
  const present = attributes
    .filter((attribute) => attributeType(attribute) === 'NUMBER')
    .map((attribute) => `if(${column(attribute)} = ${MISSING}, 0, ${column(attribute)})`);
  return present.length === 0 ? '0' : `(${present.join(' + ')})`;
}

function listHolds(attribute: string, values: readonly string[], only: boolean): string {
  if (attributeType(attribute) !== 'LIST') return FALSE;
  const [held, wanted] = [column(attribute), `[${list(values.map(text))}]`];
  return only ? `(notEmpty(${held}) AND hasAll(${wanted}, ${held}))` : `hasAny(${held}, ${wanted})`;
}

/** SQL of a predicate on one fact alone. */
export function predicateOf(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'in':
      return isValue(column(predicate.attribute), predicate.attribute, predicate.values);
    case 'anyOf':
      return listHolds(predicate.attribute, predicate.values, false);
    case 'onlyOf':
      return listHolds(predicate.attribute, predicate.values, true);
    case 'prefix':
      return startsWithOneOf(column(predicate.attribute), predicate.attribute, predicate.prefixes);
    case 'range': {
      const sum = sumOf(predicate.attributes);
      return all([
        ...(predicate.from === null ? [] : [`${sum} >= ${predicate.from}`]),
        ...(predicate.below === null ? [] : [`${sum} < ${predicate.below}`]),
      ]);
    }
    case 'code':
      return all([
        isValue(column(predicate.attribute), predicate.attribute, predicate.values),
        `code_system = ${text(predicate.system)}`,
      ]);
    case 'share': {
      const [part, of] = [column(predicate.attribute), column(predicate.of)];
      return all([
        isStated(part, predicate.attribute),
        `${of} > 0`,
        `${part} * 1000 <= ${of} * ${predicate.atMostPerMille}`,
      ]);
    }
    case 'sameAs':
      return TRUE;
  }
}
