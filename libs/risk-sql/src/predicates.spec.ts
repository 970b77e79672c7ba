import { predicateOf } from './predicates.ts';

describe('a predicate in SQL', () => {
  it('compares a value with those of its own type only', () => {
    expect(predicateOf({ kind: 'in', attribute: 'reasonCode', values: ["4'", 4] })).toBe("a_reasonCode = '4\\''");
    expect(predicateOf({ kind: 'in', attribute: 'serious', values: [true, 'true'] })).toBe('a_serious = 1');
    expect(predicateOf({ kind: 'in', attribute: 'year', values: ['2025'] })).toBe('0');
  });

  it('is not met by an empty list that may hold nothing but some values', () => {
    const sql = predicateOf({ kind: 'onlyOf', attribute: 'penaltyKinds', values: ['WARNING'] });
    expect(sql).toBe("(notEmpty(a_penaltyKinds) AND hasAll(['WARNING'], a_penaltyKinds))");
  });

  it('needs both numbers of a share, and something to have a share of', () => {
    const share = { kind: 'share', attribute: 'capitalFen', of: 'capitalBeforeFen', atMostPerMille: 500 } as const;
    expect(predicateOf(share)).toContain('a_capitalFen != -9000000000000000000 AND a_capitalBeforeFen > 0');
  });
});
