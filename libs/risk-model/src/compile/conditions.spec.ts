import { addMonths, explain } from '../index.ts';
import type { Condition, ConditionDefinition, FactCondition, FactRecord, RuleSetDefinition } from '../index.ts';
import {
  assessed,
  day,
  every,
  fact,
  idOf,
  indicator,
  points,
  positionOf,
  rules,
  status,
} from '../small-rule-set.spec-support.ts';

const NAME = { zh: '', en: '' };

function floor(when: Condition, own: Partial<ConditionDefinition> = {}): ConditionDefinition {
  return { code: 'F', name: NAME, label: 'proposal', basis: '', kind: 'FLOOR', riskClass: 'C', when, ...own };
}

/** Whether a condition is met: the floor C stands on a score of 0. */
function isMet(
  when: Condition,
  records: readonly FactRecord[],
  asOf: number,
  own: Partial<RuleSetDefinition> = {},
): boolean {
  const member = fact('ff', 'court.enforcement-terminated', day(-900));
  const active = rules({ conditions: [floor(when)], ...own });
  return assessed([...records, member], asOf, active).results[0]?.riskClass === 'C';
}

/** Just before each day, and at it. */
function around(
  when: Condition,
  records: readonly FactRecord[],
  days: readonly number[],
  own: Partial<RuleSetDefinition> = {},
): boolean[] {
  return days.flatMap((days) => [isMet(when, records, day(days) - 1, own), isMet(when, records, day(days), own)]);
}

function nextAt(when: Condition, records: readonly FactRecord[], days: number): number | null {
  const member = fact('ff', 'court.enforcement-terminated', day(-900));
  return assessed([...records, member], day(days), rules({ conditions: [floor(when)] })).nextReviewAt;
}

const ofFact = (own: Partial<FactCondition> = {}): FactCondition => ({
  ...{ kind: 'fact', select: every('tax.arrears'), opens: { on: 'START' }, within: null, after: null },
  ...{ unlessPerformance: null, endsWithinDays: null, ...own },
});

const ARREARS = fact('1', 'tax.arrears', day(0));
const days = (length: number): { unit: 'DAY'; length: number } => ({ unit: 'DAY', length });

