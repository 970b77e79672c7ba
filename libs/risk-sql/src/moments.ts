import { addMonths } from '#libs/risk-model';
import type { Span } from '#libs/risk-model';

const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;

/**
 * SQL for `asOf < start + span`. The as-of is known when the SQL is made, so calendar months become comparisons with
 * constants: of the first and last day that the span leads to the day of the as-of, and of the time of day between them.
 */
export function isWithin(start: string, span: Span, asOf: number): string {
  if (span.unit === 'DAY') return `${start} > ${asOf - span.length * DAY_MS}`;
  const time = (asOf + SHANGHAI_MS) % DAY_MS;
  const today = asOf - time;
  const lands = (day: number): number => addMonths(day, span.length);
  let last = addMonths(today, -span.length);
  while (lands(last) > today) last -= DAY_MS;
  while (lands(last + DAY_MS) <= today) last += DAY_MS;
  let first = last + DAY_MS;
  while (lands(first - DAY_MS) >= today) first -= DAY_MS;
  if (first > last) return `${start} >= ${last + DAY_MS}`;
  if (first === last) return `${start} > ${last + time}`;
  const later = `positiveModulo(${start} + ${SHANGHAI_MS}, ${DAY_MS}) > ${time}`;
  return `(${start} >= ${last + DAY_MS} OR (${start} >= ${first} AND ${later}))`;
}

/** Days of 24 hours in milliseconds. */
export function days(count: number): number {
  return count * DAY_MS;
}
