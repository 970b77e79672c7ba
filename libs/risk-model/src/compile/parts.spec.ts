import { addMonths, explain } from '../index.ts';
import type { AttributeValue, CodeTables, FactRecord, Part, Predicate, StatePart } from '../index.ts';
import {
  assessed,
  day,
  every,
  fact,
  indicator,
  positionOf,
  rules,
  scoreOf,
  status,
} from '../small-rule-set.spec-support.ts';

const of = (part: Part, cap = 90_000): ReturnType<typeof rules> =>
  rules({ indicators: [indicator('I', part, { cap })] });

/** Scores one millisecond before each day and at it. */
function around(records: readonly FactRecord[], days: readonly number[], active: ReturnType<typeof rules>): number[][] {
  return days.map((days) => [scoreOf(records, day(days) - 1, active), scoreOf(records, day(days), active)]);
}

const ARREARS = fact('1', 'tax.arrears', day(0));
const LIST = every('abnormal.listing');
const months = (length: number): { unit: 'MONTH'; length: number } => ({ unit: 'MONTH', length });
const days = (length: number): { unit: 'DAY'; length: number } => ({ unit: 'DAY', length });

describe('points of facts', () => {
  const active = of({
    ...{ form: 'facts', select: every('tax.arrears'), points: 1_001 },
    decay: [
      { until: days(10), perMille: 1000 },
      { until: days(20), perMille: 500 },
    ],
  });

  it('weigh less with each step of the decay, rounded half up, and nothing after the last', () => {
    expect(around([ARREARS], [0, 10, 20], active)).toEqual([
      [0, 1_001],
      [1_001, 501],
      [501, 0],
    ]);
  });

  it('are looked forward to step by step', () => {
    const next = [0, 5, 10, 19, 20].map((days) => assessed([ARREARS], day(days), active).nextReviewAt);
    const evidence = addMonths(day(0), 24);
    expect(next).toEqual([day(10), day(10), day(20), day(20), evidence]);
  });

  it('end with the fact, and a step after its end is not looked forward to', () => {
    const removed = [ARREARS, status(ARREARS, 'STANDING', 'REMOVED', day(7))];
    expect(around(removed, [7, 10], active)).toEqual([
      [1_001, 0],
      [0, 0],
    ]);
    expect(assessed(removed, day(0), active).nextReviewAt).toBe(day(7));
    expect(assessed(removed, day(7), active).nextReviewAt).toBe(addMonths(day(0), 24));
  });

  it('in calendar months end at the same day of a later month, clamped to its end', () => {
    const monthly = of({
      form: 'facts',
      select: every('tax.arrears'),
      points: 1,
      decay: [{ until: months(1), perMille: 1000 }],
    });
    const start = Date.UTC(2026, 0, 31);
    const [record, end] = [fact('1', 'tax.arrears', start), Date.UTC(2026, 1, 28)];
    expect([end - 1, end].map((asOf) => scoreOf([record], asOf, monthly))).toEqual([1, 0]);
    expect(assessed([record], start, monthly).nextReviewAt).toBe(end);
  });
});

