import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { activate, addMonths, assess, attributesAt, compileRuleSet, explain, foldFact, midnight } from './index.ts';
import type { Assessment, AttributeValue, FactRecord, Position, Register } from './index.ts';
import { KEEP_ALL } from './keep.ts';
import { oracle } from './naive-oracle.spec-support.ts';

const GENERAL = activate([compileRuleSet(parse(readFileSync('schemas/rule-sets/general@1.0.0.yaml', 'utf8')))]);
const RULES = { ...GENERAL, keeping: KEEP_ALL };
const RUNS = 200;
const DAY = 86_400_000;
const FIRST_DAY = midnight(2022, 1, 1);

/** Days meet each other: a small pool with ends of months and whole windows between them, and any day at all. */
const POOL = [
  ...[midnight(2023, 1, 10), midnight(2023, 2, 28), midnight(2023, 12, 31), midnight(2024, 1, 10)],
  ...[midnight(2024, 2, 29), midnight(2024, 4, 10), midnight(2024, 7, 10), midnight(2025, 1, 10)],
  ...[midnight(2025, 2, 28), midnight(2025, 12, 31), midnight(2026, 1, 10), midnight(2026, 1, 20)],
];
const day = fc.oneof(
  { arbitrary: fc.constantFrom(...POOL), weight: 2 },
  { arbitrary: fc.integer({ min: 0, max: 1900 }).map((days) => FIRST_DAY + days * DAY), weight: 1 },
);
const moment = fc.tuple(day, fc.constantFrom(0, 0, 0, 9 * 3_600_000 + 1234)).map(([at, time]) => at + time);
const asOfDay = fc.oneof(
  day,
  fc.tuple(day, fc.integer({ min: 0, max: 900 })).map(([at, days]) => at + days * DAY),
  fc.tuple(day, fc.constantFrom(3, 6, 12, 24, 36), fc.constantFrom(-1, 0)).map(([at, n, ms]) => addMonths(at, n) + ms),
);

type Content = { factType: string; attributes: Record<string, AttributeValue>; codeSystem?: string };

function plain(...types: string[]): fc.Arbitrary<Content> {
  return fc.constantFrom(...types).map((factType) => ({ factType, attributes: {} }));
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const status = fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'REVOKED', 'DEREGISTERED');
const industry = fc.constantFrom('C1411', 'C2710', 'H6210', 'I6510');

const registration: fc.Arbitrary<Content> = fc
  .record({ registeredAt: moment, town: fc.constantFrom('442000101', '442000118'), industry, status })
  .map((attributes) => ({ factType: 'enterprise.registration', attributes }));
const change: fc.Arbitrary<Content> = fc
  .record({ industry: maybe(industry), status: maybe(status), addressChanged: fc.boolean() })
  .map((attributes) => ({ factType: 'enterprise.change', attributes }));
const deregistration: fc.Arbitrary<Content> = maybe(status).map((value) => ({
  factType: 'enterprise.deregistration',
  attributes: { status: value },
}));
const penalty: fc.Arbitrary<Content> = fc
  .record({
    violationType: fc.constantFrom('未明码标价', '未明码标价', '虚假宣传', null),
    penaltyKinds: fc.constantFrom<readonly string[]>(
      ['WARNING'],
      ['FINE'],
      ['FINE'],
      ['FINE', 'CONFISCATE_INCOME'],
      ['FINE', 'SUSPEND_LICENCE'],
      ['FINE', 'STOP_PRODUCTION'],
      ['REVOKE_LICENCE'],
      [],
    ),
    procedure: fc.constantFrom('SIMPLE', 'ORDINARY', 'ORDINARY'),
    fineFen: fc.constantFrom(0, 50_001, 584_893, 584_894, 9_000_000, 50_000_000, 10 ** 10),
    confiscatedFen: fc.constantFrom(0, 0, 1, 300_000),
    publicityEnd: maybe(day),
  })
  .map((attributes) => ({ factType: 'penalty.decision', attributes }));
