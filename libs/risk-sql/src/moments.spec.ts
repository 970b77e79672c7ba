import { addDays, addMonths, midnight } from '#libs/risk-model';
import { isWithin } from './moments.ts';

/** The comparisons mean the same in JavaScript, but for two words and the one function. */
function holds(sql: string, start: number): boolean {
  const expression = sql
    .replaceAll('OR', '||')
    .replaceAll('AND', '&&')
    .replace(/positiveModulo\(([^,]*), (\d+)\)/g, '((($1) % $2 + $2) % $2)')
    .replaceAll('start', String(start));
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the SQL under test is the expression to work out
  return new Function(`return ${expression}`)() as boolean;
}

const TIMES = [0, 1, 32_401_234, 86_399_999];
const days = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => addDays(from, at));

describe('a span from the start of a fact', () => {
  it.each([1, 3, 12, 24, 36])(
    'of %i months is over when the calendar of the model says so, around ends of months',
    (length) => {
      const span = { unit: 'MONTH', length } as const;
      for (const day of [midnight(2025, 2, 28), midnight(2024, 2, 29), midnight(2025, 3, 31), midnight(2026, 7, 31)]) {
        for (const asOf of TIMES.map((time) => day + time)) {
          const sql = isWithin('start', span, asOf);
          for (const start of days(addMonths(day, -length), 8).flatMap((at) =>
            TIMES.map((time) => addDays(at, -4) + time),
          )) {
            expect([asOf, start, holds(sql, start)]).toEqual([asOf, start, asOf < addMonths(start, length)]);
          }
        }
      }
    },
  );

  it('of days is over after so many times 24 hours', () => {
    const sql = isWithin('start', { unit: 'DAY', length: 90 }, midnight(2026, 3, 1));
    expect(holds(sql, addDays(midnight(2026, 3, 1), -90))).toBe(false);
    expect(holds(sql, addDays(midnight(2026, 3, 1), -90) + 1)).toBe(true);
  });
});
