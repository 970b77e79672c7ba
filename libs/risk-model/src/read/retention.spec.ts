import type { Condition, Part, RuleSetDefinition, Span, StatePart } from '../rule-set/definition.ts';
import { definition, every, indicator, points } from '../small-rule-set.spec-support.ts';
import { faultsOf, fileOf, indicatorOf } from './rule-set-files.spec-support.ts';
import { readRuleSet } from './read-rule-set.ts';
import { lookBackOf, requiredKeepMonths } from './retention.ts';

const GENERAL = readRuleSet(fileOf('general@2.0.0'));

describe('how far back the rules look', () => {
  it.each([
    ['penalty.decision', 'END', 36, 'publicity and decay'],
    ['inspection.result', 'START', 36, 'the decay of a refusal'],
    ['abnormal.listing', 'END', 36, 'the three-year clock'],
    ['recall.ordered', 'END', 36, 'the residual'],
    ['complaint.accepted', 'START', 24, 'evidence, longer than the window'],
    ['licence.grant', 'NEVER', 24, 'a later licence closes an expired one'],
    ['annual-report.filing', 'NEVER', 24, 'a report filed closes the one missing'],
    ['derived.branches-d', 'END', 0, 'only while valid'],
    ['override.class', 'END', 4, '90 days are at most four months'],
    ['enterprise.registration', 'END', 24, 'attributes as long as they are stated'],
  ])('%s: %s and %d months, for %s', (type, since, months) => {
    expect(lookBackOf(GENERAL, type)).toEqual({ since, months });
    expect(requiredKeepMonths(GENERAL, type)).toBe(months);
  });

  it('a fact that opens at its expiry has not ended with it', () => {
    const file = fileOf('general@2.0.0');
    delete indicatorOf(file, 'D07').closedBy;
    expect(lookBackOf(readRuleSet(file), 'licence.grant').since).toBe('CLOSED');
  });

  it('grows with the longest of windows, decays, residuals, clocks and publicity', () => {
    const months = (change: (file: ReturnType<typeof fileOf>) => unknown, type: string): number => {
      const file = fileOf('general@2.0.0');
      change(file);
      for (const use of Object.values<{ keepMonths?: number }>(file.facts)) if (use.keepMonths) use.keepMonths = 999;
      return requiredKeepMonths(readRuleSet(file), type);
    };
    expect(months((file) => (indicatorOf(file, 'R04').months = 61), 'penalty.decision')).toBe(61);
    expect(months((file) => (file.decays.YR3.steps[2].untilMonth = 62), 'recall.ordered')).toBe(62);
    expect(months((file) => (indicatorOf(file, 'R07').residual.months = 63), 'abnormal.listing')).toBe(63);
    expect(months((file) => (indicatorOf(file, 'R11').afterMonths = 64), 'abnormal.listing')).toBe(64);
    expect(months((file) => (file.facts['licence.revocation'].publicityMonths = 65), 'licence.revocation')).toBe(65);
    expect(months((file) => (file.evidence.months = 66), 'tax.arrears')).toBe(66);
    expect(months((file) => (file.evidence.months = 66), 'derived.branches-d')).toBe(0);
    expect(months((file) => (indicatorOf(file, 'D06').months = 64), 'social-insurance.snapshot')).toBe(67);
    expect(months((file) => (file.directDeterminations[3].when[0].withinMonths = 68), 'accident.responsibility')).toBe(
      68,
    );
    expect(months((file) => (file.warnings[6].when.newlyMet.count.days = 1960), 'penalty.decision')).toBe(70);
  });
});