const listing: fc.Arbitrary<Content> = fc.constantFrom('1', '2', '3', '4', '4', '9').map((reasonCode) => ({
  factType: 'abnormal.listing',
  attributes: { reasonCode },
}));
const inspection: fc.Arbitrary<Content> = fc
  .tuple(
    fc.constantFrom('gsxt-inspection-v2', 'gsxt-inspection-v2', 'gsxt-inspection-v1', 'chicago-food-1', 'unknown'),
    fc.array(fc.constantFrom('1', '1', '6', '6', '7', '8', 'B', 'E', 'E', 'F', 'PASS', 'PASS_CONDITIONS', 'FAIL'), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([codeSystem, codes]) => ({ factType: 'inspection.result', codeSystem, attributes: { codes } }));
const licence: fc.Arbitrary<Content> = fc
  .record({ licenceType: fc.constantFrom('DRUG', 'GAS', 'FOOD_BUSINESS'), validFrom: maybe(day), validTo: maybe(day) })
  .map((attributes) => ({ factType: 'licence.grant', attributes }));
const accident: fc.Arbitrary<Content> = fc
  .record({ field: fc.constantFrom('FOOD', 'WORK_SAFETY'), grade: fc.constantFrom('ORDINARY', 'MAJOR') })
  .map((attributes) => ({ factType: 'accident.responsibility', attributes }));
const order: fc.Arbitrary<Content> = maybe(day).map((until) => ({
  factType: 'order.stop-production',
  attributes: { until },
}));

const content: fc.Arbitrary<Content> = fc.oneof(
  { arbitrary: registration, weight: 3 },
  { arbitrary: change, weight: 3 },
  { arbitrary: deregistration, weight: 1 },
  { arbitrary: penalty, weight: 14 },
  { arbitrary: listing, weight: 8 },
  { arbitrary: inspection, weight: 14 },
  { arbitrary: licence, weight: 3 },
  { arbitrary: plain('report.verified'), weight: 4 },
  { arbitrary: plain('court.defaulter-listing'), weight: 2 },
  { arbitrary: fc.oneof(accident, order), weight: 1 },
  {
    arbitrary: plain(
      'serious-violation.listing',
      'licence.revocation',
      'registration.cancellation',
      'crime.conviction',
      'crime.transfer',
      'national.serious-listing',
      'registration.fraud-inquiry',
      'complaint.accepted',
      'annual-report.filing',
      'department.own-fact',
    ),
    weight: 2,
  },
);

const REGISTER_VALUES: [Register, string[]][] = [
  ['STANDING', ['REMOVED', 'REMOVED', 'REMOVED', 'RETRACTED', 'REINSTATED', 'IN_FORCE']],
  ['PUBLICITY', ['REPAIRED', 'END', 'PUBLISHED']],
  ['PERFORMANCE', ['OVERDUE', 'OVERDUE', 'PERFORMED', 'LIFTED']],
  ['DISPUTE', ['FILED', 'FILED', 'DECIDED']],
];

const registerChange = fc.constantFrom(...REGISTER_VALUES).chain(([register, values]) =>
  fc.record({
    register: fc.constant(register),
    attributes: fc.record({
      value: fc.constantFrom(...values),
      effectiveAt: maybe(moment),
      until: fc.oneof({ arbitrary: fc.constant(null), weight: 3 }, { arbitrary: day, weight: 1 }),
    }),
  }),
);

const revision = fc.integer({ min: 1, max: 3 });
const tieBreak = fc.constantFrom('1', '2', '3').map((hex) => hex.repeat(32));

function record(factId: string, own: Partial<FactRecord> & Pick<FactRecord, 'factType' | 'occurredAt'>): FactRecord {
  return {
    factId,
    register: 'CONTENT',
    revision: 1,
    tieBreak: '0'.repeat(32),
    effectiveAt: null,
    publishedAt: null,
    caseNumber: null,
    codeSystem: null,
    attributes: {},
    ...own,
  };
}

/** One fact with its life: content, sometimes amended, sometimes missing; register changes. */
const factLife = fc
  .record({
    contents: fc.array(content, { minLength: 1, maxLength: 1 }),
    occurredAt: moment,
    effectiveAt: fc.oneof({ arbitrary: fc.constant(null), weight: 4 }, { arbitrary: moment, weight: 1 }),
    caseNumber: fc.constantFrom(null, null, 'K1', 'K2', 'K3'),
    amendedAt: fc.oneof({ arbitrary: fc.constant(null), weight: 4 }, { arbitrary: moment, weight: 1 }),
    changes: fc.oneof(
      { arbitrary: fc.constant([]), weight: 3 },
      { arbitrary: fc.array(fc.tuple(registerChange, moment, revision, tieBreak), { maxLength: 3 }), weight: 2 },
    ),
    stub: fc.integer({ min: 0, max: 19 }).map((chance) => chance === 0),
  })
  .map(({ contents, occurredAt, effectiveAt, caseNumber, amendedAt, changes, stub }) => (factId: string) => {
    const [first] = contents as [Content];
    const base = { ...first, caseNumber, effectiveAt, occurredAt, codeSystem: first.codeSystem ?? null };
    const records = stub ? [] : [record(factId, base)];
    if (!stub && amendedAt !== null) {
      records.push(record(factId, { ...base, occurredAt: amendedAt, revision: 2, tieBreak: 'a'.repeat(32) }));
    }
    for (const [{ register, attributes }, at, number, tie] of changes) {
      const { factType } = base;
      records.push(record(factId, { factType, occurredAt: at, register, attributes, revision: number, tieBreak: tie }));
    }
    return records;
  });

function idOf(place: number): string {
  return ((place * 7919) % 65_521).toString(16).padStart(32, '0');
}

/** All records of one enterprise. Two different records never share register, revision and tie-break. */
const enterprise = fc.array(factLife, { maxLength: 12 }).map((lives) => {
  const seen = new Set<string>();
  return lives
    .flatMap((life, place) => life(idOf(place)))
    .filter(({ factId, register, revision: number, tieBreak: tie }) => {
      const key = `${factId} ${register} ${number} ${tie}`;
      return !seen.has(key) && seen.add(key);
    });
});

function fold(records: readonly FactRecord[]): Position {
  return records.reduce<Position | undefined>((position, next) => foldFact(position, next), undefined) ?? EMPTY;
}

const EMPTY: Position = { facts: [], schemes: {}, nextReviewAt: null };

function at(records: readonly FactRecord[], asOf: number): Assessment {
  return assess(fold(records), { kind: 'review' }, asOf, RULES);
}

function visible(assessment: Assessment): unknown {
  const { score, riskClass, groups } = assessment.results[0] as Assessment['results'][number];
  const { direct } = assessment.position.schemes['general'] as Position['schemes'][string];
  return { score, riskClass, groups, direct };
}

function scoreAt(records: readonly FactRecord[], asOf: number): number {
  return at(records, asOf).results[0]?.score as number;
}

function check<T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>, runs = RUNS): void {
  fc.assert(property, { numRuns: runs });
}

