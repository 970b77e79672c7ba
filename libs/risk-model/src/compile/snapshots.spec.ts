import { addMonths, midnight } from '../index.ts';
import type { FactRecord, Part } from '../index.ts';
import { assessed, day, fact, indicator, rules, scoreOf, status } from '../small-rule-set.spec-support.ts';

const of = (part: Part): ReturnType<typeof rules> => rules({ indicators: [indicator('I', part)] });

describe('consecutive reports', () => {
  const active = of({
    ...{ form: 'consecutive', factType: 'annual-report.filing', key: 'year', length: 2, points: 4_001 },
    holds: [{ kind: 'range', attributes: ['revenueFen'], from: null, below: 100 }],
  });
  const filed = (id: string, year: number | null, revenueFen: number, at = day(0)): FactRecord =>
    fact(id, 'annual-report.filing', at, { year, revenueFen });

  it('bring points while the latest and those before it all fulfil what is asked', () => {
    expect(scoreOf([filed('1', 2024, 5), filed('2', 2025, 5)], day(1), active)).toBe(4_001);
    expect(scoreOf([filed('1', 2025, 5), filed('2', 2024, 5)], day(1), active)).toBe(4_001);
    expect(scoreOf([filed('1', 2023, 5), filed('2', 2025, 5)], day(1), active)).toBe(0);
    expect(scoreOf([filed('1', 2024, 5)], day(1), active)).toBe(0);
    expect(scoreOf([filed('1', 2024, 100), filed('2', 2025, 5)], day(1), active)).toBe(0);
    expect(scoreOf([filed('1', 2024, 5), filed('2', 2025, 100)], day(1), active)).toBe(0);
    expect(scoreOf([filed('1', 2024, 5), filed('2', 2025, 5), filed('3', 2026, 100)], day(1), active)).toBe(0);
    expect(scoreOf([filed('1', 2024, 5), filed('2', 2025, 5), filed('3', null, 100)], day(1), active)).toBe(4_001);
    expect(scoreOf([filed('1', null, 5), filed('2', null, 5)], day(1), active)).toBe(0);
  });

  it('are spoken for, of one year, by the latest begun, of equal starts by the greater id', () => {
    const before = filed('1', 2024, 5);
    expect(scoreOf([before, filed('2', 2025, 5, day(0)), filed('3', 2025, 100, day(-1))], day(1), active)).toBe(4_001);
    expect(scoreOf([before, filed('2', 2025, 100, day(-1)), filed('3', 2025, 5, day(0))], day(1), active)).toBe(4_001);
    expect(scoreOf([before, filed('2', 2025, 5), filed('3', 2025, 100)], day(1), active)).toBe(0);
    expect(scoreOf([before, filed('2', 2025, 100), filed('3', 2025, 5)], day(1), active)).toBe(4_001);
    const last = filed('9', 2024, 5);
    expect(scoreOf([filed('1', 2025, 5), filed('2', 2025, 100, day(-1)), last], day(1), active)).toBe(4_001);
    expect(scoreOf([filed('1', 2025, 100), filed('2', 2025, 5, day(-1)), last], day(1), active)).toBe(0);
  });

  it('bring points for being that many where nothing more is asked', () => {
    const filings = of({
      ...{ form: 'consecutive', factType: 'annual-report.filing', key: 'year', length: 2, points: 7, holds: [] },
    });
    expect(scoreOf([filed('1', 2024, 5), filed('2', 2025, 5)], day(1), filings)).toBe(7);
    expect(scoreOf([filed('1', 2023, 5), filed('2', 2025, 5)], day(1), filings)).toBe(0);
  });

  it('bring half, rounded up, while the latest is under objection, not while one before is', () => {
    const disputed = (of: FactRecord): FactRecord => status(of, 'DISPUTE', 'FILED', day(0));
    const [before, latest] = [filed('1', 2024, 5), filed('2', 2025, 5)];
    expect(scoreOf([before, latest, disputed(latest)], day(1), active)).toBe(2_001);
    expect(scoreOf([before, latest, disputed(before)], day(1), active)).toBe(4_001);
  });
});

