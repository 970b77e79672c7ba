import { readDate } from './dates.ts';

describe('readDate', () => {
  it('reads a date as 00:00 in Shanghai', () => {
    expect(readDate('2026-01-10')).toEqual({ at: Date.parse('2026-01-09T16:00:00Z'), precision: 'DAY' });
    expect(readDate('2024-02-29')).toMatchObject({ precision: 'DAY' });
  });

  it('reads a date in the summers of 1986 to 1991 with the same offset', () => {
    expect(readDate('1988-07-01')).toEqual({ at: Date.parse('1988-06-30T16:00:00Z'), precision: 'DAY' });
  });

  it('reads moments with their offset', () => {
    for (const text of ['2026-01-10T09:30:00+08:00', '2026-01-10T01:30:00.000Z', '2026-01-10T01:30Z']) {
      expect(readDate(text)).toEqual({ at: Date.parse('2026-01-10T01:30:00Z'), precision: 'MOMENT' });
    }
    expect(readDate('2026-01-10T00:00:00.25-03:30')).toMatchObject({ at: Date.parse('2026-01-10T03:30:00.250Z') });
  });

  it.each(['2026-02-30', '2025-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-01-00', '2026-04-31'])(
    'refuses the impossible day %s',
    (text) => {
      expect(readDate(text)).toMatchObject({ kind: 'real-date' });
    },
  );

  it.each(['2026-01-10T24:00:00Z', '2026-01-10T23:60:00Z', '2026-01-10T23:00:60Z', '2026-01-10T23:00:00+15:00'])(
    'refuses the impossible moment %s',
    (text) => {
      expect(readDate(text)).toMatchObject({ kind: 'real-date' });
    },
  );

  it.each([
    '20260110',
    '2026/01/10',
    '2026-1-10',
    '2026-01-10T09:30:00',
    '10.01.2026',
    '',
    'abcdefghij',
    '2026-01-10 09:30',
  ])('refuses the form of "%s"', (text) => {
    expect(readDate(text)).toMatchObject({ kind: 'form' });
  });

  it('refuses years that stand for "never"', () => {
    expect(readDate('9999-12-31')).toMatchObject({ kind: 'range' });
    expect(readDate('1899-12-31')).toMatchObject({ kind: 'range' });
  });
});
