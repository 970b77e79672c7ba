import fc from 'fast-check';
import { CONTENTS, asOfDay, FIRST_DAY, moment } from './generated-contents.spec-support.ts';
import { enterprise, record } from './generated-enterprises.spec-support.ts';
import { assess, foldFact } from './index.ts';
import type { FactRecord, Position } from './index.ts';
import { KEEP_ALL } from './keep.ts';
import { at, check, fold, GENERAL, resultOf, scoreAt, visible } from './laws.spec-support.ts';
import { oracle } from './naive-oracle.spec-support.ts';

/** A standing record later than all others. */
function standing(of: FactRecord, value: string, occurredAt: number): FactRecord {
  const attributes = { value, effectiveAt: occurredAt, until: null, reason: null };
  return record(of.factId, {
    factType: of.factType,
    occurredAt,
    register: 'STANDING',
    attributes,
    revision: 99,
  });
}

describe('the score of any set of facts', () => {
  it('is what the naive oracle says, with its classes, groups, direct determinations and evidence', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        expect(visible(at(records, asOf))).toEqual(oracle(records, asOf));
      }),
      2000,
    );
  });

  it('does not depend on the order of arrival, and neither do registers and the next review', () => {
    const shuffled = enterprise.chain((records) =>
      fc.tuple(fc.constant(records), fc.shuffledSubarray([...records], { minLength: records.length })),
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
        // What was dropped is known again, until it is dropped again, once all its records have come.
        for (const duplicate of records.filter(({ factId }) => position.facts.some(([id]) => id === factId))) {
          const again = assess(position, { kind: 'fact', record: duplicate }, asOf, GENERAL);
          expect(again.position).toBe(position);
          expect(again.changed).toBe(false);
        }
      }),
    );
  });

  it('is not changed by a whole log once more', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const { position } = at(records, asOf);
        const again = records.reduce((known, next) => foldFact(known, next), position);
        expect(assess(again, { kind: 'review' }, asOf, GENERAL).position).toEqual(position);
      }),
    );
  });

  it('leaves a retracted fact out as if it had never come', () => {
    check(
      fc.property(enterprise, asOfDay, moment, (records, asOf, retractedAt) => {
        const [first] = records;
        fc.pre(first !== undefined);
        const without = records.filter(({ factId }) => factId !== first.factId);
        const retracted = at([...records, standing(first, 'RETRACTED', retractedAt)], asOf);
        expect(visible(retracted)).toEqual(visible(at(without, asOf)));
        expect(retracted.nextReviewAt).toBe(at(without, asOf).nextReviewAt);
      }),
    );
  });

  it('takes a reinstated fact as if it had never been taken back', () => {
    check(
      fc.property(enterprise, asOfDay, (records, asOf) => {
        const [first] = records;
        fc.pre(first !== undefined);
        const untouched = records.filter(({ factId, register }) => factId !== first.factId || register !== 'STANDING');
        const reinstated = [...records, standing(first, 'REINSTATED', asOf)];
        expect(visible(at(reinstated, asOf))).toEqual(visible(at(untouched, asOf)));
      }),
    );
  });

  it('leaves a repaired penalty out from its repair on', () => {
    check(
      fc.property(enterprise, CONTENTS['penalty.decision'], moment, asOfDay, (records, decided, repairedAt, asOf) => {
        fc.pre(asOf >= repairedAt);
        const factId = 'f'.repeat(32);
        const repair = record(factId, {
          factType: decided.factType,
          occurredAt: repairedAt,
          register: 'PUBLICITY',
          attributes: { value: 'REPAIRED', effectiveAt: repairedAt, until: null, reason: null },
        });
        const known = [...records, record(factId, { ...decided, codeSystem: null, occurredAt: FIRST_DAY }), repair];
        const [{ groups, score }, without] = [visible(at(known, asOf)), visible(at(records, asOf))];
        expect({ groups, score }).toEqual({ groups: without.groups, score: without.score });
      }),
    );
  });

  it('never falls by one more adverse fact that closes, replaces and shares nothing', () => {
    const closesNothing = ['1', '2', '3'];
    const adverse = fc.oneof(
      CONTENTS['penalty.decision'],
      CONTENTS['report.verified'],
      CONTENTS['court.defaulter-listing'],
      CONTENTS['court.representative-defaulter'],
      CONTENTS['court.equity-freeze'],
      CONTENTS['court.enforcement-terminated'],
      CONTENTS['serious-violation.listing'],
      CONTENTS['tax.arrears'],
      CONTENTS['tax.abnormal-taxpayer'],
      CONTENTS['insolvency.proceeding'],
      CONTENTS['product-check.failed'],
      CONTENTS['food-check.failed'],
      CONTENTS['recall.ordered'],
      CONTENTS['equipment.hazard'],
      CONTENTS['opinion.verified'],
      CONTENTS['complaint.accepted'],
      CONTENTS['complaint.mass-confirmed'],
      CONTENTS['annual-report.missed'],
      CONTENTS['abnormal.listing'].filter(({ attributes }) => closesNothing.includes(String(attributes.reasonCode))),
    );
    check(
      fc.property(enterprise, adverse, moment, asOfDay, (records, more, occurredAt, asOf) => {
        const added = record('e'.repeat(32), { codeSystem: null, ...more, occurredAt });
        expect(scoreAt([...records, added], asOf)).toBeGreaterThanOrEqual(scoreAt(records, asOf));
      }),
      1000,
    );
  });
});