describe('the score of any set of facts', () => {
  it('is what the naive oracle says, with its class, groups and direct determinations', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        expect(visible(at(records, asOf))).toEqual(oracle(records, asOf));
      }),
      800,
    );
  });

  it('does not depend on the order of arrival, and neither do registers and the next review', () => {
    const shuffled = enterprise.chain((records) =>
      fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length })),
    );
    check(
      fc.property(shuffled, asOfDay, ([records, other], asOf) => {
        expect(at(other, asOf).position).toEqual(at(records, asOf).position);
      }),
    );
  });

  it('is not changed by duplicates, which give back the very same position', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const { position } = at(records, asOf);
        for (const duplicate of records) {
          const again = assess(position, { kind: 'fact', record: duplicate }, asOf, RULES);
          expect(again.position).toBe(position);
          expect(again.changed).toBe(false);
        }
      }),
    );
  });

  it('is the same one by one as in a full recomputation, whatever was assessed on the way', () => {
    check(
      fc.property(enterprise, fc.array(asOfDay, { maxLength: 12 }), asOfDay, (records, days, asOf) => {
        let position: Position | undefined;
        const moments = days.filter((day) => day <= asOf).sort((a, b) => a - b);
        records.forEach((next, place) => {
          position = assess(position, { kind: 'fact', record: next }, moments[place] ?? asOf, RULES).position;
        });
        const last = assess(position, { kind: 'review' }, asOf, RULES);
        expect(last.position).toEqual(at(records, asOf).position);
      }),
    );
  });

  it('leaves a retracted fact out as if it had never come', () => {
    check(
      fc.property(enterprise, asOfDay, moment, (records, asOf, retractedAt) => {
        const [first] = records;
        fc.pre(first !== undefined);
        const { factId, factType } = first;
        const attributes = { value: 'RETRACTED', effectiveAt: retractedAt, until: null, reason: null };
        const retraction = record(factId, {
          factType,
          occurredAt: retractedAt,
          register: 'STANDING',
          attributes,
          revision: 99,
        });
        const without = records.filter((other) => other.factId !== factId);
        expect(visible(at([...records, retraction], asOf))).toEqual(visible(at(without, asOf)));
      }),
    );
  });

  it('leaves a repaired penalty out from its repair on', () => {
    check(
      fc.property(enterprise, penalty, moment, asOfDay, (records, decided, repairedAt, asOf) => {
        fc.pre(asOf >= repairedAt);
        const factId = 'f'.repeat(32);
        const repair = record(factId, {
          factType: decided.factType,
          occurredAt: repairedAt,
          register: 'PUBLICITY',
          attributes: { value: 'REPAIRED', effectiveAt: repairedAt, until: null, reason: null },
        });
        const known = [...records, record(factId, { ...decided, codeSystem: null, occurredAt: FIRST_DAY }), repair];
        const { groups, score } = at(known, asOf).results[0] as Assessment['results'][number];
        const without = at(records, asOf).results[0] as Assessment['results'][number];
        expect({ groups, score }).toEqual({ groups: without.groups, score: without.score });
      }),
    );
  });

  it('keeps every cap and stays on the scale', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const [account] = explain(fold(records), asOf, RULES);
        for (const { cap, points } of [...(account?.groups ?? []), ...(account?.indicators ?? [])]) {
          expect(points).toBeLessThanOrEqual(cap);
          expect(points).toBeGreaterThanOrEqual(0);
          expect(Number.isInteger(points)).toBe(true);
        }
        expect(account?.score).toBeGreaterThanOrEqual(0);
        expect(account?.score).toBeLessThanOrEqual(1_000_000);
        expect(account?.positivePool.taken).toBeLessThanOrEqual(50_000);
      }),
    );
  });

  it('is the sum of the lines of its explanation, and each indicator the sum of what counts up to its cap', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const { position, results } = at(records, asOf);
        const [account] = explain(position, asOf, RULES);
        expect(account?.lines.reduce((sum, line) => sum + line.points, 0)).toBe(results[0]?.score);
        expect(account?.riskClass).toBe(results[0]?.riskClass);
        for (const { contributions, cap, points } of account?.indicators ?? []) {
          const counted = contributions.reduce((sum, item) => sum + (item.counts ? item.points : 0), 0);
          expect(Math.min(cap, counted)).toBe(points);
        }
        expect(account?.facts).toHaveLength(position.facts.length);
      }),
    );
  });

  it('never falls by one more adverse fact that closes, replaces and shares nothing', () => {
    const adverse = fc.oneof(
      penalty,
      plain('report.verified', 'court.defaulter-listing', 'serious-violation.listing'),
      listing.filter(({ attributes }) => attributes['reasonCode'] !== '4'),
    );
    check(
      fc.property(enterprise, adverse, moment, asOfDay, (records, more, occurredAt, asOf) => {
        const added = record('e'.repeat(32), { ...more, codeSystem: null, occurredAt });
        expect(scoreAt([...records, added], asOf)).toBeGreaterThanOrEqual(scoreAt(records, asOf));
      }),
    );
  });
});

