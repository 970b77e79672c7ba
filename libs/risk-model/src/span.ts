import { addDays, addMonths } from './calendar.ts';
import type { Collector, Run } from './run.ts';

const DAY_MS = 86_400_000;
// Stryker disable next-line ArithmeticOperator: a shorter one only asks the calendar more often
const SHORTEST_MONTH = 28 * DAY_MS;
const LONGEST_MONTH = 31 * DAY_MS;

/** A stretch of time as the hot path wants it: its length in milliseconds is known up to the months in it. */
export interface MeasuredSpan {
  readonly inMonths: boolean;
  readonly length: number;
  /** No span of this length is shorter, or longer, in milliseconds. */
  readonly shortest: number;
  readonly longest: number;
}

export function measured(span: { readonly unit: 'MONTH' | 'DAY'; readonly length: number }): MeasuredSpan {
  const inMonths = span.unit === 'MONTH';
  return {
    inMonths,
    length: span.length,
    // Stryker disable next-line ArithmeticOperator: the same
    shortest: span.length * (inMonths ? SHORTEST_MONTH : DAY_MS),
    longest: span.length * (inMonths ? LONGEST_MONTH : DAY_MS),
  };
}

export function endOfSpan(start: number, span: MeasuredSpan): number {
  return span.inMonths ? addMonths(start, span.length) : addDays(start, span.length);
}

/** Whether the as-of lies in `[start, start + span)`. The calendar is asked only where the answer can depend on it. */
export function liesWithin({ asOf }: Run, start: number, span: MeasuredSpan): boolean {
  // Stryker disable next-line all: saves the calendar, the answer is the same
  if (asOf - start < span.shortest) return true;
  // Stryker disable next-line all: the same
  if (asOf - start >= span.longest) return false;
  return asOf < endOfSpan(start, span);
}

/** The same; notes the end of the span, which changes something. */
export function isWithin(run: Run, start: number, span: MeasuredSpan): boolean {
  if (!liesWithin(run, start, span)) return false;
  // Stryker disable next-line all: saves the calendar; the next moment that is known comes first
  if (start + span.shortest < run.next) run.watch(endOfSpan(start, span));
  return true;
}

/**
 * Notes when the first of what was gathered falls out of its span; the values are the starts. Asked for only where that may
 * change anything: most of what is counted never comes to the number that matters.
 */
export function watchFirstEnd(run: Run, { values, size }: Collector, span: MeasuredSpan): void {
  let first = Infinity;
  for (let at = 0; at < size; at++) first = Math.min(first, values[at] as number);
  if (first + span.shortest < run.next) run.watch(endOfSpan(first, span));
}