describe('an enterprise assessed on its way', () => {
  const byTime = (a: FactRecord, b: FactRecord): number => a.occurredAt - b.occurredAt;
  /** Values that come in the order in which they begin: an earlier one that comes last may find no later one any more. */
  const inOrder = enterprise.filter((records) => {
    const begun = records.filter(({ factType, register }) => factType.startsWith('derived.') && register === 'CONTENT');
    const starts = begun.sort(byTime).map(({ attributes }) => Number(attributes['validFrom']));
    return starts.every((start, place) => place === 0 || start >= (starts[place - 1] as number));
  });
  const arriving = fc.tuple(inOrder, asOfDay, fc.integer({ min: 1, max: 5 }));
  /** Each record as it occurs; undefined where one came after its fact had been dropped. */
  function play(records: readonly FactRecord[], asOf: number, batch: number): Position | undefined {
    let position: Position | undefined;
    const seen = new Set<string>();
    for (let from = 0; from < records.length; from += batch) {
      for (const next of records.slice(from, from + batch)) {
        const arrival = Math.min(asOf, (records[Math.min(from + batch, records.length) - 1] as FactRecord).occurredAt);
        if (seen.has(next.factId) && !position?.facts.some(([id]) => id === next.factId)) return undefined;
        seen.add(next.factId);
        position = assess(position, { kind: 'fact', record: next }, arrival, GENERAL).position;
      }
    }
    return assess(position, { kind: 'review' }, asOf, GENERAL).position;
  }

  it('is the same one by one, in batches and in a full recomputation', () => {
    check(
      fc.property(arriving, ([records, asOf, batch]) => {
        const sorted = [...records].sort(byTime);
        const [single, batched] = [play(sorted, asOf, 1), play(sorted, asOf, batch)];
        fc.pre(single !== undefined && batched !== undefined);
        const whole = at(records, asOf).position;
        expect(single).toEqual(whole);
        expect(batched).toEqual(whole);
      }),
      500,
    );
  });

  it('has the same score, class and next review whether facts that ended long ago were dropped or are still there', () => {
    const keepAll = { ...GENERAL, keeping: KEEP_ALL };
    check(
      fc.property(enterprise, asOfDay, fc.integer({ min: 0, max: 120 }), (records, first, months) => {
        const asOf = first + months * 30 * 86_400_000;
        const [dropped, whole] = [at(records, asOf), at(records, asOf, keepAll)];
        expect(whole.position.facts).toEqual(fold(records).facts);
        expect(visible(dropped)).toEqual(visible(whole));
        expect(dropped.nextReviewAt).toBe(whole.nextReviewAt);
        expect(visible(dropped)).toEqual(oracle(records, asOf));
        const again = assess(dropped.position, { kind: 'review' }, asOf, GENERAL);
        expect(again.position).toBe(dropped.position);
        expect(resultOf(again)?.score).toBe(resultOf(whole)?.score);
      }),
      1000,
    );
  });
});
