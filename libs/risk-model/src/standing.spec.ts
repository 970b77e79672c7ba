import { activate, addMonths, assess, directionOf, explain, officialClasses } from './index.ts';
import type {
  ActiveRuleSets,
  Condition,
  ConditionDefinition,
  FactRecord,
  RuleSetDefinition,
  SchemeResult,
  RiskClass,
} from './index.ts';
import { compileDefinition } from './compile/compile-rule-set.ts';
import {
  assessed,
  day,
  definition,
  every,
  fact,
  idOf,
  indicator,
  points,
  positionOf,
  rules,
  status,
} from './small-rule-set.spec-support.ts';

const NAME = { zh: '', en: '' };
const ARREARS = fact('1', 'tax.arrears', day(0));

function direct(code: string, factType: string): ConditionDefinition {
  const when: Condition = {
    ...{ kind: 'fact', select: every(factType), opens: { on: 'START' }, within: null, after: null },
    ...{ unlessPerformance: null, endsWithinDays: null },
  };
  return { code, name: NAME, label: 'proposal', basis: '', kind: 'DIRECT', riskClass: 'D', when };
}

function floor(code: string, factType: string, riskClass: 'B' | 'C'): ConditionDefinition {
  return { ...direct(code, factType), kind: 'FLOOR', riskClass };
}

describe('a manual class', () => {
  const OVERRIDES = { overrides: { maxDays: 90 } };
  const manual = (id: string, riskClass: string, own: Record<string, string | number | null> = {}): FactRecord =>
    fact(id, 'override.class', day(0), {
      ...{ schemeId: 'small', riskClass, approvedAt: day(0), validFrom: day(0), validUntil: day(30), ...own },
    });
  const at = (
    records: readonly FactRecord[],
    days: number,
    own: Partial<RuleSetDefinition> = {},
  ): SchemeResult | undefined => assessed([ARREARS, ...records], day(days), rules({ ...OVERRIDES, ...own })).results[0];
  const around = (records: readonly FactRecord[], ...moments: number[]): unknown[] =>
    moments.map((days) => [
      assessed([ARREARS, ...records], day(days) - 1, rules(OVERRIDES)).results[0]?.riskClass,
      at(records, days)?.riskClass,
    ]);

  it('holds in its validity, half-open, beside what the facts come to', () => {
    const later = manual('7', 'C', { validFrom: day(5) });
    expect(around([later], 5, 30)).toEqual([
      ['A', 'C'],
      ['C', 'A'],
    ]);
    expect(at([later], 6)).toMatchObject({ computedClass: 'A', riskClass: 'C', overrideFactId: idOf('7') });
    expect(at([later], 4)).toMatchObject({ computedClass: 'A', riskClass: 'A', overrideFactId: null });
    const next = [0, 5].map((days) => assessed([ARREARS, later], day(days), rules(OVERRIDES)).nextReviewAt);
    expect(next).toEqual([day(5), day(30)]);
  });

  it('holds for so many days at most, and until it is removed; a retracted one never did', () => {
    const long = manual('7', 'C', { validUntil: day(400) });
    expect(around([long], 90)).toEqual([['C', 'A']]);
    expect(around([long, status(long, 'STANDING', 'REMOVED', day(9))], 9)).toEqual([['C', 'A']]);
    expect(around([long, status(long, 'STANDING', 'RETRACTED', day(9))], 5)).toEqual([['A', 'A']]);
    expect(around([long, status(long, 'STANDING', 'REINSTATED', day(9))], 9)).toEqual([['C', 'C']]);
    const never = manual('7', 'C', { validFrom: day(5), validUntil: day(5) });
    expect(around([never], 5)).toEqual([['A', 'A']]);
    expect(assessed([ARREARS, never], day(0), rules(OVERRIDES)).nextReviewAt).toBe(addMonths(day(0), 24));
  });

  it('is the one approved last, of equal approvals the one with the greater id', () => {
    const [one, other] = [manual('7', 'C'), manual('8', 'B')];
    expect(at([one, other], 1)?.riskClass).toBe('B');
    expect(at([manual('7', 'C', { approvedAt: day(1) }), other], 1)?.riskClass).toBe('C');
    expect(at([one, manual('8', 'B', { approvedAt: day(-1) })], 1)?.riskClass).toBe('C');
    expect(at([one, manual('8', 'B', { approvedAt: day(1), validFrom: day(3) })], 1)?.riskClass).toBe('C');
  });

  it('is of one scheme, states all its moments, and is read only where the scheme reads any', () => {
    expect(at([manual('7', 'C', { schemeId: 'other' })], 1)?.riskClass).toBe('A');
    for (const missing of ['approvedAt', 'validFrom', 'validUntil']) {
      expect(at([manual('7', 'C', { [missing]: null })], 1)?.riskClass).toBe('A');
    }
    expect(at([manual('7', 'C')], 1, { overrides: null })?.riskClass).toBe('A');
    expect(at([status(manual('7', 'C'), 'STANDING', 'REMOVED', day(3))], 1)?.riskClass).toBe('A');
  });

  it('may lower a floor, never a direct determination, and rates nobody outside of the population', () => {
    const low = [manual('7', 'A')];
    expect(at(low, 1, { conditions: [floor('F', 'tax.arrears', 'C')] })).toMatchObject({
      computedClass: 'C',
      riskClass: 'A',
    });
    expect(at(low, 1, { conditions: [direct('X', 'tax.arrears')] })).toMatchObject({
      ...{ computedClass: 'D', riskClass: 'D', overrideFactId: idOf('7') },
    });
    const [outside] = assessed(low, day(1), rules(OVERRIDES)).results;
    expect(outside).toMatchObject({ riskClass: null, computedClass: null, overrideFactId: null });
  });
});