describe('how far back one rule looks', () => {
  const months = (length: number): Span => ({ unit: 'MONTH', length });
  const decay = [months(3), months(7)].map((until) => ({ until, perMille: 1000 }));
  const type = 'tax.arrears';
  const own: StatePart = {
    ...{ form: 'state', select: every(type), points: 9, opens: { on: 'START' }, whileEnterprise: null },
    ...{ closesAfter: null, closedBy: [], residual: null },
  };
  const closing = (order: 'LATER' | 'ANY', closesAfter: Span | null): Part => ({
    ...{ ...own, select: every('crime.conviction'), closesAfter },
    closedBy: [{ select: every(type), same: null, order }],
  });
  const window = { select: every(type), within: months(7) };
  const steps = [{ from: 1, points: 1 }];
  const fact: Condition = {
    ...{ kind: 'fact', select: every(type), opens: { on: 'START' }, within: null, after: null },
    ...{ unlessPerformance: null, endsWithinDays: null },
  };
  const expired: Condition = { ...fact, opens: { on: 'EXPIRY' } };
  const recent: Condition = { ...fact, within: months(7) };

  /** Facts are evidence for one month here, which every answer shows that looks back no further. */
  const lookBack = (rules: Partial<RuleSetDefinition>, of = type): unknown => {
    const { since, months: length } = lookBackOf(
      definition({ ...rules, evidence: { months: 1, newSince: 'registeredAt' } }),
      of,
    );
    return [since, length];
  };

  it.each<[string, Part | Part[], unknown[]]>([
    ['facts as long as they are usable', points(type, 9), ['END', 1]],
    ['facts to the end of their decay', { form: 'facts', select: every(type), points: 9, decay }, ['START', 7]],
    ['a state while it is open', own, ['END', 1]],
    ['a state and its residual', { ...own, residual: { points: 1, decay } }, ['END', 7]],
    ['a state that closes by itself', { ...own, closesAfter: months(7) }, ['START', 7]],
    ['an expired state', { ...own, opens: { on: 'EXPIRY' } }, ['CLOSED', 1]],
    ['an expired state that closes', { ...own, opens: { on: 'EXPIRY' }, closesAfter: months(7) }, ['CLOSED', 7]],
    ['what closes at any time', closing('LATER', null), ['NEVER', 1]],
    ['what closes a state that closes by itself', closing('LATER', months(7)), ['START', 7]],
    ['what closes such a state before it begins', closing('ANY', months(7)), ['NEVER', 7]],
    ['a clock', { form: 'clock', select: every(type), after: months(7), points: 9 }, ['END', 7]],
    ['a count', { form: 'count', ...window, per: null, steps }, ['START', 7]],
    ['a sum', { form: 'total', ...window, sumOf: [], steps }, ['START', 7]],
    ['an excess', { form: 'excess', ...window, over: 'derived.branches-d', overAtLeast: 0, each: 1 }, ['START', 7]],
    [
      'what an excess is over',
      { form: 'excess', ...window, select: every('crime.conviction'), over: type, overAtLeast: 0, each: 1 },
      ['END', 1],
    ],
    ['a row', { form: 'consecutive', factType: type, key: 'k', length: 2, holds: [], points: 9 }, ['END', 1]],
    [
      'a drop from one snapshot to the next',
      {
        ...{ form: 'drop', factType: type, key: 'k', everyMonths: 3, attribute: 'a', from: 1, toPerMille: 500 },
        ...{ within: { unit: 'DAY', length: 29 }, points: 9 },
      },
      ['END', 5],
    ],
    ['a value of many', { form: 'derived', factType: type, measure: { by: 'EACH', points: 1 } }, ['END', 1]],
    ['the industry', { form: 'lookup', attribute: 'industry', prefixes: [], otherwise: 0 }, ['START', 1]],
    ['the furthest of several', [points(type, 9), { form: 'count', ...window, per: null, steps }], ['END', 7]],
  ])('%s', (_, parts, expected) => {
    expect(lookBack({ indicators: [indicator('I', parts)] })).toEqual(expected);
  });

  it.each<[string, Condition, unknown[]]>([
    ['on a fact as long as it is usable', fact, ['END', 1]],
    ['on a fact that has been so long', { ...fact, after: months(7) }, ['END', 7]],
    ['on a recent fact', recent, ['START', 7]],
    ['on one that has expired', expired, ['CLOSED', 1]],
    ['on one that expired of late', { ...expired, within: months(7) }, ['CLOSED', 7]],
    ['on one that expired long since', { ...expired, after: months(7) }, ['CLOSED', 7]],
    ['on a number of facts', { kind: 'count', ...window, atLeast: 2 }, ['START', 7]],
    ['among several', { kind: 'any', of: [{ kind: 'open', indicator: 'I' }, recent] }, ['START', 7]],
    ['among several that must hold', { kind: 'all', of: [recent] }, ['START', 7]],
    ['that must not hold', { kind: 'not', of: recent }, ['START', 7]],
    ['on the class of another scheme', { kind: 'schemeClass', scheme: 's', classes: ['D'] }, ['START', 1]],
  ])('a condition %s, of a floor, a warning or on whom a scheme applies to', (_, when, expected) => {
    const frame = { name: { zh: '', en: '' }, label: 'proposal', basis: '' } as const;
    const floor = { ...frame, code: 'F', kind: 'FLOOR', riskClass: 'B', when } as const;
    const warning = {
      ...{ id: 'w', level: 'RED' as const, text: frame.name, label: 'proposal' as const, basis: '' },
      when: { kind: 'NEWLY_MET', condition: when },
    } as const;
    const direct = { ...warning, when: { kind: 'DIRECT_NEWLY_MET' } } as const;
    expect([
      lookBack({ conditions: [floor] }),
      lookBack({ warnings: [direct, warning] }),
      lookBack({ appliesTo: when }),
    ]).toEqual([expected, expected, expected]);
  });

  it('the time of publicity, of the class that has the longest', () => {
    const plain = { startsAt: null, expiresAt: null, completedOn: null, publicityEnd: null };
    const published = (publicityMonths: number | Record<string, number> | null): unknown =>
      lookBack({ facts: [{ type, lifetime: { ...plain, publicityMonths }, keepMonths: null }] });
    expect([published(null), published(7), published({ A: 3, B: 7, C: 5 })]).toEqual([
      ...[
        ['START', 1],
        ['START', 7],
        ['START', 7],
      ],
    ]);
  });

  it('what states attributes, takes out of the population or sets a class by hand', () => {
    const population = { statusAttribute: 'status', leavingStatuses: [], leavingFacts: [every(type)] };
    const overrides = { maxDays: 57 };
    expect(lookBack({}, 'enterprise.change')).toEqual(['END', 1]);
    expect(lookBack({}, 'enterprise.link')).toEqual(['START', 0]);
    expect(lookBack({ population })).toEqual(['END', 1]);
    expect(lookBack({ population }, 'crime.conviction')).toEqual(['START', 1]);
    expect(lookBack({ overrides }, 'override.class')).toEqual(['END', 3]);
    expect(lookBack({}, 'override.class')).toEqual(['START', 0]);
    expect(lookBack({ overrides })).toEqual(['START', 1]);
    expect(lookBack({}, 'derived.branches-d')).toEqual(['START', 0]);
    expect(lookBack({}, 'own.type')).toEqual(['START', 1]);
  });
});

describe('a fact type', () => {
  it('may be kept for as long as a rule looks back, and not for a month less', () => {
    const file = fileOf('general@2.0.0');
    file.facts['penalty.decision'].keepMonths = 36;
    expect(faultsOf(file)).toEqual([]);
    file.facts['penalty.decision'].keepMonths = 35;
    expect(faultsOf(file)).toEqual(['facts.penalty.decision.keepMonths: is too short: a rule looks back 36 months']);
  });
});
