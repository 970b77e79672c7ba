import fc from 'fast-check';
import { asOfDay, DAY } from './generated-contents.spec-support.ts';
import { enterprise, record } from './generated-enterprises.spec-support.ts';
import { explain, officialClasses } from './index.ts';
import type { Explanation, FactRecord, Position, SchemeResult } from './index.ts';
import { ALL, at, check, fold, GENERAL, resultOf } from './laws.spec-support.ts';
import { officialOracle, oracle } from './naive-oracle.spec-support.ts';
import { specialisedOracle } from './naive-specialised.spec-support.ts';
import type { RiskClass } from './position.ts';

describe('the specialised schemes', () => {
  it('rate whom they mean, with the score and the classes that the naive oracle says', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const special = at(records, asOf, ALL).results.filter(({ schemeId }) => schemeId !== 'general');
        const told = special.map(({ schemeId, score, riskClass, computedClass }) => [
          schemeId,
          { score, riskClass, computedClass },
        ]);
        expect(Object.fromEntries(told)).toEqual(specialisedOracle(records, asOf));
      }),
      1500,
    );
  });

  it('leave the general scheme as it is without them', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const [alone, together] = [at(records, asOf), at(records, asOf, ALL)];
        expect(together.position.schemes['general']).toEqual(alone.position.schemes['general']);
      }),
    );
  });

  it('are never below a direct determination of the general scheme', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const { results, position } = at(records, asOf, ALL);
        fc.pre((position.schemes['general']?.direct.length ?? 0) > 0);
        for (const { riskClass } of results) expect(riskClass).toBe('D');
      }),
    );
  });
});

describe('a manual class', () => {
  const override = fc.record({
    riskClass: fc.constantFrom<RiskClass>('A', 'B', 'C', 'D'),
    before: fc.integer({ min: 0, max: 200 }),
    length: fc.integer({ min: 1, max: 400 }),
  });

  function overridden(own: { riskClass: RiskClass; before: number; length: number }, asOf: number): FactRecord {
    const validFrom = asOf - own.before * DAY;
    const validUntil = validFrom + own.length * DAY;
    const approvedAt = asOf + 1000 * DAY;
    const attributes = { schemeId: 'general', riskClass: own.riskClass, approvedAt, validFrom, validUntil };
    return record('d'.repeat(32), { factType: 'override.class', occurredAt: validFrom, attributes });
  }

  function expectedClass(
    own: { riskClass: RiskClass; before: number; length: number },
    before: SchemeResult | undefined,
    { schemes }: Position,
  ): RiskClass | null | undefined {
    const holds = own.before < Math.min(own.length, 90) && before?.computedClass !== null;
    if (!holds) return before?.riskClass;
    return (schemes['general']?.direct.length ?? 0) > 0 ? 'D' : own.riskClass;
  }

  it('holds for at most 90 days, never below a direct determination, and leaves score and computed class alone', () => {
    check(
      fc.property(enterprise, override, asOfDay, (records, own, asOf) => {
        const before = resultOf(at(records, asOf));
        const after = at([...records, overridden(own, asOf)], asOf);
        const result = resultOf(after);
        expect(result?.score).toBe(before?.score);
        expect(result?.groups).toEqual(before?.groups);
        expect(result?.computedClass).toBe(before?.computedClass);
        expect(result?.riskClass).toBe(expectedClass(own, before, after.position));
      }),
    );
  });

  it('makes nobody a member of the population', () => {
    check(
      fc.property(override, asOfDay, (own, asOf) => {
        expect(resultOf(at([overridden(own, asOf)], asOf))?.riskClass).toBeNull();
      }),
    );
  });
});

