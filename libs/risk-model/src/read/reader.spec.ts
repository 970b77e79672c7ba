import { Reader, RuleSetError } from './reader.ts';
import type { RuleSetFault } from './reader.ts';
import { reading } from './rule-set-files.spec-support.ts';

function valueOf<T>(value: unknown, read: (reader: Reader) => T): T {
  const [result, faults] = reading(value, read);
  expect(faults).toEqual([]);
  return result;
}

function faultsOf(value: unknown, read: (reader: Reader) => unknown): string[] {
  return reading(value, read)[1];
}

describe('a refusal', () => {
  it('says every fault on a line of its own, with its path', () => {
    const faults = [
      { path: 'a.b', message: 'is wrong' },
      { path: 'c', message: 'too' },
    ];
    const error = new RuleSetError(faults);
    expect(error.message).toBe('the rule set is refused:\n  a.b: is wrong\n  c: too');
    expect([error.name, error.faults]).toEqual(['RuleSetError', faults]);
  });

  it('notes the same fault of a place once, other faults and other places each', () => {
    const faults: RuleSetFault[] = [];
    const root = new Reader({ b: 1 }, '', faults);
    root.fail('x');
    root.fail('x');
    root.fail('y');
    root.at('b').fail('x');
    expect(faults.map(({ path, message }) => `${path} ${message}`)).toEqual(['(file) x', '(file) y', 'b x']);
  });
});

describe('an object', () => {
  it('has the members named, and faults for keys that are not', () => {
    expect(faultsOf({ b: 1, c: 2 }, (reader) => reader.object('b', 'c'))).toEqual([]);
    expect(faultsOf({ b: 1, x: 2 }, (reader) => reader.object('b', 'c'))).toEqual([
      'a.x: unknown key; expected one of b, c',
    ]);
    for (const other of [null, 7, 'text', [], undefined]) {
      expect(faultsOf(other, (reader) => reader.object('b'))).toEqual(['a: an object is expected']);
    }
  });

  it('is read by key; what is not there, or null, is optional', () => {
    const own = { b: 'x', c: null, d: false };
    expect(valueOf(own, (reader) => [reader.at('b').path, reader.at('b').text()])).toEqual(['a.b', 'x']);
    expect(valueOf(own, (reader) => ['b', 'c', 'd', 'e'].map((key) => reader.has(key)))).toEqual([
      ...[true, false, true, false],
    ]);
    expect(valueOf(own, (reader) => [reader.optional('c'), reader.optional('b')?.path])).toEqual([null, 'a.b']);
    expect(valueOf('text', (reader) => [reader.has('b'), reader.at('b').path, reader.keys()])).toEqual([
      ...[false, 'a.b', []],
    ]);
    expect(valueOf(own, (reader) => reader.keys())).toEqual(['b', 'c', 'd']);
    expect(valueOf(own, (reader) => reader.entries().map(([key, item]) => `${key} ${item.path}`))).toEqual([
      ...['b a.b', 'c a.c', 'd a.d'],
    ]);
    expect(faultsOf([], (reader) => reader.entries())).toEqual(['a: an object is expected']);
  });
});

describe('a list', () => {
  it('has its items with their places', () => {
    expect(valueOf(['x', 'y'], (reader) => reader.list().map((item) => item.path))).toEqual(['a[0]', 'a[1]']);
    expect(valueOf([], (reader) => reader.list())).toEqual([]);
    expect(reading({}, (reader) => reader.list())).toEqual([[], ['a: a list is expected']]);
    expect(valueOf(['x', 'y'], (reader) => reader.texts())).toEqual(['x', 'y']);
  });

  it('that must be filled has at least one', () => {
    expect(valueOf(['x'], (reader) => reader.filledList().length)).toBe(1);
    expect(faultsOf([], (reader) => reader.filledList())).toEqual(['a: at least one entry is expected']);
    expect(faultsOf('x', (reader) => reader.filledList())).toEqual(['a: a list is expected']);
  });
});

