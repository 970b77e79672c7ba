/** Offset of Asia/Shanghai. Fixed: the summer time of 1986–1991 would move a stated date to the day before. */
const SHANGHAI_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

/** No fact is older than the republic; an older date is a default value of some system. */
export const EARLIEST = Date.UTC(1949, 9, 1) - SHANGHAI_MS;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MOMENT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d{2}:\d{2})$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export interface Stated {
  /** Epoch ms: of the moment, or of 00:00 Asia/Shanghai of the date. */
  readonly at: number;
  readonly precision: 'DAY' | 'MOMENT';
}

/** What is wrong with a stated time, in words for its sender. */
export type DateFault = { readonly kind: 'form' | 'real-date' | 'range'; readonly message: string };

/**
 * Reads 'YYYY-MM-DD' (00:00 Asia/Shanghai, DAY) or an ISO 8601 moment with offset (MOMENT).
 * Strict: 2026-02-30, 24:00 and a moment without an offset are faults, never rolled over or guessed. Years 1900–2299.
 */
export function readDate(text: string): Stated | DateFault {
  if (text.length === 10) {
    const day = dayOf(text);
    return typeof day === 'number' ? { at: day - SHANGHAI_MS, precision: 'DAY' } : day;
  }
  const match = MOMENT.exec(text);
  if (!match) {
    return {
      kind: 'form',
      message: 'expected a date as 2026-01-31 or a moment with offset as 2026-01-31T09:30:00+08:00',
    };
  }
  const day = dayOf(match[1] as string);
  if (typeof day !== 'number') return day;
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4] ?? 0)];
  const offset = offsetMinutes(match[6] as string);
  if (hours > 23 || minutes > 59 || seconds > 59 || offset === undefined) {
    return { kind: 'real-date', message: 'no such time of day or offset; hours go to 23, minutes and seconds to 59' };
  }
  const ms = Number((match[5] ?? '0').padEnd(3, '0'));
  return { at: day + ((hours * 60 + minutes - offset) * 60 + seconds) * 1000 + ms, precision: 'MOMENT' };
}

export function isFault(read: Stated | DateFault): read is DateFault {
  return 'message' in read;
}

/** Epoch ms of 00:00 UTC of a date, or what is wrong with it. */
function dayOf(text: string): number | DateFault {
  const match = DATE.exec(text);
  if (!match) return { kind: 'form', message: 'expected a date as 2026-01-31' };
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    return { kind: 'real-date', message: 'no such day in the calendar' };
  }
  if (year < 1900 || year > 2299) {
    return { kind: 'range', message: 'expected a year from 1900 to 2299; leave an end that never comes out' };
  }
  return Date.UTC(year, month - 1, day);
}

function daysIn(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (MONTH_DAYS[month - 1] as number);
}

function offsetMinutes(text: string): number | undefined {
  if (text === 'Z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4, 6))];
  if (hours > 14 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** The date of a moment in Asia/Shanghai, as 2026-01-31, for messages. */
export function dateOf(at: number): string {
  return new Date(at + SHANGHAI_MS).toISOString().slice(0, 10);
}