describe('the official class', () => {
  const month = fc.integer({ min: 0, max: 1900 });

  it('is worse(raw(P), better(raw(P−1), class(score + 5))), as the naive formula says', () => {
    check(
      fc.property(enterprise, asOfDay, month, (records, asOf, days) => {
        const period = { asOf, previousAsOf: asOf - days * DAY };
        const [official] = officialClasses(fold(records), period, GENERAL);
        expect(official?.riskClass).toBe(officialOracle(records, period));
      }),
      1000,
    );
  });

  it('is never better than the class of its period by the facts, and the same where nothing was worse before', () => {
    check(
      fc.property(enterprise, asOfDay, month, (records, asOf, days) => {
        const period = { asOf, previousAsOf: asOf - days * DAY };
        const without = records.filter(({ factType }) => factType !== 'override.class');
        const [official] = officialClasses(fold(without), period, GENERAL);
        const { computedClass } = oracle(without, asOf);
        const earlier = oracle(without, period.previousAsOf).computedClass;
        expect((official?.riskClass ?? '') >= (computedClass ?? '')).toBe(true);
        if (earlier === null || computedClass === null || earlier <= computedClass) {
          expect(official?.riskClass).toBe(computedClass);
        }
      }),
      300,
    );
  });
});

describe('an explanation', () => {
  it('keeps every cap and stays on the scale', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        for (const account of explain(fold(records), asOf, ALL)) {
          for (const { cap, points } of [...account.groups, ...account.indicators]) {
            expect(points).toBeLessThanOrEqual(cap);
            expect(points).toBeGreaterThanOrEqual(0);
            expect(Number.isInteger(points)).toBe(true);
          }
          const { scaleMax, positivePool } = ALL.ruleSets.find(
            ({ schemeId }) => schemeId === account.schemeId,
          )!.definition;
          expect(account.score).toBeGreaterThanOrEqual(0);
          expect(account.score).toBeLessThanOrEqual(scaleMax);
          expect(account.positivePool.taken).toBeLessThanOrEqual(positivePool.cap);
        }
      }),
    );
  });

  it('has lines that add up to the score, and indicators that add up from what counts, up to their cap', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const { position, results } = at(records, asOf, ALL);
        const accounts = explain(position, asOf, ALL);
        expect(accounts.map(({ schemeId }) => schemeId)).toEqual(results.map(({ schemeId }) => schemeId));
        accounts.forEach((account, place) => {
          expect(account.lines.reduce((sum, line) => sum + line.points, 0)).toBe(results[place]?.score);
          expect(account.score).toBe(results[place]?.score);
          expect(account.riskClass).toBe(results[place]?.riskClass);
          expect(account.computedClass).toBe(results[place]?.computedClass);
          for (const { contributions, cap, points } of account.indicators) {
            const counted = contributions.reduce((sum, item) => sum + (item.counts ? item.points : 0), 0);
            expect(Math.min(cap, counted)).toBe(points);
          }
        });
      }),
    );
  });

  it('foretells the next change and the next improvement, and which single ending betters the class', () => {
    const classAt = (records: readonly FactRecord[], asOf: number): string => oracle(records, asOf).riskClass ?? '';
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const [account] = explain(fold(records), asOf, GENERAL);
        const { nextChange, improvesAt, endings } = (account as Explanation).outlook;
        const now = oracle(records, asOf);
        if (nextChange !== null) {
          const { score, riskClass } = oracle(records, nextChange.at);
          expect({ score, riskClass }).toEqual({ score: nextChange.score, riskClass: nextChange.riskClass });
          const before = oracle(records, nextChange.at - 1);
          expect([before.score, before.riskClass]).toEqual([now.score, now.riskClass]);
        }
        if (improvesAt !== null) expect(classAt(records, improvesAt) < (now.riskClass as string)).toBe(true);
        for (const { factId, afterRemoval, afterRepair } of endings) {
          const ended = (own: Partial<FactRecord>, value: string): FactRecord =>
            record(factId, {
              factType: records.find((one) => one.factId === factId)?.factType as string,
              occurredAt: asOf,
              revision: 99,
              attributes: { value, effectiveAt: asOf, until: null },
              ...own,
            });
          const removed = [...records, ended({ register: 'STANDING' }, 'REMOVED')];
          const repaired = [...records, ended({ register: 'PUBLICITY' }, 'REPAIRED')];
          expect(oracle(removed, asOf).riskClass).toBe(afterRemoval);
          expect(oracle(repaired, asOf).riskClass).toBe(afterRepair);
        }
      }),
      300,
    );
  });
});
