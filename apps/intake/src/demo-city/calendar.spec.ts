import { addMonths, addWorkingDays, dateText, dayAt, dayOf, isWorkingDay, startOf } from './calendar.ts';

describe('days of Asia/Shanghai', () => {
  test('begin at 16:00 UTC of the day before', () => {
    const day = dayAt(2026, 7, 1);
    expect(new Date(startOf(day)).toISOString()).toBe('2026-06-30T16:00:00.000Z');
    expect(dayOf(startOf(day))).toBe(day);
    expect(dayOf(startOf(day) - 1)).toBe(day - 1);
    expect(dateText(day)).toBe('2026-07-01');
  });

  test('clamp months to their last day', () => {
    expect(dateText(addMonths(dayAt(2024, 1, 31), 1))).toBe('2024-02-29');
    expect(dateText(addMonths(dayAt(2024, 2, 29), -12))).toBe('2023-02-28');
    expect(dateText(addMonths(dayAt(2023, 11, 30), 36))).toBe('2026-11-30');
  });

  test('count working days over weekends and fixed holidays', () => {
    expect(isWorkingDay(dayAt(2026, 7, 4))).toBe(false);
    expect(dateText(addWorkingDays(dayAt(2026, 7, 3), 1))).toBe('2026-07-06');
    expect(dateText(addWorkingDays(dayAt(2026, 4, 30), 1))).toBe('2026-05-04');
  });
});
