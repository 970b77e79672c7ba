import type { AgePart, DerivedPart, LookupPart, RiskClass, SchemeClassPart } from '#libs/risk-model';
import { column, isStated } from '../attributes.ts';
import { all, firstOf, list, stepPoints, text } from '../expressions.ts';
import { isType } from '../fact-types.ts';
import { isWithin } from '../moments.ts';
import type { Reading } from '../reading.ts';

export const CLASSES = ['A', 'B', 'C', 'D'] as const satisfies readonly RiskClass[];

/** Number of a class, A = 1; 0 stands for none. */
export function classCode(riskClass: RiskClass): number {
  return CLASSES.indexOf(riskClass) + 1;
}

export function lookupPart(reading: Reading, { attribute, prefixes, otherwise }: LookupPart): string {
  const value = reading.enterprise(attribute);
  const lengths = [...new Set(prefixes.map(({ prefix }) => prefix.length))].sort((a, b) => a - b);
  // The shortest is asked last, so it stands innermost.
  const points = lengths.reduce((inner, length) => {
    const rows = prefixes.filter(({ prefix }) => prefix.length === length);
    return `transform(substringUTF8(${value}, 1, ${length}), [${list(rows.map(({ prefix }) => text(prefix)))}], [${list(rows.map((row) => `toInt64(${row.points})`))}], ${inner})`;
  }, `toInt64(${otherwise})`);
  return reading.halvedIf(reading.isStatedUnderObjection(attribute), `if(${isStated(value, attribute)}, ${points}, 0)`);
}

export function agePart(reading: Reading, { attribute, steps }: AgePart): string {
  const since = reading.enterprise(attribute);
  const points = firstOf(
    steps.map(({ until, points: own }) => [isWithin(since, until, reading.asOf), own]),
    0,
  );
  return reading.halvedIf(reading.isStatedUnderObjection(attribute), `if(${isStated(since, attribute)}, ${points}, 0)`);
}

interface LatestDerived {
  readonly value: string;
  /** SQL: it is usable and states a number. */
  readonly isKnown: string;
  readonly isDisputed: string;
}

/** The derived fact that started last of those begun: of equal starts the one with the greater id. */
export function latestDerived(reading: Reading, factType: string): LatestDerived {
  const value = column('value');
  const ofType = isType([factType]);
  const stated = `if(${isStated(value, 'value')}, ${value}, 0)`;
  const known = all(['usable', isStated(value, 'value')]);
  const latest = reading.aggregate(
    [factType],
    `argMaxIf((${stated}, toUInt8(${known}), toUInt8(disputed)), rank, ${ofType})`,
  );
  return {
    value: `${latest}.1`,
    isKnown: `${latest}.2 = 1`,
    isDisputed: `${latest}.3 = 1`,
  };
}

export function derivedPart(reading: Reading, { factType, measure }: DerivedPart): string {
  const { value, isKnown, isDisputed } = latestDerived(reading, factType);
  const points =
    measure.by === 'STEPS' ? stepPoints(value, measure.steps) : `greatest(${value}, 0) * ${measure.points}`;
  return reading.halvedIf(isDisputed, `if(${isKnown}, ${points}, 0)`);
}

export function schemeClassPart(reading: Reading, { scheme, points }: SchemeClassPart): string {
  const riskClass = reading.classIn(scheme);
  return firstOf(
    CLASSES.map((name) => [`${riskClass} = ${classCode(name)}`, points[name]]),
    0,
  );
}
