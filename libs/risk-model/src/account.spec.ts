import { addMonths, assess, compileRuleSet, explain } from './index.ts';
import type { FactRecord, RuleSetDefinition } from './index.ts';
import {
  assessed,
  day,
  every,
  fact,
  indicator,
  points,
  positionOf,
  rules,
  scoreOf,
  status,
} from './small-rule-set.spec-support.ts';

const NAME = { zh: '', en: '' };
const ARREARS = fact('1', 'tax.arrears', day(0));
const OTHER = fact('2', 'crime.conviction', day(0));
const HONOUR = fact('3', 'honour.grant', day(0));

function score(own: Partial<RuleSetDefinition>, records: readonly FactRecord[] = [ARREARS, OTHER, HONOUR]): number {
  return scoreOf(records, day(1), rules(own));
}

describe('the score', () => {
  const adverse = [indicator('I', points('tax.arrears', 100)), indicator('J', points('crime.conviction', 50))];

  it('keeps the cap of each indicator, each group and the scale', () => {
    expect(score({ indicators: adverse })).toBe(150);
    expect(score({ indicators: [indicator('I', points('tax.arrears', 100), { cap: 70 }), adverse[1]!] })).toBe(120);
    expect(score({ indicators: adverse, groups: [{ code: 'G', name: NAME, cap: 110 }] })).toBe(110);
    expect(score({ indicators: adverse, scaleMax: 140 })).toBe(140);
  });

  it('adds the groups up, each after its cap', () => {
    const groups = [
      { code: 'G', name: NAME, cap: 60 },
      { code: 'H', name: NAME, cap: 60 },
    ];
    const indicators = [adverse[0]!, indicator('J', points('crime.conviction', 50), { group: 'H' })];
    const { results } = assessed([ARREARS, OTHER], day(1), rules({ indicators, groups }));
    expect(results[0]).toMatchObject({ score: 110, groups: { G: 60, H: 50 } });
  });

  it('is lowered by good records, up to the cap of their pool and never below 0', () => {
    const good = indicator('P', points('honour.grant', 30), { positive: true });
    const pool = (cap: number, indicators = [...adverse, good]): number =>
      score({ indicators, positivePool: { cap, suspendedWhileOpen: [] } });
    expect([pool(40), pool(20), pool(0)]).toEqual([120, 130, 150]);
    expect(pool(40, [good])).toBe(0);
    expect(pool(40, [indicator('I', points('tax.arrears', 10)), good])).toBe(0);
  });

  it('is not lowered while what suspends the pool is open', () => {
    const good = indicator('P', points('honour.grant', 30), { positive: true });
    const state = indicator('S', {
      ...{ form: 'state', select: every('abnormal.listing'), points: 5, opens: { on: 'START' }, whileEnterprise: null },
      ...{
        closesAfter: null,
        closedBy: [],
        residual: { points: 3, decay: [{ until: { unit: 'DAY', length: 9 }, perMille: 1000 }] },
      },
    });
    const own = { indicators: [...adverse, good, state], positivePool: { cap: 40, suspendedWhileOpen: ['S'] } };
    const listing = fact('4', 'abnormal.listing', day(0));
    expect(score(own)).toBe(120);
    expect(score(own, [ARREARS, OTHER, HONOUR, listing])).toBe(155);
    expect(score(own, [ARREARS, OTHER, HONOUR, listing, status(listing, 'STANDING', 'REMOVED', day(1))])).toBe(123);
    expect(
      score({ ...own, positivePool: { cap: 40, suspendedWhileOpen: [] } }, [ARREARS, OTHER, HONOUR, listing]),
    ).toBe(125);
    const parts = [
      ...state.parts,
      { form: 'clock', select: every('report.verified'), after: { unit: 'DAY', length: 9 }, points: 1 },
    ] as const;
    const either = { ...own, indicators: [...adverse, good, { ...state, parts }] };
    expect(score(either, [ARREARS, OTHER, HONOUR, listing])).toBe(155);
    const [account] = explain(positionOf([HONOUR, listing]), day(1), rules(own));
    expect(account?.positivePool).toEqual({ available: 30, taken: 0, suspendedBy: ['S'] });
  });

  it('is no memory: the next enterprise is scored as if it were the first', () => {
    const active = rules({ indicators: adverse });
    const scores = [[ARREARS, OTHER], [OTHER], [], [ARREARS]].map((records) => scoreOf(records, day(1), active));
    expect(scores).toEqual([150, 50, 0, 100]);
  });

  it('halves what is under objection and rounds half up', () => {
    const disputed = [ARREARS, status(ARREARS, 'DISPUTE', 'FILED', day(0))];
    expect(score({ indicators: [indicator('I', points('tax.arrears', 101))] }, disputed)).toBe(51);
    expect(score({ indicators: [indicator('I', points('tax.arrears', 100))] }, disputed)).toBe(50);
    const quarter = { objection: { days: 20, perMille: 250 } };
    expect(score({ ...quarter, indicators: [indicator('I', points('tax.arrears', 100))] }, disputed)).toBe(25);
  });
});

