import { isLonger } from './spans.ts';
import type { Span } from '../rule-set/definition.ts';

const months = (length: number): Span => ({ unit: 'MONTH', length });
const days = (length: number): Span => ({ unit: 'DAY', length });

describe('a span is longer than another', () => {
  it.each([
    ['of more months', months(12), months(11)],
    ['of more days', days(3), days(2)],
    ['in days, than the longest months can be', days(63), months(2)],
    ['in months, where even the shortest are longer than the days', months(2), days(55)],
  ])('%s', (_, one, than) => {
    expect([isLonger(one, than), isLonger(than, one)]).toEqual([true, false]);
  });

  it.each([
    ['as many months', months(2), months(2)],
    ['as many days', days(2), days(2)],
    ['as many days as the longest months have', days(62), months(2)],
    ['months that may have as few days', months(2), days(56)],
  ])('but not %s', (_, one, than) => {
    expect([isLonger(one, than), isLonger(than, one)]).toEqual([false, false]);
  });
});
