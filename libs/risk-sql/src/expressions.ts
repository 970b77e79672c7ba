/** Pieces of ClickHouse SQL. All numbers are whole; a missing number is MISSING, a missing text '', an end that never comes NEVER. */

export const MISSING = '-9000000000000000000';
export const NEVER = '9000000000000000000';
export const TRUE = '1';
export const FALSE = '0';

/** A text literal. */
export function text(value: string): string {
  return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}

export function list(items: readonly (string | number)[]): string {
  return items.join(', ');
}

export function all(conditions: readonly string[]): string {
  const needed = conditions.filter((item) => item !== TRUE);
  if (needed.length === 0) return TRUE;
  return needed.length === 1 ? (needed[0] as string) : `(${needed.join(' AND ')})`;
}

export function any(conditions: readonly string[]): string {
  const possible = conditions.filter((item) => item !== FALSE);
  if (possible.length === 0) return FALSE;
  return possible.length === 1 ? (possible[0] as string) : `(${possible.join(' OR ')})`;
}

export function not(condition: string): string {
  if (condition === TRUE) return FALSE;
  return condition === FALSE ? TRUE : `NOT (${condition})`;
}

/** The value of the first case that holds. */
export function firstOf(
  cases: readonly (readonly [condition: string, value: string | number])[],
  otherwise: string | number,
): string {
  if (cases.length === 0) return String(otherwise);
  return `multiIf(${cases.map(([condition, value]) => `${condition}, ${value}`).join(', ')}, ${otherwise})`;
}

export function isOneOf(column: string, literals: readonly (string | number)[]): string {
  if (literals.length === 0) return FALSE;
  return literals.length === 1 ? `${column} = ${literals[0] as string}` : `${column} IN (${list(literals)})`;
}

/** Whole milli-points times per mille, rounded half up; known when the SQL is made. */
export function share(points: number, perMille: number): number {
  return perMille === 1000 ? points : Math.floor((points * perMille + 500) / 1000);
}

/** `pointsAt` of the steps: those of the last step at or below the value. */
export function stepPoints(
  value: string,
  steps: readonly { readonly from: number; readonly points: number }[],
): string {
  return firstOf(
    [...steps].reverse().map(({ from, points }) => [`${value} >= ${from}`, points]),
    0,
  );
}

/** SQL of the rows of another select with some more columns. */
export function layer(columns: Readonly<Record<string, string>>, from: string): string {
  if (Object.keys(columns).length === 0) return from;
  const added = Object.entries(columns).map(([name, value]) => `${value} AS ${name}`);
  return `SELECT *, ${added.join(',\n    ')}\nFROM (${from})`;
}