describe('a value', () => {
  it('is a text that is not empty', () => {
    expect(valueOf('x', (reader) => reader.text())).toBe('x');
    for (const other of ['', 7, null, []]) {
      expect(reading(other, (reader) => reader.text())).toEqual(['', ['a: a text is expected']]);
    }
  });

  it('is one of the names', () => {
    expect(valueOf('x', (reader) => reader.oneOf(['x', 'y']))).toBe('x');
    expect(faultsOf('z', (reader) => reader.oneOf(['x', 'y']))).toEqual(['a: z is not known; expected one of x, y']);
    expect(faultsOf('z', (reader) => reader.oneOf([]))).toEqual([
      'a: z is not known; expected one of (none is declared)',
    ]);
    expect(faultsOf(7, (reader) => reader.oneOf(['x']))).toEqual(['a: a text is expected']);
  });

  it('is a whole number of at least the least', () => {
    expect([2, 3].map((each) => valueOf(each, (reader) => reader.integer(2)))).toEqual([2, 3]);
    for (const other of [1, 2.5, '2', null, 2 ** 53]) {
      expect(reading(other, (reader) => reader.integer(2))).toEqual([
        2,
        ['a: a whole number of at least 2 is expected'],
      ]);
    }
  });

  it('is points with three decimals at most, in milli-points', () => {
    expect([0, 1, -2, 0.001, 12.345, 1.1].map((each) => valueOf(each, (reader) => reader.points()))).toEqual([
      ...[0, 1_000, -2_000, 1, 12_345, 1_100],
    ]);
    for (const other of [0.0005, '1', null, 1e20]) {
      expect(reading(other, (reader) => reader.points())).toEqual([
        ...[0, ['a: points are expected: a number with at most three decimals']],
      ]);
    }
  });

  it('is points above 0, or of 0 or more', () => {
    expect(valueOf(0.001, (reader) => reader.positivePoints())).toBe(1);
    expect(reading(0, (reader) => reader.positivePoints())).toEqual([1_000, ['a: points above 0 are expected']]);
    expect(reading(-1, (reader) => reader.positivePoints())).toEqual([1_000, ['a: points above 0 are expected']]);
    expect([0, 2].map((each) => valueOf(each, (reader) => reader.plainPoints()))).toEqual([0, 2_000]);
    expect(reading(-1, (reader) => reader.plainPoints())).toEqual([0, ['a: points may not be negative']]);
  });

  it('is a day, its first moment in Shanghai', () => {
    expect(valueOf('1970-01-01', (reader) => reader.day())).toBe(-8 * 3_600_000);
    expect(reading('2026-02-30', (reader) => reader.day())).toEqual([0, ['a: a date YYYY-MM-DD is expected']]);
  });

  it('is a share of 1000 per mille at most', () => {
    expect([1, 1000].map((each) => valueOf(each, (reader) => reader.perMille(1)))).toEqual([1, 1000]);
    expect(reading(1001, (reader) => reader.perMille(1))).toEqual([1000, ['a: may not exceed 1000 per mille']]);
    expect(faultsOf(0, (reader) => reader.perMille(1))).toEqual(['a: a whole number of at least 1 is expected']);
  });

  it('is true or false, a scalar, or in two languages', () => {
    expect([true, false].map((each) => valueOf(each, (reader) => reader.flag()))).toEqual([true, false]);
    expect(reading('true', (reader) => reader.flag())).toEqual([false, ['a: true or false is expected']]);
    expect(['x', '', 7, true].map((each) => valueOf(each, (reader) => reader.scalar()))).toEqual(['x', '', 7, true]);
    expect(reading([], (reader) => reader.scalar())).toEqual(['', ['a: a text, a number or true/false is expected']]);
    expect(valueOf({ zh: '甲', en: 'x' }, (reader) => reader.bilingual())).toEqual({ zh: '甲', en: 'x' });
    expect(faultsOf({ zh: '甲', fr: 'x' }, (reader) => reader.bilingual())).toEqual([
      ...['a.fr: unknown key; expected one of zh, en', 'a.en: a text is expected'],
    ]);
  });

  it('tells what it is', () => {
    const kinds = ['x', 7, [], {}].map((each) =>
      valueOf(each, (reader) => [reader.isText(), reader.isNumber(), reader.isList()]),
    );
    expect(kinds).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
      [false, false, false],
    ]);
  });
});
