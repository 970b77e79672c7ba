/**
 * Days of Asia/Shanghai as whole numbers (days since 1970-01-01 there): arithmetic without time zones.
 * China has kept UTC+8 without daylight saving since 1992, and no day before that carries an event here.
 */
export type Day = number;

const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;

/** The day in Shanghai on which a moment (epoch ms) falls. */
export const dayOf = (moment: number): Day => Math.floor((moment + OFFSET_MS) / DAY_MS);

/** 00:00 in Shanghai of a day, epoch ms. */
export const startOf = (day: Day): number => day * DAY_MS - OFFSET_MS;

/** The day of a date; month 1–12. */
export const dayAt = (year: number, month: number, day: number): Day => Date.UTC(year, month - 1, day) / DAY_MS;

const texts = new Map<Day, string>();

/** `2026-07-01` */
export function dateText(day: Day): string {
  const known = texts.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  texts.set(day, text);
  return text;
}

export const yearOf = (day: Day): number => Number(dateText(day).slice(0, 4));

/** The same date months later (or earlier, if negative), clamped to the end of that month. */
export function addMonths(day: Day, months: number): Day {
  const date = new Date(day * DAY_MS);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY_MS;
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1) / DAY_MS;
  return Math.min(first + date.getUTCDate() - 1, next - 1);
}

/** Holidays on fixed dates only: make-up workdays and lunar holidays are of no interest to a synthetic city. */
const HOLIDAYS = new Set(['01-01', '05-01', '05-02', '05-03', '10-01', '10-02', '10-03', '10-04', '10-05']);

export function isWorkingDay(day: Day): boolean {
  const weekday = (((day + 4) % 7) + 7) % 7; // 1970-01-01 was a Thursday
  return weekday !== 0 && weekday !== 6 && !HOLIDAYS.has(dateText(day).slice(5));
}

/** The day itself if it is a working day, else the next one. */
export function workingDayFrom(day: Day): Day {
  let candidate = day;
  while (!isWorkingDay(candidate)) candidate++;
  return candidate;
}

/** `count` working days after a day. */
export function addWorkingDays(day: Day, count: number): Day {
  let candidate = day;
  for (let left = count; left > 0; left--) candidate = workingDayFrom(candidate + 1);
  return candidate;
}
