import { CODE_LISTS, CODE_SYSTEMS, TOWNS } from './catalogue.ts';
import type { AttributeSpec, AttributeType } from './catalogue-types.ts';
import { dateOf, DAY_MS, EARLIEST, isFault, readDate } from './dates.ts';
import type { Stated } from './dates.ts';
import { fault } from './faults.ts';
import type { Run, Site } from './faults.ts';
import { checkIndustry } from './industry.ts';
import { normaliseNumber, normaliseText, quoted } from './text.ts';

/** Turns a stated value into a stored one, or notes faults and returns undefined. Never called with null or ''. */
export type Reader<T = unknown> = (value: unknown, site: Site, run: Run) => T | undefined;

export function readString(value: unknown, site: Site, run: Run): string | undefined {
  if (typeof value === 'string') return value;
  return fault(run, site, 'text', `${site.field} is ${quoted(value)}; expected text`);
}

export function textReader(maxLength = 500): Reader<string> {
  return function readText(value, site, run) {
    const text = readString(value, site, run);
    if (text === undefined) return undefined;
    const normal = normaliseText(text);
    if (normal.length >= 1 && normal.length <= maxLength) return normal;
    return fault(run, site, 'length', `${site.field} has ${normal.length} characters; expected 1 to ${maxLength}`);
  };
}

/** Document numbers; see normaliseNumber. At most 128 characters. */
export const readNumber: Reader<string> = (value, site, run) => {
  const text = readString(value, site, run);
  if (text === undefined) return undefined;
  const normal = normaliseNumber(text);
  if (normal.length >= 1 && normal.length <= 128) return normal;
  return fault(run, site, 'length', `${site.field} has ${normal.length} characters; expected 1 to 128`);
};

export function patternReader(pattern: RegExp, expected: string): Reader<string> {
  return function readPattern(value, site, run) {
    const text = readString(value, site, run);
    if (text === undefined) return undefined;
    const normal = normaliseNumber(text);
    if (pattern.test(normal)) return normal;
    return fault(run, site, 'form', `${site.field} is ${quoted(text)}; expected ${expected}`);
  };
}

export const readBoolean: Reader<boolean> = (value, site, run) =>
  typeof value === 'boolean'
    ? value
    : fault(run, site, 'boolean', `${site.field} is ${quoted(value)}; expected true or false`);

export function wholeReader(kind: string, unit: string, min: number, max: number): Reader<number> {
  return function readWhole(value, site, run) {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return fault(
      run,
      site,
      kind,
      `${site.field} is ${quoted(value)}; expected a whole number of ${unit}, ${min} to ${max}`,
    );
  };
}

const readDecimal: Reader<number> = (value, site, run) =>
  typeof value === 'number' && Number.isFinite(value)
    ? value
    : fault(run, site, 'number', `${site.field} is ${quoted(value)}; expected a number`);

/** A date (00:00 Asia/Shanghai) or a moment, with its precision. */
export const readStated: Reader<Stated> = (value, site, run) => {
  const text = readString(value, site, run);
  if (text === undefined) return undefined;
  const read = readDate(text.trim());
  if (!isFault(read)) return read;
  return fault(run, site, read.kind, `${site.field} is ${quoted(text)}: ${read.message}`);
};

/** Epoch ms of a stated date or moment. */
export const readStart: Reader<number> = (value, site, run) => readStated(value, site, run)?.at;

/** An end: a date is the last day that counts and is stored as the next 00:00; a moment is stored as it is. */
export const readEnd: Reader<number> = (value, site, run) => {
  const read = readStated(value, site, run);
  return read && (read.precision === 'DAY' ? read.at + DAY_MS : read.at);
};

/** A date that lies behind us: not before 1949-10-01, at most one day after receipt (clocks and zones differ). */
export const readPast: Reader<Stated> = (value, site, run) => {
  const read = readStated(value, site, run);
  if (!read) return undefined;
  if (read.at < EARLIEST) {
    return fault(run, site, 'not-before-1949', `${site.field} is ${quoted(value)}; expected 1949-10-01 or later`);
  }
  if (read.at > run.receivedAt + DAY_MS) {
    const limit = dateOf(run.receivedAt + DAY_MS);
    return fault(
      run,
      site,
      'not-in-future',
      `${site.field} is ${quoted(value)}, after its receipt; expected ${limit} or earlier`,
    );
  }
  return read;
};

const readTown: Reader<string> = (value, site, run) => {
  const code = readString(value, site, run)?.trim();
  if (code === undefined) return undefined;
  if (!/^\d{9}$/.test(code)) {
    return fault(
      run,
      site,
      'nine-digits',
      `${site.field} is ${quoted(code)}; expected a nine-digit statistical code as 442000118, because six digits do not tell a town of Zhongshan`,
    );
  }
  if (code.startsWith('442000') && !TOWNS[code]) {
    return fault(
      run,
      site,
      'known-town',
      `${site.field} is ${quoted(code)}, which is no town of Zhongshan; see schemas/facts/towns.yaml`,
    );
  }
  return code;
};

