import { explain } from './index.ts';
import type { FactRecord, IndicatorDefinition, RuleSetDefinition } from './index.ts';
import {
  day,
  every,
  fact,
  idOf,
  indicator,
  points,
  positionOf,
  rules,
  scoreOf,
  status,
} from './small-rule-set.spec-support.ts';

const NAME = { zh: '', en: '' };

/** Indicators I, J and K, for one fact type each. */
const TYPES = { I: 'tax.arrears', J: 'crime.conviction', K: 'report.verified' } as const;
type Code = keyof typeof TYPES;

function indicators(
  each: Record<Code, number>,
  own: Partial<Record<Code, Partial<IndicatorDefinition>>> = {},
): IndicatorDefinition[] {
  return (Object.keys(each) as Code[]).map((code) => indicator(code, points(TYPES[code], each[code]), own[code]));
}

function of(id: string, code: Code, caseNumber: string | null = null): FactRecord {
  return fact(id, TYPES[code], day(0), {}, { caseNumber });
}

/** The score, and the ids of the facts that count. */
function counted(records: readonly FactRecord[], own: Partial<RuleSetDefinition>): [number, string] {
  const [account] = explain(positionOf(records), day(1), rules(own));
  const ids = records.map(({ factId }) => factId).sort();
  const counting = new Set(
    (account?.facts ?? []).flatMap(({ factId, status }) => (status === 'COUNTS' ? [factId] : [])),
  );
  return [
    account?.score ?? NaN,
    ids
      .filter((id) => counting.has(id))
      .map((id) => id.replace(/^0+/, ''))
      .join(' '),
  ];
}