describe('a condition on a fact is met', () => {
  it('while it is usable', () => {
    const removed = [ARREARS, status(ARREARS, 'STANDING', 'REMOVED', day(5))];
    expect(around(ofFact(), removed, [0, 5])).toEqual([false, true, true, false]);
  });

  it('within a span of its start, or once it has been open for one', () => {
    expect(around(ofFact({ within: days(5) }), [ARREARS], [0, 5])).toEqual([false, true, true, false]);
    expect(around(ofFact({ after: days(5) }), [ARREARS], [0, 5])).toEqual([false, false, false, true]);
    const both = ofFact({ after: days(5), within: days(9) });
    expect(around(both, [ARREARS], [5, 9])).toEqual([false, true, true, false]);
    expect(nextAt(ofFact({ after: days(5) }), [ARREARS], 0)).toBe(day(5));
    expect(nextAt(ofFact({ within: days(5) }), [ARREARS], 0)).toBe(day(5));
  });

  it('within a span, which is looked forward to only where its end can change anything', () => {
    const conviction = fact('2', 'crime.conviction', day(0));
    const [within, other] = [ofFact({ within: days(5) }), ofFact({ select: every('crime.conviction') })];
    const both: Condition = { kind: 'all', of: [within, other] };
    const evidenceEnd = addMonths(day(0), 24);
    expect(nextAt(both, [ARREARS], 0)).toBe(evidenceEnd);
    expect(nextAt(both, [ARREARS, conviction], 0)).toBe(day(5));
    expect(nextAt({ kind: 'any', of: [within, other] }, [ARREARS], 0)).toBe(day(5));
    expect(nextAt({ kind: 'all', of: [{ kind: 'not', of: within }, other] }, [ARREARS], 0)).toBe(day(5));
    const later = fact('3', 'tax.arrears', day(2));
    expect([3, 5, 7].map((days) => nextAt(within, [ARREARS, later], days))).toEqual([
      day(5),
      day(7),
      addMonths(day(2), 24),
    ]);
    const enough: Condition = { kind: 'count', select: every('tax.arrears'), within: days(5), atLeast: 2 };
    expect(nextAt(enough, [ARREARS], 0)).toBe(evidenceEnd);
    expect(nextAt(enough, [ARREARS, later], 3)).toBe(day(5));
  });

  it('unless its performance holds a value, from that record on', () => {
    const order = fact('1', 'order.stop-production', day(0));
    const lifted = [order, status(order, 'PERFORMANCE', 'LIFTED', day(5))];
    const when = ofFact({ select: every('order.stop-production'), unlessPerformance: 'LIFTED' });
    expect(around(when, lifted, [0, 5])).toEqual([false, true, true, false]);
    expect(nextAt(when, lifted, 0)).toBe(day(5));
    const overdue = [order, status(order, 'PERFORMANCE', 'OVERDUE', day(5))];
    expect(around(when, overdue, [5])).toEqual([true, true]);
  });

  it('from its performance on, where it opens by that', () => {
    const late = [ARREARS, status(ARREARS, 'PERFORMANCE', 'OVERDUE', day(5))];
    const when = ofFact({ opens: { on: 'PERFORMANCE', value: 'OVERDUE' } });
    expect(around(when, late, [0, 5])).toEqual([false, false, false, true]);
  });

  it('in the last days before the end that is known for it', () => {
    const when = ofFact({ endsWithinDays: 3 });
    expect(around(when, [ARREARS], [0, 500])).toEqual([false, false, false, false]);
    const removed = [ARREARS, status(ARREARS, 'STANDING', 'REMOVED', day(10))];
    expect(around(when, removed, [0, 7, 10])).toEqual([false, false, false, true, true, false]);
    expect(nextAt(when, removed, 0)).toBe(day(7));
    expect(nextAt(when, removed, 7)).toBe(day(10));
    const ended = [ARREARS, status(ARREARS, 'PUBLICITY', 'END', day(8))];
    expect(around(when, ended, [5, 8])).toEqual([false, true, true, false]);
  });

  describe('once it has expired', () => {
    const lifetime = {
      startsAt: null,
      expiresAt: 'validTo',
      completedOn: null,
      publicityEnd: null,
      publicityMonths: null,
    };
    const own = { facts: [{ type: 'licence.grant', lifetime, keepMonths: null }] };
    const licence = fact('1', 'licence.grant', day(0), { validTo: day(10) });
    const expired = (more: Partial<FactCondition> = {}): FactCondition =>
      ofFact({ select: every('licence.grant'), opens: { on: 'EXPIRY' }, ...more });

    it('until it is removed', () => {
      const removed = [licence, status(licence, 'STANDING', 'REMOVED', day(15))];
      expect(around(expired(), removed, [0, 10, 15], own)).toEqual([false, false, false, true, true, false]);
    });

    it('within a span of its expiry, or after one', () => {
      expect(around(expired({ within: days(5) }), [licence], [10, 15], own)).toEqual([false, true, true, false]);
      expect(around(expired({ after: days(5) }), [licence], [10, 15], own)).toEqual([false, false, false, true]);
    });

    it('and the end of that span is looked forward to', () => {
      const next = (when: Condition): number | null =>
        assessed([licence], day(12), rules({ ...own, conditions: [floor(when)] })).nextReviewAt;
      expect(next(expired({ within: days(5) }))).toBe(day(15));
      expect(next(expired({ after: days(5) }))).toBe(day(15));
    });

    it('in the last days before its removal or the end of publicity', () => {
      const removed = [licence, status(licence, 'STANDING', 'REMOVED', day(25))];
      expect(around(expired({ endsWithinDays: 3 }), removed, [10, 22, 25], own)).toEqual([
        ...[false, false, false, true, true, false],
      ]);
      const ended = [licence, status(licence, 'PUBLICITY', 'END', day(20))];
      expect(around(expired({ endsWithinDays: 3 }), ended, [10, 17, 20], own)).toEqual([
        ...[false, false, false, true, true, false],
      ]);
    });
  });
});

