import { parseDay } from '../calendar.ts';

/** One thing wrong with a rule-set file: where, and what to do about it. */
export interface RuleSetFault {
  readonly path: string;
  readonly message: string;
}

/** Thrown by `readRuleSet`; carries every fault of the file, each with its path. */
export class RuleSetError extends Error {
  override readonly name = 'RuleSetError';
  readonly faults: readonly RuleSetFault[];

  constructor(faults: readonly RuleSetFault[]) {
    super(`the rule set is refused:\n${faults.map((fault) => `  ${fault.path}: ${fault.message}`).join('\n')}`);
    this.faults = faults;
  }
}

const MILLI = 1000;
const FULL = 1000;

/**
 * A place in an already parsed file. Reading never throws: a fault is noted with its path and a harmless value comes
 * back, so that one pass finds all faults.
 */
export class Reader {
  private readonly value: unknown;
  readonly path: string;
  private readonly faults: RuleSetFault[];

  constructor(value: unknown, path: string, faults: RuleSetFault[]) {
    this.value = value;
    this.path = path;
    this.faults = faults;
  }

  fail(message: string): void {
    const path = this.path === '' ? '(file)' : this.path;
    if (!this.faults.some((known) => known.path === path && known.message === message)) {
      this.faults.push({ path, message });
    }
  }

  /** The members of an object; notes every key not named, because a misspelt key is a rule silently lost. */
  object(...keys: readonly string[]): this {
    const members = this.members();
    for (const key of Object.keys(members)) {
      if (!keys.includes(key)) this.at(key).fail(`unknown key; expected one of ${keys.join(', ')}`);
    }
    return this;
  }

  at(key: string): Reader {
    const path = this.path === '' ? key : `${this.path}.${key}`;
    return new Reader(this.members(false)[key], path, this.faults);
  }

  has(key: string): boolean {
    const value = this.members(false)[key];
    return value !== undefined && value !== null;
  }

  optional(key: string): Reader | null {
    return this.has(key) ? this.at(key) : null;
  }

  entries(): [string, Reader][] {
    return Object.keys(this.members()).map((key) => [key, this.at(key)]);
  }

  list(): Reader[] {
    if (!Array.isArray(this.value)) {
      this.fail('a list is expected');
      return [];
    }
    return this.value.map((item: unknown, place) => new Reader(item, `${this.path}[${place}]`, this.faults));
  }

  filledList(): Reader[] {
    const items = this.list();
    if (Array.isArray(this.value) && items.length === 0) this.fail('at least one entry is expected');
    return items;
  }

  text(): string {
    if (typeof this.value === 'string' && this.value !== '') return this.value;
    this.fail('a text is expected');
    return '';
  }

  oneOf<T extends string>(names: readonly T[]): T {
    const text = this.text();
    if (text !== '' && !(names as readonly string[]).includes(text)) {
      this.fail(`${text} is not known; expected one of ${names.join(', ') || '(none is declared)'}`);
    }
    return text as T;
  }

  integer(least: number): number {
    if (typeof this.value === 'number' && Number.isSafeInteger(this.value) && this.value >= least) return this.value;
    this.fail(`a whole number of at least ${least} is expected`);
    return least;
  }

  isNumber(): boolean {
    return typeof this.value === 'number';
  }

  /** Points as the file has them, in milli-points; three decimals at most. */
  points(): number {
    if (typeof this.value === 'number') {
      const milli = Math.round(this.value * MILLI);
      if (Number.isSafeInteger(milli) && Math.abs(this.value * MILLI - milli) < 1e-6) return milli;
    }
    this.fail('points are expected: a number with at most three decimals');
    return 0;
  }

  positivePoints(): number {
    const points = this.points();
    if (points > 0) return points;
    this.fail('points above 0 are expected');
    return MILLI;
  }

  /** Points of 0 or more. */
  plainPoints(): number {
    const points = this.points();
    if (points >= 0) return points;
    this.fail('points may not be negative');
    return 0;
  }

  /** First moment of a day `YYYY-MM-DD`, Asia/Shanghai. */
  day(): number {
    const moment = parseDay(this.text());
    if (moment === null) this.fail('a date YYYY-MM-DD is expected');
    return moment ?? 0;
  }

  /** A share in per mille, 1000 at most. */
  perMille(least: number): number {
    const share = this.integer(least);
    if (share <= FULL) return share;
    this.fail('may not exceed 1000 per mille');
    return FULL;
  }

  flag(): boolean {
    if (typeof this.value === 'boolean') return this.value;
    this.fail('true or false is expected');
    return false;
  }

  isText(): boolean {
    return typeof this.value === 'string';
  }

  isList(): boolean {
    return Array.isArray(this.value);
  }

  /** The keys of an object as they are; none of anything else. */
  keys(): string[] {
    return Object.keys(this.members(false));
  }

  texts(): string[] {
    return this.filledList().map((item) => item.text());
  }

  /** A text, number or truth value, as it stands in an attribute. */
  scalar(): string | number | boolean {
    const { value } = this;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    this.fail('a text, a number or true/false is expected');
    return '';
  }

  bilingual(): { readonly zh: string; readonly en: string } {
    this.object('zh', 'en');
    return { zh: this.at('zh').text(), en: this.at('en').text() };
  }

  private members(report = true): Record<string, unknown> {
    const { value } = this;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    if (report) this.fail('an object is expected');
    return {};
  }
}