describe('one incident', () => {
  const own = { indicators: indicators({ I: 10, J: 30, K: 20 }), incidentOrder: ['I', 'J', 'K'] };

  it('counts once, by the fact that brings most', () => {
    expect(counted([of('1', 'I', 'C'), of('2', 'J', 'C')], own)).toEqual([30, '2']);
    expect(counted([of('1', 'J', 'C'), of('2', 'I', 'C')], own)).toEqual([30, '1']);
    expect(counted([of('1', 'I', 'C'), of('2', 'J', 'C'), of('3', 'K', 'C')], own)).toEqual([30, '2']);
  });

  it('is one only by a case number that both state', () => {
    expect(counted([of('1', 'I', 'C'), of('2', 'J', 'D')], own)).toEqual([40, '1 2']);
    expect(counted([of('1', 'I'), of('2', 'J')], own)).toEqual([40, '1 2']);
    expect(counted([of('1', 'I', 'C'), of('2', 'J'), of('3', 'K', 'C')], own)).toEqual([50, '2 3']);
  });

  it('counts once within one indicator too', () => {
    expect(counted([of('1', 'I', 'C'), of('2', 'I', 'C')], own)).toEqual([10, '1']);
    expect(counted([of('1', 'I', 'C'), of('2', 'I', 'C'), of('3', 'I', 'D')], own)).toEqual([20, '1 3']);
  });

  it('leaves alone the indicators that are not in the order', () => {
    const partial = { ...own, incidentOrder: ['I', 'J'] };
    expect(counted([of('1', 'I', 'C'), of('3', 'K', 'C')], partial)).toEqual([30, '1 3']);
    expect(counted([of('1', 'I', 'C'), of('2', 'J', 'C'), of('3', 'K', 'C')], partial)).toEqual([50, '2 3']);
  });

  it('of equal points counts by the indicator first in the order, then by the first fact', () => {
    const equal = { indicators: indicators({ I: 10, J: 10, K: 10 }), incidentOrder: ['J', 'I', 'K'] };
    expect(counted([of('1', 'I', 'C'), of('2', 'J', 'C')], equal)).toEqual([10, '2']);
    expect(counted([of('1', 'J', 'C'), of('2', 'I', 'C')], equal)).toEqual([10, '1']);
    expect(counted([of('2', 'J', 'C'), of('1', 'J', 'C')], equal)).toEqual([10, '1']);
  });

  it('counts where it adds most after the caps, even if that fact brings less', () => {
    const full = { ...own, indicators: indicators({ I: 10, J: 30, K: 20 }, { J: { cap: 30 } }) };
    expect(counted([of('1', 'J'), of('2', 'J', 'C'), of('3', 'I', 'C')], full)).toEqual([40, '1 3']);
    const groups = [
      { code: 'G', name: NAME, cap: 35 },
      { code: 'H', name: NAME, cap: 90 },
    ];
    const two = { ...own, groups, indicators: indicators({ I: 10, J: 30, K: 20 }, { I: { group: 'H' } }) };
    expect(counted([of('1', 'J'), of('2', 'J', 'C'), of('3', 'I', 'C')], two)).toEqual([40, '1 3']);
  });

  it('is chosen together with all other incidents', () => {
    const full = { ...own, indicators: indicators({ I: 10, J: 30, K: 20 }, { J: { cap: 30 }, K: { cap: 20 } }) };
    const records = [of('1', 'J', 'C'), of('2', 'K', 'C'), of('3', 'J', 'D'), of('4', 'K', 'D'), of('5', 'I', 'D')];
    expect(counted(records, full)[0]).toBe(50);
    const three = [...records, of('6', 'J', 'E'), of('7', 'I', 'E')];
    expect(counted(three, full)[0]).toBe(60);
    const again = [of('1', 'I', 'C'), of('2', 'I', 'C'), of('3', 'J', 'D'), of('4', 'I', 'D')];
    expect(counted(again, full)).toEqual([40, '1 3']);
  });

  it('counts of equal indicators by the fact that brings most, after its objection', () => {
    const records = [of('1', 'J', 'C'), of('2', 'J', 'C'), status(of('1', 'J', 'C'), 'DISPUTE', 'FILED', day(0))];
    expect(counted(records, own)).toEqual([30, '2']);
  });

  it('on equal totals is counted by the first in the order in the case of the first number', () => {
    const full = { ...own, indicators: indicators({ I: 10, J: 30, K: 20 }, { J: { cap: 30 } }) };
    const first = [of('5', 'J', 'A'), of('6', 'I', 'A')];
    const second = [of('1', 'J', 'B'), of('2', 'I', 'B')];
    const earlier = { ...full, incidentOrder: ['J', 'I', 'K'] };
    expect(counted([...second, ...first], earlier)).toEqual([40, '2 5']);
    const swapped = [of('5', 'J', 'B'), of('6', 'I', 'B'), of('1', 'J', 'A'), of('2', 'I', 'A')];
    expect(counted(swapped, earlier)).toEqual([40, '1 6']);
  });

  it('leaves a state that counts by its greatest alone, and is not led by good records', () => {
    const open = indicator('S', {
      ...{ form: 'state', select: every('abnormal.listing'), points: 7, opens: { on: 'START' }, whileEnterprise: null },
      ...{ closesAfter: null, closedBy: [], residual: null },
    });
    const listings = [fact('8', 'abnormal.listing', day(0)), fact('9', 'abnormal.listing', day(0))];
    const records = [of('1', 'I', 'C'), of('2', 'J', 'C'), ...listings];
    expect(counted(records, { ...own, indicators: [...own.indicators, open] })[0]).toBe(37);
    const honour = indicator('P', points('honour.grant', 30), { positive: true });
    const groups = [
      { code: 'G', name: NAME, cap: 35 },
      { code: 'H', name: NAME, cap: 90 },
    ];
    const two = { ...own, groups, indicators: [...indicators({ I: 10, J: 30, K: 20 }, { I: { group: 'H' } }), honour] };
    expect(counted([of('1', 'I', 'C'), of('2', 'J', 'C'), fact('3', 'honour.grant', day(0))], two)[0]).toBe(30);
  });

  it('does not count what lowers the score: good records are no part of the choice', () => {
    const honour = indicator('P', points('honour.grant', 5), { positive: true, cap: 5 });
    const pool = { ...own, indicators: [...own.indicators, honour], positivePool: { cap: 5, suspendedWhileOpen: [] } };
    const records = [of('1', 'I', 'C'), of('2', 'J', 'C'), fact('3', 'honour.grant', day(0))];
    expect(counted(records, pool)).toEqual([25, '2 3']);
  });
});

