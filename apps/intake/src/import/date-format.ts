const FIELDS = {
  yyyy: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  SSS: '(?<milli>\\d{3})',
} as const;

const TOKENS = /yyyy|MM|M|dd|d|HH|H|mm|ss|SSS/gu;

/** A compiled date format such as `yyyy-MM-dd HH:mm:ss` or `yyyy年M月d日`. */
export interface DateFormat {
  readonly text: string;
  readonly pattern: RegExp;
}

/** Compiles a format; throws when it lacks year, month or day, since a date is never guessed. */
export function compileDateFormat(text: string): DateFormat {
  const names = new Set([...text.matchAll(TOKENS)].map(([token]) => token[0]));
  for (const needed of ['y', 'M', 'd'])
    if (!names.has(needed)) throw new Error(`date format "${text}" names no year, month and day`);
  const source = text.split(TOKENS).map(escape);
  const fields = [...text.matchAll(TOKENS)].map(([token]) => FIELDS[token as keyof typeof FIELDS]);
  const pattern = source.map((literal, index) => literal + (fields[index] ?? '')).join('');
  return { text, pattern: new RegExp(`^${pattern}$`, 'u') };
}

/**
 * The first format that fits, as `yyyy-MM-dd` or, with a time of day, as an ISO moment of the zone (`+08:00`).
 * Undefined when none fits or the calendar has no such day or time.
 */
export function isoDateOf(text: string, formats: readonly DateFormat[], zone: string): string | undefined {
  for (const { pattern } of formats) {
    const fields = pattern.exec(text)?.groups;
    if (fields === undefined) continue;
    const iso = isoOf(fields, zone);
    if (iso !== undefined) return iso;
  }
  return undefined;
}

function isoOf(fields: Readonly<Record<string, string | undefined>>, zone: string): string | undefined {
  const [year, month, day] = [Number(fields['year']), Number(fields['month']), Number(fields['day'])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || date.getUTCFullYear() !== year) return undefined;
  const iso = date.toISOString().slice(0, 10);
  if (fields['hour'] === undefined) return iso;
  const [hour, minute, second] = [fields['hour'], fields['minute'] ?? '00', fields['second'] ?? '00'];
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return `${iso}T${hour.padStart(2, '0')}:${minute}:${second}.${fields['milli'] ?? '000'}${zone}`;
}

function escape(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