describe('a condition on a count', () => {
  const complaint = (id: string, caseNumber: string | null = null): FactRecord =>
    fact(id, 'complaint.accepted', day(0), {}, { caseNumber });
  const when: Condition = { kind: 'count', select: every('complaint.accepted'), within: days(5), atLeast: 2 };

  it('is met by so many distinct incidents in its window', () => {
    expect(isMet(when, [complaint('1')], day(1))).toBe(false);
    expect(around(when, [complaint('1'), complaint('2')], [0, 5])).toEqual([false, true, true, false]);
    expect(isMet(when, [complaint('1', 'K'), complaint('2', 'K')], day(1))).toBe(false);
    expect(isMet(when, [complaint('1', 'K'), complaint('2', 'K'), complaint('3')], day(1))).toBe(true);
  });

  it('leaves out facts under objection, and names the facts that it counted', () => {
    const disputed = status(complaint('2'), 'DISPUTE', 'FILED', day(0));
    expect(isMet(when, [complaint('1'), complaint('2'), disputed], day(1))).toBe(false);
    const records = [complaint('1'), complaint('2'), fact('3', 'tax.arrears', day(0))];
    const active = rules({ conditions: [floor(when)] });
    assessed([complaint('1'), complaint('2'), complaint('3')], day(1), active);
    const [account] = explain(positionOf(records), day(1), active);
    expect(account?.floors[0]?.factIds).toEqual([idOf('1'), idOf('2')]);
  });
});

describe('a condition on the enterprise', () => {
  const registered = (industry: string | null): FactRecord[] => [
    fact('1', 'enterprise.registration', day(0), { industry }),
  ];

  it('is met by one of the values, or by how the value begins', () => {
    const isOneOf: Condition = { kind: 'attribute', attribute: 'industry', values: ['C14', 'F5'] };
    expect(['C14', 'F5', 'C1', null].map((value) => isMet(isOneOf, registered(value), day(1)))).toEqual([
      ...[true, true, false, false],
    ]);
    const begins: Condition = { kind: 'attributePrefix', attribute: 'industry', prefixes: ['C14', 'F5'] };
    expect(['C1411', 'F5', 'C1', null].map((value) => isMet(begins, registered(value), day(1)))).toEqual([
      ...[true, true, false, false],
    ]);
  });

  it('names the fact that states it', () => {
    const when: Condition = { kind: 'attribute', attribute: 'industry', values: ['C14'] };
    const [account] = explain(positionOf(registered('C14')), day(1), rules({ conditions: [floor(when)] }));
    expect(account?.floors[0]?.factIds).toEqual([idOf('1')]);
  });
});

describe('conditions together', () => {
  const yes = ofFact();
  const no = ofFact({ select: every('crime.conviction') });
  const met = (when: Condition): boolean => isMet(when, [ARREARS], day(1));

  it('are met when any or all of them are, or one is not', () => {
    expect([met({ kind: 'any', of: [no, yes] }), met({ kind: 'any', of: [no, no] })]).toEqual([true, false]);
    expect([met({ kind: 'all', of: [yes, yes] }), met({ kind: 'all', of: [yes, no] })]).toEqual([true, false]);
    expect([met({ kind: 'not', of: no }), met({ kind: 'not', of: yes })]).toEqual([true, false]);
    expect(met({ kind: 'all', of: [yes, { kind: 'not', of: { kind: 'any', of: [no] } }] })).toBe(true);
  });

  it('name the facts that meet them, each once, and none for what must not be', () => {
    const other = fact('2', 'tax.abnormal-taxpayer', day(0));
    const abnormal = ofFact({ select: every('tax.abnormal-taxpayer') });
    const factIds = (when: Condition): readonly string[] | undefined => {
      const active = rules({ conditions: [floor(when)] });
      return explain(positionOf([ARREARS, other]), day(1), active)[0]?.floors[0]?.factIds;
    };
    expect(factIds({ kind: 'all', of: [yes, abnormal] })).toEqual([idOf('1'), idOf('2')]);
    expect(factIds({ kind: 'any', of: [yes, yes] })).toEqual([idOf('1')]);
    expect(factIds({ kind: 'all', of: [yes, { kind: 'not', of: no }] })).toEqual([idOf('1')]);
  });
});

