import { addDays, addMonths, midnight, monthOf, parseDay } from './calendar.ts';
import { later } from './naive-facts.spec-support.ts';

const iso = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19);

describe('the calendar of Asia/Shanghai', () => {
  it.each([
    ['2026-01-10', 1, '2026-02-10'],
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2024-02-29', 48, '2028-02-29'],
    ['2025-11-30', 3, '2026-02-28'],
    ['2025-12-31', 36, '2028-12-31'],
    ['2026-08-31', 6, '2027-02-28'],
    ['1999-12-31', 2, '2000-02-29'],
    ['1955-05-31', 24, '1957-05-31'],
  ])('%s plus %i months is %s', (from, months, to) => {
    expect(iso(addMonths(parseDay(from) as number, months))).toBe(`${to}T00:00:00`);
  });

  it('keeps the time of day of a moment', () => {
    const moment = midnight(2026, 1, 31) + 9 * 3_600_000 + 1_234;
    expect(iso(addMonths(moment, 1))).toBe('2026-02-28T09:00:01');
    expect(addMonths(moment, 1) % 1000).toBe(moment % 1000);
  });

  it('counts the day in Shanghai, not in UTC', () => {
    expect(iso(addMonths(Date.UTC(2026, 0, 30, 16), 1))).toBe('2026-02-28T00:00:00');
    expect(midnight(1970, 1, 1)).toBe(-8 * 3_600_000);
  });

  it('agrees with a plain calendar on every day of two centuries', () => {
    for (let at = midnight(1930, 1, 1); at < midnight(2130, 1, 1); at = addDays(at, 1)) {
      const months = 1 + ((Math.abs(at / 86_400_000) % 40) | 0);
      if (addMonths(at, months) !== later(at, months)) throw new Error(`${iso(at)} plus ${months} months`);
    }
  });

  it('agrees with the plain calendar at both ends of each month from the year 1 to 3000', () => {
    const plain = (year: number, month: number, day: number): number =>
      new Date(0).setUTCFullYear(year, month - 1, day) - 8 * 3_600_000;
    const wrong: string[] = [];
    for (let year = 1; year <= 3000; year++) {
      for (let month = 1; month <= 12; month++) {
        const [first, last] = [plain(year, month, 1), plain(year, month + 1, 0)];
        const lastDay = new Date(last + 8 * 3_600_000).getUTCDate();
        const fits =
          midnight(year, month, 1) === first &&
          midnight(year, month, lastDay) === last &&
          monthOf(first) === year * 12 + month - 1 &&
          monthOf(last + 86_399_999) === monthOf(first) &&
          addMonths(first, 1) === last + 86_400_000 &&
          addMonths(last, 1) === Math.min(plain(year, month + 1, lastDay), plain(year, month + 2, 0));
        if (!fits) wrong.push(`${year}-${month}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(['x2026-01-01', '2026-01-01x', '2026-01-32', '2026-01-00', '2026-1-01', '2026-01-1', '2100-02-29'])(
    '%s is no day either',
    (text) => {
      expect(parseDay(text)).toBeNull();
    },
  );

  it('has the last day of each month, in leap years too', () => {
    const last = ['2024-02-29', '2000-02-29', '2026-04-30', '2026-12-31', '2026-01-31'];
    expect(last.map((text) => iso(parseDay(text) as number).slice(0, 10))).toEqual(last);
  });

  it.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '26-1-1', ''])('%s is no day', (text) => {
    expect(parseDay(text)).toBeNull();
  });

  it('reads a day as its first moment', () => {
    expect(parseDay('2026-01-10')).toBe(Date.parse('2026-01-10T00:00:00+08:00'));
  });
});