describe('an exclusive set', () => {
  const set = (members: string[], per: string | null = null): RuleSetDefinition['exclusive'] => [{ members, per }];
  const own = { indicators: indicators({ I: 10, J: 30, K: 20 }), exclusive: set(['I', 'J']) };

  it('lets the one indicator count that brings most, with all its facts', () => {
    expect(counted([of('1', 'I'), of('2', 'J')], own)).toEqual([30, '2']);
    expect(counted([of('1', 'I'), of('2', 'I'), of('3', 'I'), of('4', 'I'), of('5', 'J')], own)).toEqual([
      40,
      '1 2 3 4',
    ]);
    expect(counted([of('1', 'I'), of('2', 'I')], own)).toEqual([20, '1 2']);
    expect(counted([of('1', 'I'), of('2', 'J'), of('3', 'K')], own)).toEqual([50, '2 3']);
    const all = { ...own, exclusive: set(['I', 'J', 'K']) };
    expect(counted([of('1', 'I'), of('2', 'J'), of('3', 'K')], all)).toEqual([30, '2']);
  });

  it('on equal totals lets the first-named count', () => {
    const equal = { ...own, indicators: indicators({ I: 10, J: 10, K: 20 }), exclusive: set(['J', 'I']) };
    expect(counted([of('1', 'I'), of('2', 'J')], equal)).toEqual([10, '2']);
  });

  it('on equal totals in a full group lets the first-named count of those that are there', () => {
    const groups = [{ code: 'G', name: NAME, cap: 25 }];
    const full = {
      ...{ groups, exclusive: set(['K', 'J', 'I']) },
      indicators: [...own.indicators, indicator('N', points('complaint.accepted', 90))],
    };
    const complaint = fact('3', 'complaint.accepted', day(0));
    expect(counted([of('1', 'I'), of('2', 'J'), complaint], full)).toEqual([25, '2 3']);
  });

  it('is settled by the total after caps, together with other sets and with incidents', () => {
    const groups = [
      { code: 'G', name: NAME, cap: 30 },
      { code: 'H', name: NAME, cap: 90 },
    ];
    const full = {
      groups,
      indicators: indicators({ I: 10, J: 30, K: 25 }, { I: { group: 'H' } }),
      exclusive: set(['I', 'J']),
    };
    expect(counted([of('1', 'I'), of('2', 'J'), of('3', 'K')], full)).toEqual([35, '1 3']);
    const cases = { ...own, incidentOrder: ['K'] };
    expect(counted([of('1', 'I'), of('2', 'J'), of('3', 'K', 'C'), of('4', 'K', 'C')], cases)).toEqual([50, '2 3']);
  });

  it('per attribute excludes only facts with the same, known value', () => {
    const missed = (id: string, year: number | null): FactRecord => fact(id, 'annual-report.missed', day(0), { year });
    const filed = (id: string, year: number | null): FactRecord => fact(id, 'annual-report.filing', day(0), { year });
    const reports = {
      indicators: [
        indicator('I', points('annual-report.missed', 10)),
        indicator('J', points('annual-report.filing', 30)),
        indicator('K', points('tax.arrears', 1)),
      ],
      exclusive: set(['I', 'J', 'K'], 'year'),
    };
    expect(counted([missed('1', 2024), filed('2', 2024)], reports)).toEqual([30, '2']);
    expect(counted([missed('1', 2024), filed('2', 2025)], reports)).toEqual([40, '1 2']);
    expect(counted([missed('1', null), filed('2', null)], reports)).toEqual([40, '1 2']);
    expect(counted([missed('1', 2024), filed('2', 2024), missed('3', 2025), filed('4', 2025)], reports)).toEqual([
      60,
      '2 4',
    ]);
    expect(counted([missed('1', 2024), fact('2', 'tax.arrears', day(0))], reports)).toEqual([11, '1 2']);
  });
});

describe('parts of an indicator', () => {
  const parts = [points('tax.arrears', 10), points('crime.conviction', 30)];

  it('are added, or the greatest counts, also after a choice', () => {
    const records = [fact('1', 'tax.arrears', day(0)), fact('2', 'crime.conviction', day(0))];
    const score = (own: Partial<IndicatorDefinition>): number =>
      scoreOf(records, day(1), rules({ indicators: [indicator('I', parts, own)] }));
    expect([score({ combine: 'SUM' }), score({ combine: 'GREATEST' })]).toEqual([40, 30]);
    const shared = [
      fact('1', 'tax.arrears', day(0), {}, { caseNumber: 'C' }),
      fact('2', 'crime.conviction', day(0)),
      fact('3', 'report.verified', day(0), {}, { caseNumber: 'C' }),
    ];
    const together = (combine: 'SUM' | 'GREATEST'): number =>
      scoreOf(
        shared,
        day(1),
        rules({
          indicators: [indicator('I', parts, { combine }), indicator('J', points('report.verified', 5))],
          incidentOrder: ['I', 'J'],
        }),
      );
    expect([together('SUM'), together('GREATEST')]).toEqual([40, 40]);
  });

  it('name their facts by id', () => {
    expect(counted([of('1', 'I')], { indicators: indicators({ I: 1, J: 1, K: 1 }) })).toEqual([1, '1']);
    expect(idOf('1')).toHaveLength(32);
  });
});