describe('the class', () => {
  const scored = (each: number, own: Partial<RuleSetDefinition> = {}): string | null | undefined =>
    assessed([ARREARS], day(1), rules({ indicators: [indicator('I', points('tax.arrears', each))], ...own })).results[0]
      ?.riskClass;

  it('is that of the band, half-open', () => {
    expect([0, 24_999, 25_000, 49_999, 50_000, 74_999, 75_000, 90_000].map((each) => scored(each))).toEqual([
      ...['A', 'A', 'B', 'B', 'C', 'C', 'D', 'D'],
    ]);
  });

  it('is no worse than a limit while the points of one group stand alone', () => {
    const groups = [
      { code: 'H', name: NAME, cap: 90_000 },
      { code: 'G', name: NAME, cap: 90_000 },
    ];
    const alone = { group: 'G', worst: 'B' } as const;
    expect([20_000, 25_000, 50_000, 80_000].map((each) => scored(each, { alone, groups }))).toEqual([
      'A',
      'B',
      'B',
      'B',
    ]);
    expect(scored(80_000, { alone: { group: 'H', worst: 'B' }, groups })).toBe('D');
    const both = {
      ...{ alone, groups },
      indicators: [
        indicator('I', points('tax.arrears', 80_000)),
        indicator('J', points('crime.conviction', 1), { group: 'H' }),
      ],
    };
    expect(assessed([ARREARS, OTHER], day(1), rules(both)).results[0]?.riskClass).toBe('D');
    expect(assessed([ARREARS], day(1), rules(both)).results[0]?.riskClass).toBe('B');
  });

  it('is made without what is under objection', () => {
    const disputed = [ARREARS, OTHER, status(ARREARS, 'DISPUTE', 'FILED', day(0))];
    const active = rules({ indicators: [indicator('I', points('tax.arrears', 60_000))] });
    const { results, nextReviewAt } = assessed(disputed, day(1), active);
    expect(results[0]).toMatchObject({ score: 30_000, riskClass: 'A' });
    expect(nextReviewAt).toBe(day(20));
  });
});