const readIndustry: Reader<string> = (value, site, run) => {
  const code = readString(value, site, run)?.trim().toUpperCase();
  if (code === undefined) return undefined;
  const wrong = checkIndustry(code);
  return wrong ? fault(run, site, 'gb-t-4754', `${site.field} is ${quoted(code)}: ${wrong}`) : code;
};

function listReader(list: string): Reader<string> {
  const codes = new Set(Object.keys(CODE_LISTS[list] ?? {}));
  const known = [...codes].join(', ');
  return function readCode(value, site, run) {
    const code = readString(value, site, run)?.trim();
    if (code === undefined || codes.has(code)) return code;
    return fault(run, site, 'code-list', `${site.field} is ${quoted(code)}; expected one of ${list}: ${known}`);
  };
}

/** A code of the source, in the envelope's code system; codes of a system that this contract knows are checked. */
export function sourceCodeReader(needsSystem: boolean): Reader<string> {
  return function readSourceCode(value, site, run) {
    const text = readString(value, site, run);
    if (text === undefined) return undefined;
    if (run.codeSystem === null) {
      if (!needsSystem) return textReader(200)(value, site, run);
      return fault(
        run,
        site,
        'code-system',
        `${site.field} is a code without a system; state codeSystem, as gsxt-inspection-v2`,
      );
    }
    const code = normaliseText(text);
    const system = CODE_SYSTEMS[run.codeSystem];
    if (code === '' || code.length > 200)
      return fault(run, site, 'length', `${site.field} has ${code.length} characters; expected 1 to 200`);
    if (!system || Object.hasOwn(system.codes, code)) return code;
    return fault(
      run,
      site,
      'known-code',
      `${site.field} is ${quoted(code)}, which ${run.codeSystem} does not have; expected one of ${Object.keys(system.codes).join(', ')}`,
    );
  };
}

/** A list of values, each read on its own, without repetition. */
export function listOf(reader: Reader<string>, min: number): Reader<readonly string[]> {
  return function readList(value, site, run) {
    if (!Array.isArray(value) || value.length > 200) {
      return fault(run, site, 'list', `${site.field} is ${quoted(value)}; expected a list of at most 200 values`);
    }
    if (value.length < min) return fault(run, site, 'not-empty', `${site.field} is empty; expected at least ${min}`);
    const values: string[] = [];
    for (let place = 0; place < value.length; place++) {
      const element = reader(value[place], site, run);
      if (element !== undefined && !values.includes(element)) values.push(element);
    }
    return values;
  };
}

/** 10 万亿元: more than any enterprise has, and far below 2^52, above which avsc writes negative longs wrong in silence. */
const MAX_WHOLE = 1e15;
type SimpleType = Exclude<AttributeType, 'subject' | 'enterprise-attributes' | 'inspection-items' | 'values'>;

const MAKERS: Readonly<Record<SimpleType, (spec: AttributeSpec) => Reader>> = {
  text: (spec) => textReader(spec.maxLength),
  number: () => readNumber,
  identifier: () => patternReader(/^[A-Za-z0-9][\w.@-]{0,63}$/, 'letters, digits, . _ @ -, at most 64'),
  key: () =>
    patternReader(/^[A-Za-z0-9_-]{16,128}$/, 'a keyed hash of 16 to 128 letters and digits, never a name or number'),
  boolean: () => readBoolean,
  integer: (spec) => wholeReader('integer', spec.unit ?? 'units', spec.min ?? 0, spec.max ?? MAX_WHOLE),
  decimal: () => readDecimal,
  year: () => wholeReader('year', 'years', 1949, 2299),
  money: () => wholeReader('integer-fen', 'fen (1 元 = 100 fen, 1 万元 = 1000000 fen)', 0, MAX_WHOLE),
  date: () => readStart,
  'end-date': () => readEnd,
  town: () => readTown,
  industry: () => readIndustry,
  code: (spec) => listReader(spec.list ?? ''),
  codes: (spec) => listOf(listReader(spec.list ?? ''), spec.min ?? 0),
  'source-code': (spec) => sourceCodeReader(spec.needsSystem === true),
  'source-codes': (spec) => listOf(sourceCodeReader(spec.needsSystem === true), spec.min ?? 0),
};

/** The reader of an attribute of a simple type. */
export function simpleReader(spec: AttributeSpec & { readonly type: SimpleType }): Reader {
  return MAKERS[spec.type](spec);
}
