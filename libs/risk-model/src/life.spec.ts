import type { FactUse, Lifetime } from './index.ts';
import { PLAIN_LIFETIME } from './life.ts';
import { assessed, day, fact, indicator, points, rules, scoreOf, status } from './small-rule-set.spec-support.ts';

const PLAIN: Lifetime = {
  ...PLAIN_LIFETIME,
  ...{ startsAt: null, expiresAt: null, completedOn: null, publicityEnd: null, publicityMonths: null },
};

function withLifetime(type: string, lifetime: Partial<Lifetime>): FactUse {
  return { type, lifetime: { ...PLAIN, ...lifetime }, keepMonths: null };
}

/** One point for each usable fact of a type. */
function one(type: string, lifetime: Partial<Lifetime> = {}): ReturnType<typeof rules> {
  return rules({ facts: [withLifetime(type, lifetime)], indicators: [indicator('I', points(type, 1_000))] });
}

describe('a fact', () => {
  const arrears = fact('1', 'tax.arrears', day(0));
  const plain = one('tax.arrears');

  it('counts from its moment on, and that moment is looked forward to', () => {
    expect(scoreOf([arrears], day(0) - 1, plain)).toBe(0);
    expect(assessed([arrears], day(0) - 1, plain).nextReviewAt).toBe(day(0));
    expect(scoreOf([arrears], day(0), plain)).toBe(1_000);
  });

  it('begins when it takes effect, not when it happened', () => {
    const effective = { ...arrears, effectiveAt: day(5) };
    expect(scoreOf([effective], day(5) - 1, plain)).toBe(0);
    expect(scoreOf([effective], day(5), plain)).toBe(1_000);
  });

  it('counts until it is removed, and not once it is retracted', () => {
    const removed = [arrears, status(arrears, 'STANDING', 'REMOVED', day(9))];
    expect(scoreOf(removed, day(9) - 1, plain)).toBe(1_000);
    expect(scoreOf(removed, day(9), plain)).toBe(0);
    expect(scoreOf([arrears, status(arrears, 'STANDING', 'RETRACTED', day(9))], day(5), plain)).toBe(0);
    expect(scoreOf([arrears, status(arrears, 'STANDING', 'IN_FORCE', day(9))], day(10), plain)).toBe(1_000);
  });

  it('counts no longer once it is repaired, from the earlier of the repair and the stated end', () => {
    const repaired = (until?: number): number[] => {
      const records = [arrears, status(arrears, 'PUBLICITY', 'REPAIRED', day(9), until)];
      return [day(5) - 1, day(5), day(9) - 1, day(9)].map((asOf) => scoreOf(records, asOf, plain));
    };
    expect(repaired()).toEqual([1_000, 1_000, 1_000, 0]);
    expect(repaired(day(5))).toEqual([1_000, 0, 0, 0]);
    expect(repaired(day(20))).toEqual([1_000, 1_000, 1_000, 0]);
  });

  it('counts until its publicity ends: at the stated end, else at the moment of the record', () => {
    const ended = (value: string, until?: number): number[] => {
      const records = [arrears, status(arrears, 'PUBLICITY', value, day(9), until)];
      return [day(9) - 1, day(9), day(15) - 1, day(15)].map((asOf) => scoreOf(records, asOf, plain));
    };
    expect(ended('END')).toEqual([1_000, 0, 0, 0]);
    expect(ended('END', day(15))).toEqual([1_000, 1_000, 1_000, 0]);
    expect(ended('PUBLISHED')).toEqual([1_000, 1_000, 1_000, 1_000]);
    expect(ended('PUBLISHED', day(15))).toEqual([1_000, 1_000, 1_000, 0]);
  });

  it('is closed by the value of its performance that completes it, if that comes before its removal', () => {
    const recall = fact('1', 'recall.ordered', day(0));
    const active = one('recall.ordered', { completedOn: 'PERFORMED' });
    const done = status(recall, 'PERFORMANCE', 'PERFORMED', day(9));
    expect(scoreOf([recall, done], day(9) - 1, active)).toBe(1_000);
    expect(scoreOf([recall, done], day(9), active)).toBe(0);
    expect(scoreOf([recall, status(recall, 'PERFORMANCE', 'OVERDUE', day(9))], day(9), active)).toBe(1_000);
    const removedFirst = [recall, done, status(recall, 'STANDING', 'REMOVED', day(4))];
    expect(scoreOf(removedFirst, day(4), active)).toBe(0);
    const removedLast = [recall, done, status(recall, 'STANDING', 'REMOVED', day(14))];
    expect(scoreOf(removedLast, day(9), active)).toBe(0);
  });
});