describe('who is in the population', () => {
  const classOf = (records: readonly FactRecord[], own: Partial<RuleSetDefinition> = {}, days = 1): unknown =>
    assessed(records, day(days), rules(own)).results[0]?.riskClass;
  const registered = (id: string, value: string | null): FactRecord =>
    fact(id, 'enterprise.registration', day(0), { status: value });

  it('is whom a fact that has begun tells of, ended or not, unless the status says otherwise', () => {
    expect(classOf([ARREARS])).toBe('A');
    expect(classOf([ARREARS], {}, -1)).toBeNull();
    expect(classOf([ARREARS, status(ARREARS, 'STANDING', 'REMOVED', day(1))], {}, 5)).toBe('A');
    expect(classOf([registered('5', 'ACTIVE')])).toBe('A');
    expect(classOf([registered('5', 'GONE')])).toBeNull();
    expect(classOf([registered('5', null)])).toBe('A');
    expect(classOf([fact('5', 'department.own-fact', day(0))])).toBe('A');
    expect(classOf([fact('5', 'derived.person-firms', day(0), { value: 1 })])).toBeNull();
    expect(classOf([fact('5', 'enterprise.link', day(0))])).toBeNull();
  });

  it('is not whom a leaving fact takes out while it is usable, unless that states a status of its own', () => {
    const own = {
      population: {
        ...{ statusAttribute: 'status', leavingStatuses: ['GONE'] },
        leavingFacts: [every('enterprise.deregistration'), every('licence.revocation', { where: [] })],
      },
    };
    const end = (value: string | null): FactRecord => fact('6', 'enterprise.deregistration', day(0), { status: value });
    expect(classOf([ARREARS, end(null)], own)).toBeNull();
    expect(classOf([ARREARS, end('REVOKED')], own)).toBe('A');
    expect(classOf([ARREARS, end('GONE')], own)).toBeNull();
    expect(classOf([ARREARS, fact('6', 'licence.revocation', day(0))], own)).toBeNull();
    expect(classOf([ARREARS, end(null), status(end(null), 'STANDING', 'REMOVED', day(3))], own, 3)).toBe('A');
    expect(classOf([ARREARS, end(null)])).toBe('A');
    const industry = indicator('I', { form: 'lookup', attribute: 'industry', prefixes: [], otherwise: 0 });
    const changes = {
      population: { ...own.population, leavingFacts: [every('enterprise.change')] },
      indicators: [industry],
    };
    expect(classOf([fact('6', 'enterprise.change', day(0), { industry: 'C', status: null })], changes)).toBeNull();
    const grave = {
      population: {
        ...own.population,
        leavingFacts: ['GRAVE', 'FATAL'].map((grade) =>
          every('accident.responsibility', { where: [{ kind: 'in', attribute: 'grade', values: [grade] }] }),
        ),
      },
    };
    const accident = (grade: string | null): FactRecord => fact('6', 'accident.responsibility', day(0), { grade });
    expect([null, 'GRAVE', 'FATAL'].map((grade) => classOf([accident(grade)], grave))).toEqual(['A', null, null]);
  });
});

describe('the evidence', () => {
  const level = (records: readonly FactRecord[], asOf: number): string =>
    assessed(records, asOf, rules()).evidenceLevel;

  it('is normal for its months after the start of the latest fact, then low', () => {
    const end = addMonths(day(0), 24);
    const earlier = fact('2', 'tax.arrears', day(-100));
    expect([end - 1, end].map((asOf) => level([ARREARS, earlier], asOf))).toEqual(['NORMAL', 'LOW']);
    expect(assessed([ARREARS, earlier], day(0), rules()).nextReviewAt).toBe(end);
    expect(level([], day(0))).toBe('LOW');
    expect(level([fact('2', 'derived.person-firms', day(0), { value: 1 })], day(0))).toBe('LOW');
  });

  it('is new for as long after the registration', () => {
    const registered = fact('2', 'enterprise.registration', day(0), { registeredAt: day(-10) });
    const end = addMonths(day(-10), 24);
    expect([end - 1, end].map((asOf) => level([registered], asOf))).toEqual(['NEW', 'NORMAL']);
    expect(assessed([registered], day(0), rules()).nextReviewAt).toBe(end);
  });
});

it('no scheme rates nobody: evidence is low and nothing is looked forward to', () => {
  const nothing = assess(
    positionOf([ARREARS]),
    { kind: 'review' },
    day(1),
    rules({ appliesTo: { kind: 'any', of: [] } }),
  );
  expect(nothing).toMatchObject({ results: [], evidenceLevel: 'LOW', nextReviewAt: null });
  expect(() => compileRuleSet(null)).toThrow();
});
