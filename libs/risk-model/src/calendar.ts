/**
 * The model's calendar: Asia/Shanghai, UTC+8 without daylight saving, on epoch milliseconds.
 * Written out because `Intl` is too slow for a path that runs tens of thousands of times a second.
 */
const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;
/** Days from 0000-03-01 to 1970-01-01: with it every day of our era is a positive number and `| 0` floors. */
const EPOCH_DAYS = 719_468;
const MONTH_LENGTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function monthLength(year: number, month: number): number {
  if (month !== 2) return MONTH_LENGTH[month - 1] as number;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Days since 1970-01-01 of a civil date (month 1–12); the year begins in March inside, so that leap days come last. */
function daysOf(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const era = (y / 400) | 0;
  const yearOfEra = y - era * 400;
  const dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0) + day - 1;
  return era * 146_097 + yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear - EPOCH_DAYS;
}

/** 00:00 Asia/Shanghai of a civil date, in epoch milliseconds. */
export function midnight(year: number, month: number, day: number): number {
  return daysOf(year, month, day) * DAY_MS - SHANGHAI_MS;
}

/**
 * The civil date of the day asked for last, months counted from year 0: the moments of one fact are asked for one after the
 * other.
 */
const last = { dayNumber: NaN, month: 0, day: 0 };

function decompose(at: number): void {
  const dayNumber = Math.floor((at + SHANGHAI_MS) / DAY_MS);
  // Stryker disable next-line ConditionalExpression: what is remembered is what would be worked out
  if (dayNumber === last.dayNumber) return;
  const z = dayNumber + EPOCH_DAYS;
  const era = (z / 146_097) | 0;
  const dayOfEra = z - era * 146_097;
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const shifted = ((5 * dayOfYear + 2) / 153) | 0;
  last.dayNumber = dayNumber;
  last.day = dayOfYear - (((153 * shifted + 2) / 5) | 0) + 1;
  last.month = (yearOfEra + era * 400) * 12 + shifted + 2;
}

/**
 * The moment `months` calendar months later, at the same time of day, clamped to the end of the month
 * (2024-01-31 + 1 month = 2024-02-29). A window of n months from d is `[d, addMonths(d, n))`.
 */
export function addMonths(at: number, months: number): number {
  decompose(at);
  const index = last.month + months;
  const year = (index / 12) | 0;
  const month = index - year * 12 + 1;
  const day = Math.min(last.day, monthLength(year, month));
  return (daysOf(year, month, day) - last.dayNumber) * DAY_MS + at;
}

/** Number of the calendar month that a moment lies in, counted from year 0: adjacent months differ by 1. */
export function monthOf(at: number): number {
  decompose(at);
  return last.month;
}

/** The moment `days` calendar days later, at the same time of day (no daylight saving, so a day is 24 hours). */
export function addDays(at: number, days: number): number {
  return at + days * DAY_MS;
}

/** Epoch milliseconds of 00:00 Asia/Shanghai of a `YYYY-MM-DD`, or null when that is no date of the calendar. */
export function parseDay(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return null;
  return midnight(year, month, day);
}
