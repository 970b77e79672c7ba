import fc from 'fast-check';
import { fenOf, MoneyError } from './money.ts';

describe('an amount in fen', () => {
  it.each([
    ['5', '万元', 5_000_000],
    ['0.0105', '万元', 10_500],
    ['1,234.5678', '万元', 1_234_567_800],
    ['.5', '万元', 500_000],
    ['0.000001', '万元', 1],
    ['60.0000000', '万元', 60_000_000],
    ['3元', '万元', 300],
    ['1.5万', '元', 1_500_000],
    ['¥12.30', '元', 1_230],
    ['7', '分', 7],
  ] as const)('reads %s in %s as %i', (text, unit, fen) => {
    expect(fenOf(text, unit)).toBe(fen);
  });

  it.each(['', '.', '一万', '1.2.3', '12,34', '1e3', 'NaN', '0.0000001', '99999999999999'])('refuses %p', (text) => {
    expect(() => fenOf(text, '万元')).toThrow(MoneyError);
  });

  it('is exact for every amount of fen written in 万元', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (fen) => {
        const text = `${Math.floor(fen / 1_000_000)}.${String(fen % 1_000_000).padStart(6, '0')}`;
        expect(fenOf(text, '万元')).toBe(fen);
      }),
    );
  });
});