describe('between two review moments', () => {
  it('nothing changes: score, class, groups, determinations, attributes, evidence', () => {
    const later = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    check(
      fc.property(enterprise, asOfDay, fc.array(later, { minLength: 1, maxLength: 4 }), (records, asOf, shares) => {
        const first = at(records, asOf);
        const end = first.nextReviewAt ?? asOf + 3650 * DAY;
        expect(end).toBeGreaterThan(asOf);
        for (const part of [...shares, 1]) {
          const moved = Math.min(end - 1, Math.floor(asOf + (end - asOf) * part));
          const next = assess(first.position, { kind: 'review' }, moved, RULES);
          expect(next.position).toBe(first.position);
          expect(visible(next)).toEqual(oracle(records, moved));
          expect(next.evidenceLevel).toBe(first.evidenceLevel);
          expect(attributesAt(next.position, moved)).toEqual(attributesAt(first.position, asOf));
        }
      }),
      300,
    );
  });

  it('reviews come to an end', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        let { nextReviewAt, position } = at(records, asOf);
        let reviews = 0;
        while (nextReviewAt !== null && reviews++ < 200) {
          ({ nextReviewAt, position } = assess(position, { kind: 'review' }, nextReviewAt, RULES));
        }
        expect(nextReviewAt).toBeNull();
      }),
      100,
    );
  });
});