describe('a lifetime', () => {
  it('begins and expires at the moments that attributes state; without them at its own date and never', () => {
    const active = one('licence.grant', { startsAt: 'validFrom', expiresAt: 'validTo' });
    const licence = fact('1', 'licence.grant', day(0), { validFrom: day(3), validTo: day(8) });
    const at = (records: (typeof licence)[], days: number[]): number[] =>
      days.map((days) => scoreOf(records, day(days) - 1, active) + scoreOf(records, day(days), active));
    expect(at([licence], [0, 3, 8])).toEqual([0, 1_000, 1_000]);
    expect(at([fact('1', 'licence.grant', day(0))], [0, 3, 8])).toEqual([1_000, 2_000, 2_000]);
    const removed = status(licence, 'STANDING', 'REMOVED', day(5));
    expect(at([licence, removed], [3, 5, 8])).toEqual([1_000, 1_000, 0]);
  });

  it('has the publicity end that the fact states, else one by its months, for all facts or by class', () => {
    const penalty = (attributes: object): ReturnType<typeof fact> =>
      fact('1', 'penalty.decision', Date.UTC(2026, 0, 31), { procedure: 'SIMPLE', ...attributes });
    const byType = one('penalty.decision', { publicityEnd: 'publicityEnd', publicityMonths: 1 });
    const [last, end] = [Date.UTC(2026, 1, 28) - 1, Date.UTC(2026, 1, 28)];
    expect(scoreOf([penalty({})], last, byType)).toBe(1_000);
    expect(scoreOf([penalty({})], end, byType)).toBe(0);
    expect(scoreOf([penalty({ publicityEnd: end + 5 })], end + 4, byType)).toBe(1_000);
    expect(scoreOf([penalty({ publicityEnd: end + 5 })], end + 5, byType)).toBe(0);
    const byClass = rules({
      facts: [withLifetime('penalty.decision', { publicityMonths: { LIGHT: 1 } })],
      classifications: [
        {
          ...{ form: 'decisionTable', name: 'severity', factType: 'penalty.decision', classes: ['LIGHT', 'GRAVE'] },
          rows: [row('SIMPLE', 'LIGHT'), row('ORDINARY', 'GRAVE')],
          raises: [],
        },
      ],
      indicators: [indicator('I', points('penalty.decision', 1_000))],
    });
    expect(scoreOf([penalty({})], end, byClass)).toBe(0);
    expect(scoreOf([penalty({ procedure: 'ORDINARY' })], end, byClass)).toBe(1_000);
    expect(scoreOf([penalty({ procedure: 'NONE' })], end, byClass)).toBe(1_000);
  });
});

function row(
  procedure: string,
  result: string,
): {
  where: [{ kind: 'in'; attribute: string; values: string[] }];
  from: null;
  to: null;
  result: string;
} {
  return { where: [{ kind: 'in', attribute: 'procedure', values: [procedure] }], from: null, to: null, result };
}

describe('an objection', () => {
  const active = one('tax.arrears');
  const arrears = fact('1', 'tax.arrears', day(-30));
  const objected = (value: string, at: number, until?: number): (typeof arrears)[] => [
    arrears,
    status(arrears, 'DISPUTE', value, at, until),
  ];

  it('halves the points from its filing on, for its days or until it ends, whichever is first', () => {
    const at = (records: (typeof arrears)[], days: number[]): number[] =>
      days.map((days) => scoreOf(records, day(days) - 1, active) + scoreOf(records, day(days), active));
    expect(at(objected('FILED', day(0)), [0, 20])).toEqual([1_500, 1_500]);
    expect(at(objected('FILED', day(0), day(12)), [0, 12, 20])).toEqual([1_500, 1_500, 2_000]);
    expect(at(objected('FILED', day(0), day(40)), [0, 20, 40])).toEqual([1_500, 1_500, 2_000]);
    expect(at(objected('DECIDED', day(0)), [0, 20])).toEqual([2_000, 2_000]);
  });

  it('is looked forward to when it is yet to be filed, and so is its end', () => {
    const next = (records: (typeof arrears)[], days: number): number | null =>
      assessed(records, day(days), active).nextReviewAt;
    expect(next(objected('FILED', day(3)), 0)).toBe(day(3));
    expect(next(objected('FILED', day(3)), 3)).toBe(day(23));
  });

  it('that ends before it begins, or as it begins, is no moment of review', () => {
    const without = assessed([arrears], day(0), active).nextReviewAt;
    expect(assessed(objected('FILED', day(3), day(3)), day(0), active).nextReviewAt).toBe(without);
    expect(assessed(objected('FILED', day(3), day(2)), day(0), active).nextReviewAt).toBe(without);
  });
});