describe('a state', () => {
  const state = (own: Partial<StatePart> = {}): Part => ({
    ...{ form: 'state', select: LIST, points: 5_000, opens: { on: 'START' }, whileEnterprise: null, closesAfter: null },
    ...{ closedBy: [], residual: null, ...own },
  });
  const listing = fact('1', 'abnormal.listing', day(0), { reasonCode: '1' });
  const residual = {
    points: 2_001,
    decay: [
      { until: days(10), perMille: 1000 },
      { until: days(20), perMille: 500 },
    ],
  };

  it('counts once however many facts hold it open', () => {
    expect(scoreOf([listing, fact('2', 'abnormal.listing', day(0))], day(0), of(state()))).toBe(5_000);
  });

  it('leaves a residual from its closing on, in steps, until the publicity ends', () => {
    const closed = [listing, status(listing, 'STANDING', 'REMOVED', day(5))];
    const active = of(state({ residual }));
    expect(around(closed, [0, 5, 15, 25], active)).toEqual([
      [0, 5_000],
      [5_000, 2_001],
      [2_001, 1_001],
      [1_001, 0],
    ]);
    const next = [0, 5, 15].map((days) => assessed(closed, day(days), active).nextReviewAt);
    expect(next).toEqual([day(5), day(15), day(25)]);
    const ended = [...closed, status(listing, 'PUBLICITY', 'END', day(8))];
    expect(around(ended, [8], active)).toEqual([[2_001, 0]]);
    expect(assessed(ended, day(5), active).nextReviewAt).toBe(day(8));
  });

  it('counts by the greatest where one fact is open and another leaves a residual, whichever comes first', () => {
    for (const id of ['0', '2']) {
      const other = fact(id, 'abnormal.listing', day(0));
      const records = [listing, other, status(other, 'STANDING', 'REMOVED', day(5))];
      expect(scoreOf(records, day(6), of(state({ residual })))).toBe(5_000);
    }
  });

  it('closes after its span, for good', () => {
    const active = of(state({ closesAfter: days(10), residual }));
    expect(around([listing], [10], active)).toEqual([[5_000, 0]]);
    expect(assessed([listing], day(0), active).nextReviewAt).toBe(day(10));
  });

  it('is open only while the enterprise has one of the values, whichever fact comes first', () => {
    const active = of(state({ whileEnterprise: { attribute: 'status', values: ['ACTIVE'] } }));
    const registered = (id: string, value: string): FactRecord =>
      fact(id, 'enterprise.registration', day(-9), { status: value });
    for (const id of ['0', '2']) {
      expect(scoreOf([listing, registered(id, 'ACTIVE')], day(1), active)).toBe(5_000);
      expect(scoreOf([listing, registered(id, 'SUSPENDED')], day(1), active)).toBe(0);
    }
    expect(scoreOf([listing], day(1), active)).toBe(0);
  });

  it('opens by performance from that record on, and by expiry until the removal or the end of publicity', () => {
    const overdue = of(state({ select: every('penalty.decision'), opens: { on: 'PERFORMANCE', value: 'OVERDUE' } }));
    const penalty = fact('1', 'penalty.decision', day(0));
    const late = [penalty, status(penalty, 'PERFORMANCE', 'OVERDUE', day(5))];
    expect(around(late, [0, 5], overdue)).toEqual([
      [0, 0],
      [0, 5_000],
    ]);
    expect(assessed(late, day(0), overdue).nextReviewAt).toBe(day(5));
    const removedFirst = [...late, status(penalty, 'STANDING', 'REMOVED', day(3))];
    expect(assessed(removedFirst, day(0), overdue).nextReviewAt).toBe(day(3));
    expect(assessed(removedFirst, day(3), overdue).nextReviewAt).toBe(addMonths(day(0), 24));
    expect(scoreOf([penalty, status(penalty, 'PERFORMANCE', 'PERFORMED', day(5))], day(6), overdue)).toBe(0);
  });

  it('that opens at an expiry is open until the removal or the end of publicity', () => {
    const lifetime = {
      startsAt: null,
      expiresAt: 'validTo',
      completedOn: null,
      publicityEnd: null,
      publicityMonths: null,
    };
    const expired = rules({
      facts: [{ type: 'licence.grant', lifetime, keepMonths: null }],
      indicators: [indicator('I', state({ select: every('licence.grant'), opens: { on: 'EXPIRY' } }))],
    });
    const licence = fact('1', 'licence.grant', day(0), { validTo: day(10) });
    const removed = (days: number): FactRecord => status(licence, 'STANDING', 'REMOVED', day(days));
    const ended = status(licence, 'PUBLICITY', 'END', day(30));
    expect(around([licence], [0, 10, 400], expired)).toEqual([
      [0, 0],
      [0, 5_000],
      [5_000, 5_000],
    ]);
    expect(around([licence, removed(15)], [10, 15], expired)).toEqual([
      [0, 5_000],
      [5_000, 0],
    ]);
    expect(assessed([licence, removed(15)], day(12), expired).nextReviewAt).toBe(day(15));
    expect(around([licence, ended], [10, 30], expired)).toEqual([
      [0, 5_000],
      [5_000, 0],
    ]);
    expect(assessed([licence, ended], day(12), expired).nextReviewAt).toBe(day(30));
    expect(around([licence, removed(10)], [10, 11], expired)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(around([licence, removed(8)], [8, 10, 11], expired).flat()).toEqual([0, 0, 0, 0, 0, 0]);
    const never = fact('1', 'licence.grant', day(10), { validTo: day(10) });
    expect(around([never], [10, 11], expired).flat()).toEqual([0, 0, 0, 0]);
  });

  describe('closed by another fact', () => {
    const opened = fact('5', 'inspection.result', day(0), { codes: ['6'] }, { codeSystem: 's' });
    const later = (id: string, at: number, codes: string[] = ['1']): FactRecord =>
      fact(id, 'inspection.result', at, { codes }, { codeSystem: 's' });
    const outcomes: CodeTables = {
      ...{ form: 'codeTables', name: 'outcome', factType: 'inspection.result', classes: ['CLEAN', 'GONE', 'OTHER'] },
      ...{ attribute: 'codes', systems: { s: { '1': 'CLEAN', '6': 'GONE', '9': 'OTHER' } }, ranks: [0, 5, 1] },
    };
    const active = (order: 'LATER' | 'ANY', outcome: string | null = 'CLEAN'): ReturnType<typeof rules> =>
      rules({
        classifications: [outcomes],
        indicators: [
          indicator(
            'I',
            state({
              select: every('inspection.result', { outcome: 'GONE' }),
              closedBy: [{ select: every('inspection.result', { outcome }), same: null, order }],
            }),
          ),
        ],
      });

    it('is closed from the start of that fact on, for order LATER only if it began later', () => {
      expect(around([opened, later('6', day(3))], [0, 3], active('LATER'))).toEqual([
        [0, 5_000],
        [5_000, 0],
      ]);
      expect(scoreOf([opened, later('6', day(0))], day(1), active('LATER'))).toBe(5_000);
      expect(scoreOf([opened, later('6', day(0))], day(1), active('ANY'))).toBe(0);
      expect(scoreOf([opened, later('6', day(-9))], day(1), active('LATER'))).toBe(5_000);
      expect(scoreOf([opened, later('6', day(-9))], day(1), active('ANY'))).toBe(0);
    });

    it('stays closed when that fact is removed, and opens again when it is retracted', () => {
      const clean = later('6', day(3));
      expect(scoreOf([opened, clean, status(clean, 'STANDING', 'REMOVED', day(5))], day(6), active('LATER'))).toBe(0);
      const retracted = [opened, clean, status(clean, 'STANDING', 'RETRACTED', day(5))];
      expect(scoreOf(retracted, day(6), active('LATER'))).toBe(5_000);
    });

    it('is not closed by a fact of another class, one never usable, itself, or one of another type', () => {
      expect(scoreOf([opened, later('6', day(3), ['6'])], day(4), active('LATER'))).toBe(5_000);
      expect(scoreOf([opened, later('6', day(3), ['9'])], day(4), active('LATER'))).toBe(5_000);
      expect(scoreOf([opened, later('6', day(3), ['9'])], day(4), active('LATER', null))).toBe(0);
      const never = later('6', day(3));
      const ended = status(never, 'STANDING', 'REMOVED', day(3));
      expect(scoreOf([opened, never, ended], day(4), active('LATER'))).toBe(5_000);
      expect(scoreOf([opened], day(4), active('ANY', null))).toBe(5_000);
      expect(scoreOf([opened, fact('6', 'tax.arrears', day(3))], day(4), active('LATER', null))).toBe(5_000);
    });

    it('is closed only by a fact that states what is asked of it', () => {
      const where: Predicate[] = [{ kind: 'in', attribute: 'kind', values: ['CONCLUDED'] }];
      const insolvency = of(
        state({ closedBy: [{ select: every('insolvency.proceeding', { where }), same: null, order: 'ANY' }] }),
      );
      const proceeding = (kind: string | null): FactRecord => fact('6', 'insolvency.proceeding', day(3), { kind });
      const scores = ['CONCLUDED', 'OPENED', null].map((kind) =>
        scoreOf([listing, proceeding(kind)], day(4), insolvency),
      );
      expect(scores).toEqual([0, 5_000, 5_000]);
    });

    it('in the class is not closed by a fact under objection', () => {
      const clean = later('6', day(3));
      const disputed = [opened, clean, status(clean, 'DISPUTE', 'FILED', day(4))];
      const [account] = explain(positionOf(disputed), day(5), active('LATER'));
      expect(account).toMatchObject({ score: 0, scoreForClass: 5_000 });
    });

    it('is closed only by a fact with the same, known value where one is asked for', () => {
      const missed = (year: number | null): FactRecord => fact('5', 'annual-report.missed', day(0), { year });
      const filed = (year: number | null): FactRecord => fact('6', 'annual-report.filing', day(3), { year });
      const same = of(
        state({
          select: every('annual-report.missed'),
          closedBy: [{ select: every('annual-report.filing'), same: 'year', order: 'ANY' }],
        }),
      );
      expect(scoreOf([missed(2024), filed(2024)], day(4), same)).toBe(0);
      expect(scoreOf([missed(2024), filed(2025)], day(4), same)).toBe(5_000);
      expect(scoreOf([missed(null), filed(null)], day(4), same)).toBe(5_000);
    });
  });
});

describe('a clock', () => {
  it('counts once a single fact has been open for its span, of several the greatest', () => {
    const active = of({ form: 'clock', select: LIST, after: days(10), points: 3_000 });
    const [one, other] = [fact('1', 'abnormal.listing', day(0)), fact('2', 'abnormal.listing', day(0))];
    expect(around([one, other], [10], active)).toEqual([[0, 3_000]]);
    expect(assessed([one], day(0), active).nextReviewAt).toBe(day(10));
    const removed = status(one, 'STANDING', 'REMOVED', day(10));
    expect(around([one, removed], [10], active)).toEqual([[0, 0]]);
    expect(assessed([one, removed], day(0), active).nextReviewAt).toBe(day(10));
    const soon = status(one, 'STANDING', 'REMOVED', day(9));
    expect(assessed([one, soon], day(9), active).nextReviewAt).toBe(addMonths(day(0), 24));
  });

  it('in months counts after as many calendar months', () => {
    const active = of({ form: 'clock', select: LIST, after: months(1), points: 3_000 });
    const start = Date.UTC(2026, 0, 31);
    const [listed, due] = [fact('1', 'abnormal.listing', start), Date.UTC(2026, 1, 28)];
    expect([due - 1, due].map((asOf) => scoreOf([listed], asOf, active))).toEqual([0, 3_000]);
    expect(assessed([listed], start, active).nextReviewAt).toBe(due);
  });
});

describe('counts, totals and excesses', () => {
  const complaint = (id: string, at: number, caseNumber: string | null = null): FactRecord =>
    fact(id, 'complaint.accepted', at, {}, { caseNumber });
  const steps = [
    { from: 2, points: 1_000 },
    { from: 4, points: 7_000 },
  ];
  const many = (count: number): FactRecord[] => Array.from({ length: count }, (_, at) => complaint(`c${at}`, day(0)));

  it('count distinct incidents against steps: a case number once, a fact without one each time', () => {
    const active = of({ form: 'count', select: every('complaint.accepted'), per: null, within: days(30), steps });
    expect([0, 1, 2, 3, 4, 5].map((count) => scoreOf(many(count), day(1), active))).toEqual([
      0, 0, 1_000, 1_000, 7_000, 7_000,
    ]);
    const twice = [complaint('1', day(0), 'K'), complaint('2', day(0), 'K')];
    expect(scoreOf(twice, day(1), active)).toBe(0);
    expect(scoreOf([...twice, complaint('3', day(0), 'L')], day(1), active)).toBe(1_000);
    expect(around(many(2), [30], active)).toEqual([[1_000, 0]]);
    const [first] = many(2);
    const disputed = status(first as FactRecord, 'DISPUTE', 'FILED', day(0));
    expect(scoreOf([...many(2), disputed], day(1), active)).toBe(0);
  });

  it('are looked at again when a fact leaves the window only while there are points to lose', () => {
    const evidenceEnd = addMonths(day(0), 24);
    const next = (part: Part, records: readonly FactRecord[]): number | null =>
      assessed(records, day(1), of(part)).nextReviewAt;
    const count: Part = { form: 'count', select: every('complaint.accepted'), per: null, within: days(30), steps };
    expect([1, 2, 5].map((size) => next(count, many(size)))).toEqual([evidenceEnd, day(30), day(30)]);
    expect(next(count, [...many(2), complaint('d', day(-1))])).toBe(day(29));
    const graded = (id: string, grade: string): FactRecord => fact(id, 'accident.responsibility', day(0), { grade });
    const each: Part = { ...count, select: every('accident.responsibility'), per: 'grade' };
    expect(next(each, [graded('1', 'X'), graded('2', 'Y')])).toBe(evidenceEnd);
    expect(next(each, [graded('1', 'X'), graded('2', 'X')])).toBe(day(30));
    const excess: Part = {
      ...{ form: 'excess', select: every('complaint.accepted'), within: days(30), each: 1_000 },
      ...{ over: 'derived.peer-complaints', overAtLeast: 2 },
    };
    const peers = fact('9', 'derived.peer-complaints', day(-1), { value: 3 });
    expect([3, 4].map((size) => next(excess, [...many(size), peers]))).toEqual([evidenceEnd, day(30)]);
  });

  it('count each value of an attribute on its own and add the points up', () => {
    const missed = (id: string, grade: AttributeValue): FactRecord =>
      fact(id, 'accident.responsibility', day(0), { grade }, { caseNumber: null });
    const select = every('accident.responsibility');
    const active = of({ form: 'count', select, per: 'grade', within: days(30), steps });
    expect(scoreOf([missed('1', 'X'), missed('2', 'Y')], day(1), active)).toBe(0);
    const both = [missed('1', 'X'), missed('2', 'Y'), missed('3', 'X'), missed('4', 'Y'), missed('5', null)];
    expect(scoreOf(both, day(1), active)).toBe(2_000);
    expect(scoreOf([missed('1', null), missed('2', null)], day(1), active)).toBe(0);
    const [account] = explain(positionOf(both), day(1), active);
    expect(account?.indicators[0]?.contributions.map(({ groupedBy, factIds }) => [groupedBy, factIds.length])).toEqual([
      ['X', 2],
      ['Y', 2],
    ]);
  });

  it('sum amounts against steps, half of each under objection, rounded up', () => {
    const fined = (id: string, fineFen: number | null, confiscatedFen: number | null = null): FactRecord =>
      fact(id, 'penalty.decision', day(0), { fineFen, confiscatedFen });
    const sumOf = ['fineFen', 'confiscatedFen'];
    const active = of({ form: 'total', select: every('penalty.decision'), sumOf, within: days(30), steps });
    expect([1, 2, 3, 4].map((fen) => scoreOf([fined('1', fen)], day(1), active))).toEqual([0, 1_000, 1_000, 7_000]);
    expect(scoreOf([fined('1', 1, 1), fined('2', null, 2), fined('3', null)], day(1), active)).toBe(7_000);
    const disputed = (fen: number): FactRecord[] => [
      fined('1', fen),
      status(fined('1', fen), 'DISPUTE', 'FILED', day(0)),
    ];
    expect([2, 3, 6, 7].map((fen) => scoreOf(disputed(fen), day(1), active))).toEqual([0, 1_000, 1_000, 7_000]);
    expect(around([fined('1', 4)], [30], active)).toEqual([[7_000, 0]]);
    const [account] = explain(positionOf([fined('1', 4), fined('2', 0)]), day(1), active);
    expect(account?.indicators[0]?.contributions[0]?.factIds).toHaveLength(1);
  });

  it('count what exceeds the latest derived value, at least a stated one, and nothing without a value', () => {
    const part: Part = {
      ...{ form: 'excess', select: every('complaint.accepted'), within: days(30), each: 1_000 },
      ...{ over: 'derived.peer-complaints', overAtLeast: 2 },
    };
    const active = of(part);
    const peers = (value: number | null, own: Partial<FactRecord> = {}): FactRecord =>
      fact('9', 'derived.peer-complaints', day(-1), { value }, own);
    expect([2, 3, 4].map((count) => scoreOf([...many(count), peers(0)], day(1), active))).toEqual([0, 1_000, 2_000]);
    expect([3, 4, 5].map((count) => scoreOf([...many(count), peers(3)], day(1), active))).toEqual([0, 1_000, 2_000]);
    expect(scoreOf([...many(5), peers(null)], day(1), active)).toBe(0);
    expect(scoreOf(many(5), day(1), active)).toBe(0);
  });
});

describe('a derived value', () => {
  const value = (id: string, at: number, value: number | null): FactRecord =>
    fact(id, 'derived.person-firms', at, { value });
  const each = of({ form: 'derived', factType: 'derived.person-firms', measure: { by: 'EACH', points: 100 } });

  it('brings points for each, or by steps', () => {
    expect(scoreOf([value('1', day(0), 7)], day(1), each)).toBe(700);
    expect(scoreOf([value('1', day(0), -7)], day(1), each)).toBe(0);
    expect(scoreOf([value('1', day(0), null)], day(1), each)).toBe(0);
    expect(scoreOf([fact('1', 'derived.person-firms', day(0), { value: '7' })], day(1), each)).toBe(0);
    const steps = [{ from: 5, points: 900 }];
    const stepped = of({ form: 'derived', factType: 'derived.person-firms', measure: { by: 'STEPS', steps } });
    expect([4, 5].map((firms) => scoreOf([value('1', day(0), firms)], day(1), stepped))).toEqual([0, 900]);
    const always = [{ from: 0, points: 900 }];
    const known = of({ form: 'derived', factType: 'derived.person-firms', measure: { by: 'STEPS', steps: always } });
    expect([0, null].map((firms) => scoreOf([value('1', day(0), firms)], day(1), known))).toEqual([900, 0]);
  });

  it('is that of the fact that started last, of equal starts of the greater id, and no earlier one replaces it', () => {
    expect(scoreOf([value('1', day(0), 7), value('2', day(-1), 5)], day(1), each)).toBe(700);
    expect(scoreOf([value('1', day(-1), 7), value('2', day(0), 5)], day(1), each)).toBe(500);
    expect(scoreOf([value('1', day(0), 7), value('2', day(0), 5)], day(1), each)).toBe(500);
    const last = value('2', day(0), 5);
    const removed = status(last, 'STANDING', 'REMOVED', day(3));
    expect(around([value('1', day(-1), 7), last, removed], [3], each)).toEqual([[500, 0]]);
    const retracted = status(last, 'STANDING', 'RETRACTED', day(3));
    expect(scoreOf([value('1', day(-1), 7), last, retracted], day(4), each)).toBe(700);
  });

  it('counts half under objection, and is behind its points', () => {
    const disputed = [value('1', day(0), 7), status(value('1', day(0), 7), 'DISPUTE', 'FILED', day(0))];
    expect(scoreOf(disputed, day(1), each)).toBe(350);
    const [account] = explain(positionOf([value('1', day(0), 7)]), day(1), each);
    expect(account?.indicators[0]?.contributions[0]?.factIds).toEqual([value('1', day(0), 7).factId]);
  });
});

describe('what brings no points', () => {
  const complaint = (id: string): FactRecord => fact(id, 'complaint.accepted', day(0));
  const contributions = (part: Part, records: readonly FactRecord[]): number => {
    const [account] = explain(positionOf(records), day(1), of(part));
    return account?.indicators.length ?? NaN;
  };
  const steps = [{ from: 2, points: 1_000 }];

  it('is no contribution: counts and sums below their first step, an excess of nothing', () => {
    const count = (per: string | null): Part => ({
      ...{ form: 'count', select: every('accident.responsibility'), per, within: days(30) },
      steps: [{ from: 1, points: 0 }, ...steps],
    });
    const accident = (id: string): FactRecord => fact(id, 'accident.responsibility', day(0), { grade: 'X' });
    for (const per of [null, 'grade']) {
      expect(contributions(count(per), [accident('1')])).toBe(0);
      expect(contributions(count(per), [accident('1'), accident('2')])).toBe(1);
    }
    const excess: Part = {
      ...{ form: 'excess', select: every('complaint.accepted'), within: days(30), each: 1_000 },
      ...{ over: 'derived.peer-complaints', overAtLeast: 1 },
    };
    const peers = fact('9', 'derived.peer-complaints', day(-1), { value: 2 });
    expect(contributions(excess, [complaint('1'), complaint('2'), peers])).toBe(0);
    expect(contributions(excess, [complaint('1'), complaint('2'), complaint('3'), peers])).toBe(1);
  });

  it('is no contribution: an attribute or a value that is worth nothing', () => {
    const lookup: Part = {
      form: 'lookup',
      attribute: 'industry',
      prefixes: [{ prefix: 'C', points: 5 }],
      otherwise: 0,
    };
    const registered = (industry: string): FactRecord => fact('1', 'enterprise.registration', day(0), { industry });
    expect(['C', 'F'].map((industry) => contributions(lookup, [registered(industry)]))).toEqual([1, 0]);
    const derived: Part = { form: 'derived', factType: 'derived.person-firms', measure: { by: 'STEPS', steps } };
    const firms = (value: number): FactRecord => fact('1', 'derived.person-firms', day(0), { value });
    expect([2, 1].map((value) => contributions(derived, [firms(value)]))).toEqual([1, 0]);
  });

  it('and what is counted without regard to a value names none', () => {
    const [count, total]: Part[] = [
      { form: 'count', select: every('complaint.accepted'), per: null, within: days(30), steps },
      { form: 'total', select: every('penalty.decision'), sumOf: ['fineFen'], within: days(30), steps },
    ];
    const excess: Part = {
      ...{ form: 'excess', select: every('complaint.accepted'), within: days(30), each: 1_000 },
      ...{ over: 'derived.peer-complaints', overAtLeast: 1 },
    };
    const records = [
      ...[complaint('1'), complaint('2'), fact('3', 'penalty.decision', day(0), { fineFen: 2 })],
      fact('9', 'derived.peer-complaints', day(-1), { value: 0 }),
    ];
    for (const part of [count!, total!, excess]) {
      const [account] = explain(positionOf(records), day(1), of(part));
      expect(account?.indicators[0]?.contributions.map(({ groupedBy }) => groupedBy)).toEqual(['']);
    }
  });
});