describe('a condition on an indicator', () => {
  const decay = [
    { until: days(5), perMille: 1000 },
    { until: days(9), perMille: 500 },
  ];

  it('at full weight is met in the first step of its decay, or as long as it is usable without one', () => {
    const when: Condition = { kind: 'fullWeight', indicator: 'J' };
    const indicators = (steps: typeof decay | null): Partial<RuleSetDefinition> => ({
      indicators: [
        indicator('I', points('crime.conviction', 1)),
        indicator('J', { form: 'facts', select: every('tax.arrears'), points: 1, decay: steps }),
      ],
    });
    expect(around(when, [ARREARS], [0, 5], indicators(decay))).toEqual([false, true, true, false]);
    expect(around(when, [ARREARS], [0, 5], indicators(null))).toEqual([false, true, true, true]);
    expect(isMet(when, [fact('1', 'crime.conviction', day(0))], day(1), indicators(null))).toBe(false);
  });

  it('open is met while its state or clock is open, not by a residual, and names the facts behind it', () => {
    const when: Condition = { kind: 'open', indicator: 'J' };
    const own: Partial<RuleSetDefinition> = {
      indicators: [
        indicator('I', { form: 'clock', select: every('tax.abnormal-taxpayer'), after: days(1), points: 1 }),
        indicator('J', [
          {
            ...{
              form: 'state',
              select: every('tax.arrears'),
              points: 1,
              opens: { on: 'START' },
              whileEnterprise: null,
            },
            ...{ closesAfter: null, closedBy: [], residual: { points: 1, decay } },
          },
          { form: 'clock', select: every('crime.conviction'), after: days(5), points: 1 },
        ]),
      ],
    };
    const removed = [ARREARS, status(ARREARS, 'STANDING', 'REMOVED', day(3))];
    expect(around(when, removed, [0, 3], own)).toEqual([false, true, true, false]);
    expect(around(when, [fact('1', 'crime.conviction', day(0))], [5], own)).toEqual([false, true]);
    expect(isMet(when, [fact('1', 'tax.abnormal-taxpayer', day(0))], day(2), own)).toBe(false);
    const active = rules({ ...own, conditions: [floor(when)] });
    assessed(
      ['1', '2', '3'].map((id) => fact(id, 'tax.arrears', day(0))),
      day(2),
      active,
    );
    const records = [ARREARS, fact('2', 'tax.abnormal-taxpayer', day(0)), fact('3', 'crime.transfer', day(0))];
    const [account] = explain(positionOf(records), day(2), active);
    expect(account?.floors[0]?.factIds).toEqual([idOf('1')]);
  });
});

describe('who is rated', () => {
  it('are those that the scheme applies to, from the moment that they are', () => {
    const active = rules({ appliesTo: ofFact({ after: days(5) }) });
    const schemes = [day(5) - 1, day(5)].map((asOf) => assessed([ARREARS], asOf, active).results.length);
    expect(schemes).toEqual([0, 1]);
    expect(assessed([ARREARS], day(0), active).nextReviewAt).toBe(day(5));
    const disputed = [ARREARS, status(ARREARS, 'DISPUTE', 'FILED', day(5))];
    expect(assessed(disputed, day(6), active).results).toEqual([]);
    expect(assessed(disputed, day(6), active).nextReviewAt).toBe(day(25));
  });

  it('are looked at again at no moment of a fact that tells nothing of it', () => {
    const active = rules({ appliesTo: ofFact() });
    for (const factType of ['crime.conviction', 'derived.person-firms', 'department.own-fact']) {
      expect(assessed([fact('1', factType, day(5))], day(0), active).nextReviewAt).toBeNull();
    }
    expect(assessed([fact('1', 'tax.arrears', day(5))], day(0), active).nextReviewAt).toBe(day(5));
    expect(assessed([fact('1', 'derived.person-firms', day(5))], day(0), rules()).nextReviewAt).toBeNull();
  });
});
