import { assess, foldFact } from './index.ts';
import type { FactRecord, FactState, IndicatorDefinition, Position } from './index.ts';
import {
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

const ARREARS = fact('5', 'tax.arrears', day(0));

function idsOf({ facts }: Position): string[] {
  return facts.map(([id]) => id.replace(/^0+/, ''));
}

describe('a position', () => {
  it('holds its facts in order of id, whatever the order of arrival', () => {
    const records = ['5', '1', '9', '3', '7'].map((id) => fact(id, 'tax.arrears', day(0)));
    expect(idsOf(positionOf(records))).toEqual(['1', '3', '5', '7', '9']);
    expect(idsOf(positionOf([...records, ...records]))).toEqual(['1', '3', '5', '7', '9']);
  });

  it('keeps of each register the record with the greatest revision, then the greatest tie-break', () => {
    const amended = (revision: number, tieBreak: string): FactRecord => ({
      ...ARREARS,
      ...{ revision, tieBreak, caseNumber: `${revision}${tieBreak}` },
    });
    const kept = (...records: FactRecord[]): unknown => positionOf(records).facts[0]?.[2]?.[4];
    expect(kept(amended(1, 'a'), amended(2, 'a'))).toBe('2a');
    expect(kept(amended(2, 'a'), amended(1, 'b'))).toBe('2a');
    expect(kept(amended(1, 'a'), amended(1, 'b'))).toBe('1b');
    expect(kept(amended(1, 'b'), amended(1, 'a'))).toBe('1b');
  });

  it('is the very same where a record changes nothing, and otherwise keeps what was assessed', () => {
    const position = { ...positionOf([ARREARS]), nextReviewAt: 7 };
    expect(foldFact(position, ARREARS)).toBe(position);
    const more = foldFact(position, fact('6', 'tax.arrears', day(0)));
    expect([more.schemes, more.nextReviewAt]).toEqual([position.schemes, 7]);
    const removed = foldFact(position, status(ARREARS, 'STANDING', 'REMOVED', day(1)));
    expect([removed.schemes, removed.nextReviewAt, removed.facts.length]).toEqual([position.schemes, 7, 1]);
  });

  it('packs content and registers as arrays; what a record does not state, or states as no moment, is null', () => {
    const licence = fact('5', 'licence.grant', day(0), { validFrom: day(1) }, { codeSystem: 's', caseNumber: 'K' });
    const own: Partial<FactRecord> = {
      effectiveAt: day(2),
      attributes: { value: null, effectiveAt: 'soon', until: 'later' },
    };
    const states = positionOf([licence, { ...status(licence, 'DISPUTE', '', day(1)), ...own }]).facts[0] as FactState;
    expect(states[2]?.slice(2)).toEqual([day(0), null, 'K', null, [null, day(1), null]]);
    expect(states.slice(3)).toEqual([null, null, null, [9, '0'.repeat(32), '', day(2), null]]);
  });

  it('keeps the code system of the types that are read by it alone', () => {
    const systemOf = (factType: string): unknown =>
      positionOf([fact('5', factType, day(0), {}, { codeSystem: 's' })]).facts[0]?.[2]?.[5];
    const types = ['inspection.result', 'abnormal.listing', 'serious-violation.listing', 'tax.arrears', 'own.type'];
    expect(types.map(systemOf)).toEqual(['s', 's', 's', null, null]);
  });

  it('takes the moment of a register from its statement, else from its record', () => {
    const momentOf = (own: Partial<FactRecord>): unknown =>
      positionOf([{ ...status(ARREARS, 'STANDING', 'REMOVED', day(1)), ...own }]).facts[0]?.[3]?.[3];
    expect(momentOf({})).toBe(day(1));
    expect(momentOf({ attributes: { value: 'REMOVED' }, effectiveAt: day(4) })).toBe(day(4));
    expect(momentOf({ attributes: { value: 'REMOVED' }, occurredAt: day(6) })).toBe(day(6));
  });
});

describe('what is packed', () => {
  /** As it was stored when the model read none of the attributes yet. */
  function withoutValues(position: Position): Position {
    const facts = position.facts.map((fact) => {
      const content = (fact[2] ?? []).slice() as unknown[];
      content[6] = [];
      return fact.map((part, at) => (at === 2 ? content : part)) as unknown as FactState;
    });
    return { ...position, facts };
  }

  function scoreAt(position: Position, indicators: readonly IndicatorDefinition[]): unknown {
    return assess(position, { kind: 'review' }, day(1), rules({ indicators })).results[0]?.score;
  }

  it('before an attribute was added states nothing of it', () => {
    const registered = positionOf([fact('1', 'enterprise.registration', day(0), { industry: 'C' })]);
    const old = withoutValues(registered);
    const known = [indicator('I', { form: 'lookup', attribute: 'industry', prefixes: [], otherwise: 5 })];
    expect([scoreAt(registered, known), scoreAt(old, known)]).toEqual([5, 0]);
    expect(scoreAt(foldFact(old, fact('0', 'enterprise.change', day(-1), { industry: 'C' })), known)).toBe(5);
  });

  it('before an attribute was added neither closes another fact by it nor differs from the enterprise in it', () => {
    const year = { year: 2024 };
    const filed = positionOf([
      ...[fact('1', 'annual-report.missed', day(0), year), fact('2', 'annual-report.filing', day(0), year)],
    ]);
    const missed = indicator('I', {
      ...{ form: 'state', select: every('annual-report.missed'), points: 5, opens: { on: 'START' } },
      ...{ whileEnterprise: null, closesAfter: null, residual: null },
      closedBy: [{ select: every('annual-report.filing'), same: 'year', order: 'ANY' }],
    });
    expect([scoreAt(filed, [missed]), scoreAt(withoutValues(filed), [missed])]).toEqual([0, 5]);
    const changed = positionOf([fact('1', 'enterprise.change', day(0), { town: 't' })]);
    const where = [{ kind: 'sameAs', attribute: 'town', enterprise: 'town' }] as const;
    const moved = [indicator('I', points('enterprise.change', 5, { where }))];
    const registration = fact('2', 'enterprise.registration', day(0), { town: 'other' });
    expect(scoreAt(foldFact(changed, registration), moved)).toBe(0);
    expect(scoreAt(foldFact(withoutValues(changed), registration), moved)).toBe(5);
  });

  it('as a text where a moment is expected is no moment', () => {
    const lifetime = {
      startsAt: 'validFrom',
      expiresAt: null,
      completedOn: null,
      publicityEnd: null,
      publicityMonths: null,
    };
    const active = rules({
      facts: [{ type: 'licence.grant', lifetime, keepMonths: null }],
      indicators: [indicator('I', points('licence.grant', 1))],
    });
    const licence = fact('1', 'licence.grant', day(0), { validFrom: 'soon' });
    expect([day(0) - 1, day(0)].map((asOf) => scoreOf([licence], asOf, active))).toEqual([0, 1]);
  });
});
