import type { ActiveRuleSets, Condition, FactRecord, RuleSetDefinition } from './index.ts';
import { assessed, day, every, fact, indicator, points, rules, status } from './small-rule-set.spec-support.ts';

const NAME = { zh: '', en: '' };
const days = (length: number): { unit: 'DAY'; length: number } => ({ unit: 'DAY', length });

function met(select: string): Condition {
  return {
    ...{ kind: 'fact', select: every(select), opens: { on: 'START' }, within: null, after: null },
    ...{ unlessPerformance: null, endsWithinDays: null },
  };
}

describe('working memory', () => {
  const own: Partial<RuleSetDefinition> = {
    population: { statusAttribute: 'status', leavingStatuses: [], leavingFacts: [every('registration.cancellation')] },
    incidentOrder: ['I', 'J'],
    positivePool: { cap: 100, suspendedWhileOpen: ['S'] },
    indicators: [
      indicator('I', points('tax.arrears', 100)),
      indicator('J', points('crime.conviction', 50)),
      indicator('P', points('honour.grant', 30), { positive: true }),
      indicator('S', {
        ...{ form: 'state', select: every('abnormal.listing'), points: 5, opens: { on: 'START' } },
        ...{ whileEnterprise: { attribute: 'status', values: ['ACTIVE'] }, closesAfter: null, closedBy: [] },
        residual: null,
      }),
      indicator('C', {
        ...{ form: 'count', select: every('complaint.accepted'), per: null, within: days(30) },
        steps: [{ from: 1, points: 7 }],
      }),
      indicator('L', { form: 'lookup', attribute: 'industry', prefixes: [], otherwise: 3 }),
    ],
    conditions: [
      {
        ...{ code: 'F', name: NAME, label: 'proposal', basis: '', kind: 'FLOOR', riskClass: 'C' },
        when: met('court.equity-freeze'),
      },
    ],
  };
  const registered = fact('1', 'enterprise.registration', day(0), {
    ...{ status: 'ACTIVE', industry: 'C', registeredAt: day(0) },
  });
  const arrears = fact('2', 'tax.arrears', day(0), {}, { caseNumber: 'K' });
  const everything: FactRecord[] = [
    ...[registered, arrears, fact('3', 'crime.conviction', day(-1), {}, { caseNumber: 'K' })],
    ...[fact('4', 'honour.grant', day(0)), fact('5', 'abnormal.listing', day(0))],
    ...[fact('6', 'complaint.accepted', day(0)), fact('7', 'court.equity-freeze', day(0))],
  ];
  const enterprises: FactRecord[][] = [
    everything,
    [],
    [...everything, fact('8', 'registration.cancellation', day(0))],
    [fact('4', 'honour.grant', day(-9))],
    [arrears, status(arrears, 'DISPUTE', 'FILED', day(0))],
    [fact('7', 'court.equity-freeze', day(-800))],
    [fact('5', 'abnormal.listing', day(0))],
    [fact('2', 'tax.arrears', day(0), {}, { caseNumber: 'K' })],
  ];

  const outcome = (records: readonly FactRecord[], active: ActiveRuleSets): unknown => {
    const { results, nextReviewAt, evidenceLevel } = assessed(records, day(1), active);
    return [nextReviewAt, evidenceLevel, results.map((result) => ({ ...result, reasons: result.reasons }))];
  };

  it('keeps nothing of the enterprise before: each is assessed as if it were the first', () => {
    const used = rules(own);
    const first = enterprises.map((records) => outcome(records, rules(own)));
    for (const before of enterprises) {
      for (const [at, records] of enterprises.entries()) {
        assessed(before, day(1), used);
        expect(outcome(records, used)).toEqual(first[at]);
      }
    }
  });
});