describe('a scheme above another', () => {
  const above = (own: Partial<RuleSetDefinition>, takesBase = false): RuleSetDefinition =>
    definition({
      id: 'above',
      scheme: { id: 'above', kind: 'specialised', department: 'd', field: 'f', base: 'small', takesBase },
      ...own,
    });
  const both = (base: Partial<RuleSetDefinition>, own: Partial<RuleSetDefinition>, takesBase = false): ActiveRuleSets =>
    activate([compileDefinition(above(own, takesBase)), compileDefinition(definition(base))]);
  const result = (active: ActiveRuleSets, records = [ARREARS]): SchemeResult | undefined =>
    assessed(records, day(1), active).results.find(({ schemeId }) => schemeId === 'above');

  it('takes the direct determinations of its base under their name, before its own', () => {
    const active = both(
      { conditions: [direct('X', 'tax.arrears'), floor('F', 'tax.arrears', 'B')] },
      { conditions: [direct('Y', 'tax.arrears')] },
    );
    expect(result(active)).toMatchObject({ riskClass: 'D', computedClass: 'D', score: 0 });
    expect(result(active)?.reasons.map(({ indicator: code }) => code)).toEqual(['small:X', 'Y']);
    expect(assessed([ARREARS], day(1), active).position.schemes['above']?.direct).toEqual(['small:X', 'Y']);
    const inherited = explain(positionOf([ARREARS]), day(1), active)[1]?.inheritedDeterminations;
    expect(inherited).toEqual(['small:X']);
  });

  it('does not take the floors of its base, and determines by itself', () => {
    const active = both(
      { conditions: [floor('F', 'tax.arrears', 'C')] },
      { conditions: [direct('Y', 'crime.conviction')] },
    );
    expect(result(active)).toMatchObject({ riskClass: 'A' });
    expect(result(active, [ARREARS, fact('2', 'crime.conviction', day(0))])).toMatchObject({ riskClass: 'D' });
  });

  it('inherits nothing for those outside of its own population', () => {
    const population = { statusAttribute: 'status', leavingStatuses: [], leavingFacts: [every('tax.arrears')] };
    const active = both({ conditions: [direct('X', 'tax.arrears')] }, { population });
    expect(result(active)).toMatchObject({ riskClass: null, computedClass: null });
    expect(assessed([ARREARS], day(1), active).position.schemes['above']?.direct).toEqual([]);
  });

  it('that takes its base has its score and class, its determinations under its name, and its reasons', () => {
    const base = {
      indicators: [indicator('I', points('tax.arrears', 30_000))],
      conditions: [direct('X', 'crime.conviction')],
    };
    const active = both(base, {}, true);
    expect(result(active)).toMatchObject({ score: 30_000, riskClass: 'B' });
    expect(result(active)?.reasons).toMatchObject([{ indicator: 'small:I', points: 30_000, kind: 'INDICATOR' }]);
    const convicted = [ARREARS, fact('2', 'crime.conviction', day(0))];
    expect(result(active, convicted)).toMatchObject({ riskClass: 'D' });
    expect(assessed(convicted, day(1), active).position.schemes['above']?.direct).toEqual(['small:X']);
    const [, account] = explain(positionOf([ARREARS]), day(1), active);
    expect(account).toMatchObject({ takenFrom: 'small', score: 30_000 });
  });

  it('that takes its base rates nobody whom the base does not rate', () => {
    expect(result(both({ appliesTo: { kind: 'any', of: [] } }, {}, true))).toBeUndefined();
    expect(result(both({ appliesTo: { kind: 'any', of: [] } }, {}))).toMatchObject({ riskClass: 'A' });
  });

  it('reads its own base, not whichever scheme comes first', () => {
    const other = definition({
      ...{ id: 'other', conditions: [direct('X', 'tax.arrears')] },
      scheme: { id: 'other', kind: 'specialised', department: 'd', field: 'f', base: null, takesBase: false },
    });
    const reading = above({
      indicators: [indicator('J', { form: 'schemeClass', scheme: 'small', points: { A: 1, B: 2, C: 3, D: 4 } })],
    });
    const active = activate([other, definition(), reading].map(compileDefinition));
    expect(active.ruleSets.map(({ schemeId }) => schemeId)).toEqual(['other', 'small', 'above']);
    expect(result(active)).toMatchObject({ riskClass: 'A', score: 1 });
  });

  it('reads the class of another scheme as points and as a condition, at the same moment', () => {
    const each = { A: 0, B: 1_000, C: 2_000, D: 60_000 };
    const own = {
      indicators: [indicator('J', { form: 'schemeClass', scheme: 'small', points: each })],
      conditions: [
        { ...floor('F', 'tax.arrears', 'B'), when: { kind: 'schemeClass', scheme: 'small', classes: ['C'] } as const },
      ],
    };
    const scored = (points_: number): unknown => {
      const active = both({ indicators: [indicator('I', points('tax.arrears', points_))] }, own);
      const { score, riskClass } = result(active) as SchemeResult;
      return [score, riskClass];
    };
    expect([scored(0), scored(25_000), scored(50_000), scored(75_000)]).toEqual([
      ...[
        [0, 'A'],
        [1_000, 'A'],
        [2_000, 'B'],
        [60_000, 'C'],
      ],
    ]);
    const unrated = both({ appliesTo: { kind: 'any', of: [] } }, own);
    expect(result(unrated)).toMatchObject({ score: 0, riskClass: 'A' });
    const active = both({ indicators: [indicator('I', points('tax.arrears', 25_000))] }, own);
    const [, account] = explain(positionOf([ARREARS]), day(1), active);
    expect(account?.indicators[0]?.contributions[0]).toMatchObject({ factIds: [], points: 1_000, counts: true });
    const lowest = both({}, own);
    expect(explain(positionOf([ARREARS]), day(1), lowest)[1]?.indicators).toEqual([]);
    const graver = both({ indicators: [indicator('I', points('tax.arrears', 50_000))] }, own);
    const records = [ARREARS, fact('2', 'crime.transfer', day(0))];
    expect(explain(positionOf(records), day(1), graver)[1]?.floors).toMatchObject([{ code: 'F', factIds: [] }]);
  });

  it('applies by the class of another, with no fact of its own', () => {
    const own = { appliesTo: { kind: 'schemeClass', scheme: 'small', classes: ['A'] } as const };
    expect(result(both({}, own))).toMatchObject({ riskClass: 'A' });
    expect(result(both({ conditions: [direct('X', 'tax.arrears')] }, own))).toBeUndefined();
  });
});

