import { activate, addMonths, assess, explain } from './index.ts';
import type {
  ActiveRuleSets,
  Condition,
  Explanation,
  FactExplanation,
  FactRecord,
  Part,
  Position,
  RuleSetDefinition,
} from './index.ts';
import { compileDefinition } from './compile/compile-rule-set.ts';
import {
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
const OTHER = fact('2', 'crime.conviction', day(0));
const HONOUR = fact('3', 'honour.grant', day(0));

function account(records: readonly FactRecord[], own: Partial<RuleSetDefinition>, asOf = day(1)): Explanation {
  return explain(positionOf(records), asOf, rules(own))[0] as Explanation;
}

describe('the lines of an explanation', () => {
  const indicators = [
    indicator('I', points('tax.arrears', 100)),
    indicator('J', points('crime.conviction', 50)),
    indicator('P', points('honour.grant', 30), { positive: true }),
    indicator('Z', points('honour.grant', 0)),
  ];
  const lines = (own: Partial<RuleSetDefinition>, records = [ARREARS, OTHER, HONOUR]): unknown[] =>
    account(records, { indicators, ...own }).lines.map(({ kind, code, points: each }) => [kind, code, each]);

  it('are the indicators with points, then what caps, good records and the scale take off', () => {
    const groups = [{ code: 'G', name: NAME, cap: 110 }];
    const positivePool = { cap: 20, suspendedWhileOpen: [] };
    expect(lines({ groups, positivePool })).toEqual([
      ['INDICATOR', 'I', 100],
      ['INDICATOR', 'J', 50],
      ['GROUP_CAP', 'G', -40],
      ['POSITIVE_POOL', '', -20],
    ]);
    expect(lines({ scaleMax: 140 })).toEqual([
      ['INDICATOR', 'I', 100],
      ['INDICATOR', 'J', 50],
      ['SCALE', '', -10],
    ]);
    expect(lines({ positivePool }, [HONOUR])).toEqual([
      ['POSITIVE_POOL', '', -20],
      ['SCALE', '', 20],
    ]);
    expect(lines({})).toHaveLength(2);
  });

  it('stand beside groups before and after their cap, and the pool that there is', () => {
    const groups = [
      { code: 'G', name: NAME, cap: 110 },
      { code: 'H', name: NAME, cap: 10 },
    ];
    const told = account([ARREARS, OTHER, HONOUR], {
      indicators,
      groups,
      positivePool: { cap: 20, suspendedWhileOpen: [] },
    });
    expect(told.groups).toEqual([
      { code: 'G', name: NAME, cap: 110, beforeCap: 150, points: 110 },
      { code: 'H', name: NAME, cap: 10, beforeCap: 0, points: 0 },
    ]);
    expect(told.positivePool).toEqual({ available: 30, taken: 20, suspendedBy: [] });
    expect(told).toMatchObject({ score: 90, bandClass: 'A', riskClass: 'A', takenFrom: null, asOf: day(1) });
  });
});

describe('an account', () => {
  const open = (code: string, type: string): ReturnType<typeof indicator> =>
    indicator(code, {
      ...{ form: 'state', select: every(type), points: 100, opens: { on: 'START' }, whileEnterprise: null },
      ...{ closesAfter: null, closedBy: [], residual: null },
    });

  it('names what suspends the good records: the gates that are open', () => {
    const records = [HONOUR, fact('1', 'abnormal.listing', day(0)), fact('2', 'recall.ordered', day(0))];
    const told = account(records, {
      indicators: [
        ...[open('S', 'abnormal.listing'), open('T', 'recall.ordered'), open('U', 'equipment.overdue')],
        indicator('P', points('honour.grant', 30), { positive: true }),
      ],
      positivePool: { cap: 20, suspendedWhileOpen: ['S', 'U'] },
    });
    expect(told.positivePool).toEqual({ available: 30, taken: 0, suspendedBy: ['S'] });
  });

  it('names the manual class that holds, beside what the facts come to', () => {
    const moments = { approvedAt: day(0), validFrom: day(0), validUntil: day(30) };
    const manual = fact('7', 'override.class', day(0), { schemeId: 'small', riskClass: 'C', ...moments });
    expect(account([ARREARS, manual], { overrides: { maxDays: 90 } })).toMatchObject({
      ...{ riskClass: 'C', computedClass: 'A', overrideFactId: idOf('7') },
    });
    expect(account([ARREARS], {}).overrideFactId).toBeNull();
  });

  it('of a specialised scheme has the determinations of its base, and an outlook of its own', () => {
    const when: Condition = {
      ...{ kind: 'fact', select: every('crime.conviction'), opens: { on: 'START' }, within: null, after: null },
      ...{ unlessPerformance: null, endsWithinDays: null },
    };
    const direct = {
      code: 'X',
      name: NAME,
      label: 'proposal',
      basis: '',
      kind: 'DIRECT',
      riskClass: 'D',
      when,
    } as const;
    const decay = [
      { until: { unit: 'DAY', length: 5 }, perMille: 1000 },
      { until: { unit: 'DAY', length: 9 }, perMille: 900 },
    ] as const;
    const own = { kind: 'specialised', department: 'd', field: 'f', base: 'small', takesBase: false } as const;
    const active = activate(
      [
        definition({ conditions: [direct] }),
        definition({
          ...{ id: 'above', scheme: { id: 'above', ...own } },
          indicators: [indicator('I', { form: 'facts', select: every('tax.arrears'), points: 30_000, decay })],
        }),
      ].map(compileDefinition),
    );
    const [base, above] = explain(positionOf([ARREARS, OTHER]), day(1), active);
    expect([base?.inheritedDeterminations, above?.inheritedDeterminations]).toEqual([[], ['small:X']]);
    const [calm, falling] = explain(positionOf([ARREARS]), day(1), active).map(({ outlook }) => outlook);
    expect(calm).toMatchObject({ nextChange: null, improvesAt: null });
    expect(falling).toMatchObject({ nextChange: { at: day(5), score: 27_000, riskClass: 'B' }, improvesAt: day(9) });
  });
});

describe('an indicator explained', () => {
  it('has its contributions, before and after choice and cap', () => {
    const second = fact('4', 'tax.arrears', day(0), {}, { caseNumber: 'K' });
    const shared = fact('5', 'report.verified', day(0), {}, { caseNumber: 'K' });
    const told = account([ARREARS, second, shared], {
      indicators: [
        indicator('I', points('tax.arrears', 100), { cap: 150 }),
        indicator('J', points('report.verified', 60)),
        indicator('K', points('crime.conviction', 50)),
      ],
      incidentOrder: ['I', 'J'],
    });
    const contribution = (id: string, each: number, counts: boolean): unknown => ({
      ...{ factIds: [idOf(id)], groupedBy: '', undecayed: each, perMille: 1000, points: each, counts },
    });
    expect(told.indicators).toMatchObject([
      {
        ...{ code: 'I', group: 'G', positive: false, cap: 150, raw: 200, chosen: 100, points: 100 },
        contributions: [contribution('1', 100, true), contribution('4', 100, false)],
      },
      { code: 'J', raw: 60, chosen: 60, points: 60, contributions: [contribution('5', 60, true)] },
    ]);
  });

  it('of which the greatest counts lets one stand: the first of the greatest, of the greatest part', () => {
    const open = (id: string, at: number): FactRecord => fact(id, 'abnormal.listing', at);
    const state: Part = {
      ...{
        form: 'state',
        select: every('abnormal.listing'),
        points: 100,
        opens: { on: 'START' },
        whileEnterprise: null,
      },
      ...{ closesAfter: null, closedBy: [], residual: null },
    };
    const counts = (records: readonly FactRecord[], ...parts: Parameters<typeof indicator>[1][]): unknown =>
      account(records, {
        indicators: [indicator('I', parts as never, { combine: 'GREATEST' })],
      }).indicators[0]?.contributions.map(({ factIds, counts: does }) => [factIds[0]?.slice(-1), does]);
    expect(counts([open('1', day(0)), open('2', day(0))], state)).toEqual([
      ['1', true],
      ['2', false],
    ]);
    const disputed = [open('1', day(0)), open('2', day(0)), status(open('1', day(0)), 'DISPUTE', 'FILED', day(0))];
    expect(counts(disputed, state)).toEqual([
      ['1', false],
      ['2', true],
    ]);
    const each = points('tax.arrears', 60);
    const two = [fact('3', 'tax.arrears', day(0)), fact('4', 'tax.arrears', day(0))];
    expect(counts([open('1', day(0)), ...two], state, each)).toEqual([
      ['1', false],
      ['3', true],
      ['4', true],
    ]);
    expect(counts([open('1', day(0)), two[0]!], state, each)).toEqual([
      ['1', true],
      ['3', false],
    ]);
    expect(counts([open('1', day(0)), open('2', day(0)), ...two], state, each)).toEqual([
      ['1', false],
      ['2', false],
      ['3', true],
      ['4', true],
    ]);
  });

  it('of which the greatest counts passes over what another leaves out', () => {
    const standing = (records: readonly FactRecord[], own: Partial<RuleSetDefinition>): unknown =>
      account(records, own).indicators.map(({ code, contributions }) => [
        code,
        contributions.flatMap(({ factIds, counts: does }) => (does ? [factIds[0]?.slice(-1)] : [])).join(' '),
      ]);
    const listing = (id: string, type: string, reasonCode: string): FactRecord =>
      fact(id, type, day(0), { reasonCode });
    const state: Part = {
      ...{ form: 'state', select: every('abnormal.listing'), points: 100, opens: { on: 'START' } },
      ...{ whileEnterprise: null, closesAfter: null, closedBy: [], residual: null },
    };
    expect(
      standing(
        [
          listing('1', 'abnormal.listing', 'a'),
          listing('2', 'abnormal.listing', 'b'),
          listing('3', 'serious-violation.listing', 'a'),
        ],
        {
          indicators: [indicator('I', state), indicator('J', points('serious-violation.listing', 200))],
          exclusive: [{ members: ['I', 'J'], per: 'reasonCode' }],
        },
      ),
    ).toEqual([
      ['I', '2'],
      ['J', '3'],
    ]);
    const shared = { caseNumber: 'K' };
    expect(
      standing(
        [
          fact('1', 'crime.conviction', day(0), {}, shared),
          fact('2', 'tax.arrears', day(0), {}, shared),
          fact('3', 'report.verified', day(0)),
        ],
        {
          indicators: [
            indicator('J', points('crime.conviction', 200)),
            indicator('I', [points('tax.arrears', 60), points('report.verified', 50)], { combine: 'GREATEST' }),
          ],
          incidentOrder: ['J', 'I'],
        },
      ),
    ).toEqual([
      ['J', '1'],
      ['I', '3'],
    ]);
  });

  it('of which all parts count lets all stand', () => {
    const both = indicator('I', [points('tax.arrears', 60), points('crime.conviction', 50)]);
    const [told] = account([ARREARS, OTHER], { indicators: [both] }).indicators;
    expect(told?.contributions.map(({ counts }) => counts)).toEqual([true, true]);
  });
});

describe('a fact explained', () => {
  const residual = { points: 40, decay: [{ until: { unit: 'DAY', length: 9 }, perMille: 1000 }] } as const;
  const own: Partial<RuleSetDefinition> = {
    facts: [
      {
        type: 'licence.grant',
        lifetime: {
          startsAt: null,
          expiresAt: 'validTo',
          completedOn: null,
          publicityEnd: null,
          publicityMonths: null,
        },
        keepMonths: null,
      },
    ],
    indicators: [
      indicator('I', {
        ...{
          form: 'state',
          select: every('abnormal.listing'),
          points: 100,
          opens: { on: 'START' },
          whileEnterprise: null,
        },
        ...{ closesAfter: null, closedBy: [], residual },
      }),
      indicator('J', points('tax.arrears', 10)),
    ],
    classifications: [
      {
        ...{ form: 'codeTables', name: 'o', factType: 'inspection.result', classes: ['X', 'Y'], attribute: 'codes' },
        ...{ systems: { s: { '1': 'X', '2': 'Y' } }, ranks: [1, 2] },
      },
    ],
  };
  const listing = fact('1', 'abnormal.listing', day(0), { reasonCode: '1' }, { codeSystem: 's', caseNumber: 'K' });
  const told = (records: readonly FactRecord[], days = 1): FactExplanation =>
    account(records, own, day(days)).facts[0] as FactExplanation;

  it('says why it counts or not', () => {
    const removed = status(listing, 'STANDING', 'REMOVED', day(5));
    expect(told([listing]).status).toBe('COUNTS');
    expect(told([listing], -1).status).toBe('NOT_BEGUN');
    expect(told([listing, removed], 5).status).toBe('RESIDUAL');
    expect(told([listing, removed], 14).status).toBe('REMOVED_OR_EXPIRED');
    expect(told([removed], 5).status).toBe('STUB');
    expect(told([listing, status(listing, 'STANDING', 'RETRACTED', day(5))]).status).toBe('RETRACTED');
    expect(told([listing, status(listing, 'PUBLICITY', 'REPAIRED', day(5))], 5).status).toBe('REPAIRED');
    expect(told([listing, status(listing, 'PUBLICITY', 'END', day(5))], 5).status).toBe('PUBLICITY_ENDED');
    expect(told([listing, status(listing, 'PUBLICITY', 'END', day(5))], 4).status).toBe('COUNTS');
    expect(told([fact('1', 'complaint.accepted', day(0))]).status).toBe('NO_POINTS');
  });

  it('is set aside where another counts instead, open or closed', () => {
    const other = fact('0', 'abnormal.listing', day(0));
    const statuses = (records: readonly FactRecord[], days: number): unknown[] =>
      account(records, own, day(days)).facts.map(({ status: each }) => each);
    expect(statuses([other, listing], 1)).toEqual(['COUNTS', 'SET_ASIDE']);
    expect(statuses([other, listing, status(listing, 'STANDING', 'REMOVED', day(5))], 6)).toEqual([
      'COUNTS',
      'SET_ASIDE',
    ]);
  });

  it('tells its moments, its registers, its attributes and what it counts for', () => {
    const removed = status(listing, 'STANDING', 'REMOVED', day(5));
    const filed = status(listing, 'DISPUTE', 'FILED', day(2), day(9));
    const ended = status(listing, 'PUBLICITY', 'END', day(7));
    const overdue = status(listing, 'PERFORMANCE', 'OVERDUE', day(1));
    expect(told([{ ...listing, effectiveAt: day(1) }, removed, filed, ended, overdue], 1)).toEqual({
      ...{ factId: idOf('1'), factType: 'abnormal.listing', status: 'COUNTS', disputed: false, occurredAt: day(0) },
      ...{
        startsAt: day(1),
        closedAt: day(5),
        publicityEnd: day(7),
        classification: null,
        caseNumber: 'K',
        codeSystem: 's',
      },
      attributes: { reasonCode: '1' },
      registers: [
        { register: 'STANDING', value: 'REMOVED', effectiveAt: day(5), until: null },
        { register: 'PUBLICITY', value: 'END', effectiveAt: day(7), until: null },
        { register: 'PERFORMANCE', value: 'OVERDUE', effectiveAt: day(1), until: null },
        { register: 'DISPUTE', value: 'FILED', effectiveAt: day(2), until: day(9) },
      ],
      countsFor: ['I'],
    });
    const stub = told([removed]);
    expect(stub).toMatchObject({
      occurredAt: null,
      startsAt: null,
      closedAt: null,
      publicityEnd: null,
      caseNumber: null,
    });
    expect(stub).toMatchObject({ codeSystem: null, attributes: {}, classification: null, countsFor: [] });
    expect(told([listing])).toMatchObject({ closedAt: null, publicityEnd: null, registers: [] });
  });

  it('is under objection from the filing to its end', () => {
    const disputed = (days: number): boolean =>
      told([listing, status(listing, 'DISPUTE', 'FILED', day(2), day(9))], days).disputed;
    expect([1, 2, 8, 9].map(disputed)).toEqual([false, true, true, false]);
    expect(told([listing]).disputed).toBe(false);
  });

  it('names its class, and keeps the name of a type that the model does not read', () => {
    const inspected = (code: string): FactRecord =>
      fact('1', 'inspection.result', day(0), { codes: [code] }, { codeSystem: 's' });
    expect(['1', '2', '3'].map((code) => told([inspected(code)]).classification)).toEqual(['X', 'Y', null]);
    const unread = told([fact('1', 'own.type', day(0), { any: 1 })]);
    expect(unread).toMatchObject({ factType: 'own.type', attributes: {}, classification: null, status: 'NO_POINTS' });
  });

  it('counts for floors and determinations too, as in the class', () => {
    const when: Condition = {
      ...{ kind: 'fact', select: every('complaint.accepted'), opens: { on: 'START' }, within: null, after: null },
      ...{ unlessPerformance: null, endsWithinDays: null },
    };
    const frame = { name: NAME, label: 'proposal', basis: 'b', when } as const;
    const conditions = [
      { ...frame, code: 'X', kind: 'DIRECT', riskClass: 'D' },
      { ...frame, code: 'F', kind: 'FLOOR', riskClass: 'B' },
    ] as const;
    const complaint = fact('1', 'complaint.accepted', day(0));
    const whole = account([complaint], { ...own, conditions });
    expect(whole.facts[0]).toMatchObject({ status: 'COUNTS', countsFor: ['X', 'F'] });
    expect(whole.directDeterminations).toEqual([
      { code: 'X', name: NAME, label: 'proposal', basis: 'b', riskClass: 'D', factIds: [idOf('1')] },
    ]);
    expect(whole.floors.map(({ code }) => code)).toEqual(['F']);
    const filed = status(complaint, 'DISPUTE', 'FILED', day(0));
    expect(account([complaint, filed], { ...own, conditions }).directDeterminations).toEqual([]);
  });

  it('counts for the conditions that it meets, and for none that it must not meet', () => {
    const of = (type: string): Condition => ({
      ...{ kind: 'fact', select: every(type), opens: { on: 'START' }, within: null, after: null },
      ...{ unlessPerformance: null, endsWithinDays: null },
    });
    const frame = { name: NAME, label: 'proposal', basis: 'b', kind: 'FLOOR', riskClass: 'B' } as const;
    const arrears = of('tax.arrears');
    const conditions = [
      { ...frame, code: 'F', when: arrears },
      { ...frame, code: 'G', when: of('crime.conviction') },
      { ...frame, code: 'H', when: { kind: 'not', of: of('complaint.accepted') } },
      { ...frame, code: 'J', when: { kind: 'all', of: [{ kind: 'not', of: of('complaint.accepted') }, arrears] } },
    ] as const;
    const floors = account([ARREARS, OTHER], { conditions }).floors.map(({ code, factIds }) => [code, factIds]);
    expect(floors).toEqual([
      ['F', [idOf('1')]],
      ['G', [idOf('2')]],
      ['H', []],
      ['J', [idOf('1')]],
    ]);
  });
});

describe('the outlook', () => {
  const decay = [
    { until: { unit: 'DAY', length: 10 }, perMille: 1000 },
    { until: { unit: 'DAY', length: 20 }, perMille: 900 },
    { until: { unit: 'DAY', length: 30 }, perMille: 500 },
  ] as const;
  const own = (each: number): Partial<RuleSetDefinition> => ({
    indicators: [indicator('I', { form: 'facts', select: every('tax.arrears'), points: each, decay })],
  });

  it('foretells the first change of score or class, and the first moment of a better class', () => {
    expect(account([ARREARS], own(30_000)).outlook).toMatchObject({
      nextChange: { at: day(10), score: 27_000, riskClass: 'B' },
      improvesAt: day(20),
    });
    expect(account([ARREARS], own(26_000)).outlook).toMatchObject({ improvesAt: day(10) });
    expect(account([ARREARS], own(1_000)).outlook).toMatchObject({
      nextChange: { at: day(10), score: 900, riskClass: 'A' },
      improvesAt: null,
    });
    expect(account([ARREARS], own(0)).outlook).toEqual({ nextChange: null, improvesAt: null, endings: [] });
    expect(account([ARREARS], own(1_000), day(25)).outlook.nextChange).toEqual({
      at: day(30),
      score: 0,
      riskClass: 'A',
    });
    const late = account([ARREARS], own(0), addMonths(day(0), 24));
    expect([late.outlook.nextChange, late.nextReviewAt]).toEqual([null, null]);
    expect(account([ARREARS], own(0)).nextReviewAt).toBe(day(10));
  });

  it('looks 500 reviews ahead', () => {
    const bands = [
      { riskClass: 'A', from: 0, to: 1 },
      { riskClass: 'B', from: 1, to: 100_000 },
      { riskClass: 'C', from: 100_000, to: 100_001 },
      { riskClass: 'D', from: 100_001, to: 100_002 },
    ] as const;
    const falling = (length: number): RuleSetDefinition['indicators'] => {
      const daily = Array.from({ length }, (_, at) => ({
        ...{ until: { unit: 'DAY', length: at + 1 } as const, perMille: 1000 - at },
      }));
      return [indicator('I', { form: 'facts', select: every('tax.arrears'), points: 50_000, decay: daily })];
    };
    const improvesAt = (length: number): number | null =>
      account([ARREARS], { bands, indicators: falling(length) }).outlook.improvesAt;
    expect([improvesAt(501), improvesAt(502)]).toEqual([day(501), null]);
  });

  it('names facts that count, not the change of representative without which one would not', () => {
    const sameAs = { kind: 'sameAs', attribute: 'personKey', enterprise: 'legalRepresentativeKey' } as const;
    const defaulters = points('court.representative-defaulter', 30_000, { where: [sameAs] });
    const registered = fact('1', 'enterprise.registration', day(0), { legalRepresentativeKey: 'first' });
    const changed = fact('2', 'enterprise.change', day(0), { legalRepresentativeKey: 'second' });
    const listed = fact('3', 'court.representative-defaulter', day(0), { personKey: 'second' });
    const own = { indicators: [indicator('I', defaulters)] };
    expect(account([registered, changed, listed], own).outlook.endings.map(({ factId }) => factId)).toEqual([
      idOf('3'),
    ]);
    expect(account([registered, listed], own)).toMatchObject({ riskClass: 'A' });
  });

  it('names the facts whose ending alone betters the class, by removal or by repair', () => {
    const both = [ARREARS, fact('2', 'tax.arrears', day(0)), fact('3', 'complaint.accepted', day(0))];
    const endings = (records: readonly FactRecord[], each: number): unknown =>
      account(records, own(each)).outlook.endings;
    expect(endings([ARREARS], 30_000)).toEqual([{ factId: idOf('1'), afterRemoval: 'A', afterRepair: 'A' }]);
    expect(endings(both, 20_000)).toEqual([
      { factId: idOf('1'), afterRemoval: 'A', afterRepair: 'A' },
      { factId: idOf('2'), afterRemoval: 'A', afterRepair: 'A' },
    ]);
    expect(endings(both, 80_000)).toEqual([]);
    expect(endings([ARREARS], 1_000)).toEqual([]);
    const residual: Part = {
      ...{
        form: 'state',
        select: every('abnormal.listing'),
        points: 30_000,
        opens: { on: 'START' },
        whileEnterprise: null,
      },
      ...{ closesAfter: null, closedBy: [], residual: { points: 26_000, decay } },
    };
    const listed = account([fact('1', 'abnormal.listing', day(0))], { indicators: [indicator('I', residual)] });
    expect(listed.outlook.endings).toEqual([{ factId: idOf('1'), afterRemoval: 'B', afterRepair: 'A' }]);
  });
});

function reasonsOf(position: Position, active: ActiveRuleSets): string[] {
  const [result] = assess(position, { kind: 'review' }, day(1), active).results;
  return (result?.reasons ?? []).map(({ indicator: code }) => code);
}

describe('the reasons of a class', () => {
  it('are five at most: determinations, floors, then indicators by points, equal points in order of the file', () => {
    const types = [
      'tax.arrears',
      'crime.conviction',
      'report.verified',
      'complaint.accepted',
      'opinion.verified',
      'crime.transfer',
    ];
    const each = [10, 30, 20, 30, 0, 40];
    const indicators = types.map((type, at) => indicator(`I${at}`, points(type, each[at] as number)));
    const records = types.map((type, at) => fact(`${at}`, type, day(0)));
    const position = positionOf(records);
    const told = (count: number, more: Partial<RuleSetDefinition> = {}): string[] => {
      const active = rules({ indicators, ...more });
      const { facts } = position;
      const kept = { ...position, facts: facts.slice(0, count) };
      return reasonsOf(kept, active);
    };
    expect(told(6)).toEqual(['I5', 'I1', 'I3', 'I2', 'I0']);
    expect(told(4)).toEqual(['I1', 'I3', 'I2', 'I0']);
    const when: Condition = {
      ...{ kind: 'fact', select: every('tax.arrears'), opens: { on: 'START' }, within: null, after: null },
      ...{ unlessPerformance: null, endsWithinDays: null },
    };
    const conditions = ['X', 'Y', 'Z'].map((code) => ({
      ...{
        code,
        name: NAME,
        label: 'proposal' as const,
        basis: '',
        kind: 'FLOOR' as const,
        riskClass: 'B' as const,
        when,
      },
    }));
    expect(told(6, { conditions })).toEqual(['X', 'Y', 'Z', 'I5', 'I1']);
    expect(told(6, { conditions: [...conditions, ...conditions] })).toEqual(['X', 'Y', 'Z', 'X', 'Y']);
  });

  it('name points and facts, each fact once, and leave good records out', () => {
    const indicators = [
      indicator('I', [points('tax.arrears', 10), points('tax.arrears', 20)]),
      indicator('P', points('honour.grant', 5), { positive: true }),
    ];
    const records = [ARREARS, HONOUR];
    const active = rules({ indicators, positivePool: { cap: 5, suspendedWhileOpen: [] } });
    expect(assess(positionOf(records), { kind: 'review' }, day(1), active).results[0]?.reasons).toEqual([
      { indicator: 'I', factIds: [idOf('1')], points: 30, kind: 'INDICATOR' },
    ]);
  });
});