describe('a drop between adjacent snapshots', () => {
  const active = of({
    ...{ form: 'drop', factType: 'social-insurance.snapshot', key: 'quarterEnd', everyMonths: 3, points: 6_001 },
    ...{ attribute: 'insuredStaff', from: 10, toPerMille: 500, within: { unit: 'DAY', length: 30 } },
  });
  const insured = (id: string, month: number, insuredStaff: number | null, at = day(0)): FactRecord =>
    fact(id, 'social-insurance.snapshot', at, { insuredStaff, quarterEnd: midnight(2026, month, 1) });

  it('counts when a value that was great enough fell to its share or below', () => {
    const fell = (before: number | null, after: number | null): number =>
      scoreOf([insured('1', 1, before), insured('2', 4, after)], day(1), active);
    expect([fell(10, 5), fell(10, 6), fell(9, 1), fell(11, 5), fell(20, 0)]).toEqual([6_001, 0, 0, 6_001, 6_001]);
    expect([fell(null, 5), fell(10, null)]).toEqual([0, 0]);
    const text = fact('2', 'social-insurance.snapshot', day(0), {
      insuredStaff: '5',
      quarterEnd: midnight(2026, 4, 1),
    });
    expect(scoreOf([insured('1', 1, 10), text], day(1), active)).toBe(0);
  });

  it('is one between snapshots as many months apart, whatever their order', () => {
    const fell = (first: number, second: number): number =>
      scoreOf([insured('1', first, 10), insured('2', second, 5)], day(1), active);
    expect([fell(1, 4), fell(1, 3), fell(1, 5), fell(4, 1)]).toEqual([6_001, 0, 0, 0]);
    expect(scoreOf([insured('1', 4, 5), insured('2', 1, 10)], day(1), active)).toBe(6_001);
    expect(scoreOf([insured('1', 1, 10)], day(1), active)).toBe(0);
    const without = fact('3', 'social-insurance.snapshot', day(0), { insuredStaff: 1, quarterEnd: null });
    expect(scoreOf([insured('1', 1, 10), without], day(1), active)).toBe(0);
  });

  it('counts for its span from the start of the later snapshot', () => {
    const records = [insured('1', 1, 10, day(-50)), insured('2', 4, 5, day(0))];
    expect([-1, 0, 29, 30].map((days) => scoreOf(records, day(days), active))).toEqual([0, 6_001, 6_001, 0]);
    expect(assessed(records, day(0), active).nextReviewAt).toBe(day(30));
    expect(assessed(records, day(30), active).nextReviewAt).toBe(addMonths(day(0), 24));
    expect(scoreOf(records, day(30) - 1, active)).toBe(6_001);
  });

  it('is between those that speak for their months: the latest begun, of equal starts the greater id', () => {
    const before = insured('1', 1, 10);
    expect(scoreOf([before, insured('2', 4, 5, day(0)), insured('3', 4, 9, day(-1))], day(1), active)).toBe(6_001);
    expect(scoreOf([before, insured('2', 4, 9, day(-1)), insured('3', 4, 5, day(0))], day(1), active)).toBe(6_001);
    expect(scoreOf([before, insured('2', 4, 5), insured('3', 4, 9)], day(1), active)).toBe(0);
    expect(scoreOf([before, insured('2', 4, 9), insured('3', 4, 5)], day(1), active)).toBe(6_001);
  });

  it('counts once for several drops, and half, rounded up, while the later snapshot is under objection', () => {
    const twice = [insured('1', 1, 40), insured('2', 4, 20), insured('3', 7, 10)];
    expect(scoreOf(twice, day(1), active)).toBe(6_001);
    const [before, later] = [insured('1', 1, 10), insured('2', 4, 5)];
    expect(scoreOf([before, later, status(later, 'DISPUTE', 'FILED', day(0))], day(1), active)).toBe(3_001);
    expect(scoreOf([before, later, status(before, 'DISPUTE', 'FILED', day(0))], day(1), active)).toBe(6_001);
  });
});

describe('points of an attribute of the enterprise', () => {
  const registered = (own: Record<string, string | number | null>): FactRecord =>
    fact('1', 'enterprise.registration', day(0), own);

  it('are those of the longest prefix, else the general ones, and none without a value', () => {
    const prefixes = [
      { prefix: 'C', points: 1_000 },
      { prefix: 'C14', points: 2_000 },
      { prefix: 'F5', points: 0 },
    ];
    const active = of({ form: 'lookup', attribute: 'industry', prefixes, otherwise: 500 });
    const points = ['C1411', 'C14', 'C1', 'C', 'F521', 'A', 'XC14', ''].map((industry) =>
      scoreOf([registered({ industry })], day(1), active),
    );
    expect(points).toEqual([2_000, 2_000, 1_000, 1_000, 0, 500, 500, 500]);
    expect(scoreOf([registered({ industry: null })], day(1), active)).toBe(0);
    expect(scoreOf([registered({ industry: 'C14' })], day(2), active)).toBe(2_000);
  });

  it('are those of the first step of its age that has not passed', () => {
    const steps = [
      { until: { unit: 'DAY', length: 10 }, points: 3_000 },
      { until: { unit: 'DAY', length: 20 }, points: 1_000 },
    ] as const;
    const active = of({ form: 'age', attribute: 'registeredAt', steps });
    const young = registered({ registeredAt: day(0) });
    const scores = [day(10) - 1, day(10), day(20) - 1, day(20)].map((asOf) => scoreOf([young], asOf, active));
    expect(scores).toEqual([3_000, 1_000, 1_000, 0]);
    expect(assessed([young], day(0), active).nextReviewAt).toBe(day(10));
    expect(assessed([young], day(10), active).nextReviewAt).toBe(day(20));
    expect(scoreOf([registered({ registeredAt: null })], day(1), active)).toBe(0);
    expect(scoreOf([registered({ registeredAt: 'long ago' })], day(1), active)).toBe(0);
  });

  it('are half while the fact that states it is under objection', () => {
    const active = of({ form: 'lookup', attribute: 'industry', prefixes: [], otherwise: 501 });
    const own = registered({ industry: 'C' });
    expect(scoreOf([own, status(own, 'DISPUTE', 'FILED', day(0))], day(1), active)).toBe(251);
  });

  it('are of the latest begun fact that states it, of equal starts of the greater id', () => {
    const active = of({ form: 'lookup', attribute: 'industry', prefixes: [{ prefix: 'C', points: 9 }], otherwise: 5 });
    const changed = (id: string, industry: string | null, at: number): FactRecord =>
      fact(id, 'enterprise.change', at, { industry });
    const own = registered({ industry: 'C' });
    expect(scoreOf([own, changed('2', 'A', day(0))], day(1), active)).toBe(5);
    expect(scoreOf([own, changed('2', 'A', day(-1))], day(1), active)).toBe(9);
    expect(scoreOf([own, changed('2', null, day(1))], day(2), active)).toBe(9);
    expect(scoreOf([own, changed('2', 'A', day(1))], day(2), active)).toBe(5);
  });
});