describe('the official class', () => {
  const decay = [
    { until: { unit: 'DAY', length: 10 }, perMille: 1000 },
    { until: { unit: 'DAY', length: 90 }, perMille: 900 },
  ] as const;
  const own = (each: number, hysteresisPoints: number): Partial<RuleSetDefinition> => ({
    official: { hysteresisPoints },
    indicators: [indicator('I', { form: 'facts', select: every('tax.arrears'), points: each, decay })],
  });
  const official = (each: number, hysteresis: number, more: Partial<RuleSetDefinition> = {}): unknown =>
    officialClasses(
      positionOf([ARREARS]),
      { asOf: day(20), previousAsOf: day(5) },
      rules({ ...own(each, hysteresis), ...more }),
    )[0];

  it('gets better only where the score stays in the better band with the hysteresis added', () => {
    expect(official(25_000, 2_499)).toEqual({
      ...{
        schemeId: 'small',
        ruleSet: 'small@1.0.0',
        riskClass: 'A',
        raw: 'A',
        previousRaw: 'B',
        raised: 'A',
        score: 22_500,
      },
    });
    expect(official(25_000, 2_500)).toMatchObject({ riskClass: 'B', raw: 'A', previousRaw: 'B', raised: 'B' });
    expect(official(24_000, 9_999)).toMatchObject({ riskClass: 'A', raw: 'A', previousRaw: 'A', raised: 'B' });
    expect(official(25_000, 60_000)).toMatchObject({ riskClass: 'B', raised: 'D' });
    expect(official(25_000, 2_500, { official: null })).toMatchObject({ riskClass: 'A', raised: 'A' });
  });

  it('is that of the period where there was none before, and none outside of the population', () => {
    const first = officialClasses(
      positionOf([ARREARS]),
      { asOf: day(20), previousAsOf: day(-5) },
      rules(own(25_000, 2_500)),
    );
    expect(first[0]).toMatchObject({ riskClass: 'A', previousRaw: null, raised: 'B' });
    const nobody = officialClasses(positionOf([]), { asOf: day(20), previousAsOf: day(5) }, rules(own(25_000, 2_500)));
    expect(nobody[0]).toMatchObject({ riskClass: null, raw: null, previousRaw: null, raised: null });
  });

  it('stays a manual class in force, and rests on what the facts came to before', () => {
    const manual = fact('7', 'override.class', day(0), {
      ...{ schemeId: 'small', riskClass: 'C', approvedAt: day(0), validFrom: day(0), validUntil: day(30) },
    });
    const active = rules({ ...own(25_000, 2_500), overrides: { maxDays: 90 } });
    const [told] = officialClasses(positionOf([ARREARS, manual]), { asOf: day(20), previousAsOf: day(5) }, active);
    expect(told).toMatchObject({ riskClass: 'C', raw: 'A', previousRaw: 'B', raised: 'B' });
  });

  it('beyond the last band is D, and nobody outside of the population is raised', () => {
    expect(official(90_000, 30_000)).toMatchObject({ raw: 'D', raised: 'D', score: 81_000 });
    const above = definition({
      ...{ id: 'above', official: { hysteresisPoints: 0 } },
      population: { statusAttribute: 'status', leavingStatuses: [], leavingFacts: [every('tax.arrears')] },
      scheme: { id: 'above', kind: 'specialised', department: 'd', field: 'f', base: 'small', takesBase: false },
    });
    const base = definition({ conditions: [direct('X', 'tax.arrears')] });
    const [, told] = officialClasses(
      positionOf([ARREARS]),
      { asOf: day(20), previousAsOf: day(5) },
      activate([base, above].map(compileDefinition)),
    );
    expect(told).toMatchObject({ riskClass: null, raw: null, raised: null });
  });

  it('of a scheme above another inherits D, and reads the official class of the other', () => {
    const above = definition({
      ...{ id: 'above', official: { hysteresisPoints: 0 } },
      scheme: { id: 'above', kind: 'specialised', department: 'd', field: 'f', base: 'small', takesBase: false },
      indicators: [indicator('J', { form: 'schemeClass', scheme: 'small', points: { A: 0, B: 30_000, C: 0, D: 0 } })],
    });
    const told = (base: Partial<RuleSetDefinition>): unknown[] =>
      officialClasses(
        positionOf([ARREARS]),
        { asOf: day(20), previousAsOf: day(5) },
        activate([compileDefinition(definition(base)), compileDefinition(above)]),
      ).map(({ schemeId, riskClass, raised, score }) => [schemeId, riskClass, raised, score]);
    expect(told(own(25_000, 2_500))).toEqual([
      ['small', 'B', 'B', 22_500],
      ['above', 'B', 'B', 30_000],
    ]);
    expect(told({ conditions: [direct('X', 'tax.arrears')] })[1]).toEqual(['above', 'D', 'D', 0]);
  });
});

it('a change of class has a direction', () => {
  const of = (from: RiskClass | null, to: RiskClass | null): string => directionOf(from, to);
  expect([of('A', 'B'), of('A', 'D'), of('B', 'A'), of(null, 'A'), of('A', null)]).toEqual([
    ...['WORSENED', 'WORSENED', 'IMPROVED', 'FIRST', 'LEFT'],
  ]);
});

describe('warnings', () => {
  const warning = (
    id: string,
    when: RuleSetDefinition['warnings'][number]['when'],
  ): RuleSetDefinition['warnings'][number] => ({
    ...{ id, level: 'RED', label: 'proposal', basis: '', when },
    text: { zh: `{from}→{to} {direct}`, en: `from {from} to {to}: {direct}, {direct}` },
  });
  const isKnown = direct('', 'crime.conviction').when;
  const active = rules({
    conditions: [
      direct('X', 'crime.conviction'),
      direct('Y', 'crime.transfer'),
      floor('F', 'report.verified', 'C'),
      floor('G', 'complaint.accepted', 'B'),
    ],
    warnings: [
      warning('direct', { kind: 'DIRECT_NEWLY_MET' }),
      warning('worse', { kind: 'WORSENED_BY', classes: 2 }),
      warning('moved', { kind: 'MOVED', from: 'A', to: 'B' }),
      warning('met', { kind: 'NEWLY_MET', condition: isKnown }),
      warning('other', { kind: 'NEWLY_MET', condition: direct('', 'tax.abnormal-taxpayer').when }),
    ],
  });
  const after = (types: readonly string[], next: string, own: Partial<FactRecord> = {}): string[] => {
    const known = types.map((type, at) => fact(`a${at}`, type, day(0)));
    const { position } = assessed(known, day(1), active);
    const record = fact('c', next, day(0), {}, own);
    return assess(position, { kind: 'fact', record }, day(1), active).warnings.map(({ rule }) => rule);
  };

  it('tell what was newly determined, how much the class worsened, and a condition newly met', () => {
    expect(after(['tax.arrears'], 'crime.conviction')).toEqual(['direct', 'worse', 'met']);
    expect(after(['tax.arrears'], 'crime.transfer')).toEqual(['direct', 'worse']);
    expect(after(['tax.arrears'], 'report.verified')).toEqual(['worse']);
    expect(after(['tax.arrears'], 'complaint.accepted')).toEqual(['moved']);
    expect(after(['complaint.accepted'], 'report.verified')).toEqual([]);
    expect(after(['tax.arrears'], 'tax.abnormal-taxpayer')).toEqual(['other']);
  });

  it('are raised once, and again only for what is newly met', () => {
    expect(after(['crime.conviction'], 'crime.conviction')).toEqual([]);
    expect(after(['crime.conviction'], 'tax.arrears')).toEqual([]);
    expect(after(['crime.conviction'], 'crime.transfer')).toEqual(['direct']);
    expect(after(['crime.conviction'], 'tax.abnormal-taxpayer')).toEqual(['other']);
  });

  it('of a first classification know no class before', () => {
    const record = fact('c', 'crime.conviction', day(0));
    const text = { zh: '–→D X', en: 'from – to D: X, X' };
    const frame = { schemeId: 'small', ruleSet: 'small@1.0.0', level: 'RED', text };
    expect(assess(undefined, { kind: 'fact', record }, day(1), active).warnings).toEqual([
      { ...frame, rule: 'direct' },
      { ...frame, rule: 'met' },
    ]);
  });

  it('tell from which class to which, and all determinations newly met', () => {
    const { position } = assessed([fact('a', 'complaint.accepted', day(0))], day(1), active);
    const records = [fact('c', 'crime.conviction', day(2)), fact('d', 'crime.transfer', day(2))];
    const folded = positionOf([fact('a', 'complaint.accepted', day(0)), ...records]);
    const { warnings, changes } = assess({ ...folded, schemes: position.schemes }, { kind: 'review' }, day(2), active);
    expect(warnings.map(({ rule, text }) => [rule, text.zh])).toEqual([
      ['direct', 'B→D X, Y'],
      ['worse', 'B→D X, Y'],
      ['met', 'B→D X, Y'],
    ]);
    expect(changes).toMatchObject([{ from: 'B', to: 'D', scoreBefore: 0, scoreAfter: 0 }]);
  });

  it('are not raised for conditions that another rule set finds met, but for what it determines', () => {
    const { position } = assessed([fact('a', 'crime.conviction', day(0))], day(1), rules());
    const { warnings } = assess(position, { kind: 'ruleSet' }, day(1), active);
    expect(warnings.map(({ rule }) => rule)).toEqual(['direct', 'worse']);
  });

  it('are not raised for those outside of the population', () => {
    const gone = fact('b', 'enterprise.registration', day(0), { status: 'GONE' });
    const { warnings, position } = assessed([gone, fact('a', 'crime.conviction', day(0))], day(1), active);
    expect(warnings).toEqual([]);
    expect(position.schemes['small']).toMatchObject({ riskClass: null, direct: [], alerts: [] });
  });
});
