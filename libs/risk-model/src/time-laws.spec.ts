import fc from 'fast-check';
import { asOfDay, DAY } from './generated-contents.spec-support.ts';
import { enterprise } from './generated-enterprises.spec-support.ts';
import { assess, attributesAt } from './index.ts';
import { ALL, at, check, GENERAL, visible } from './laws.spec-support.ts';
import { oracle } from './naive-oracle.spec-support.ts';

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
          const next = assess(first.position, { kind: 'review' }, moved, GENERAL);
          expect(next.position.schemes).toEqual(first.position.schemes);
          expect(next.nextReviewAt).toBe(first.nextReviewAt);
          expect(next.changes).toEqual([]);
          expect(next.warnings).toEqual([]);
          expect(visible(next)).toEqual(oracle(records, moved));
          expect(next.evidenceLevel).toBe(first.evidenceLevel);
          expect(attributesAt(next.position, moved)).toEqual(attributesAt(first.position, asOf));
        }
      }),
      500,
    );
  });

  it('nothing changes in the specialised schemes either', () => {
    check(
      fc.property(enterprise, asOfDay, fc.double({ min: 0, max: 1, noNaN: true }), (records, asOf, part) => {
        const first = at(records, asOf, ALL);
        const end = first.nextReviewAt ?? asOf + 3650 * DAY;
        const moved = Math.min(end - 1, Math.floor(asOf + (end - asOf) * part));
        const next = assess(first.position, { kind: 'review' }, moved, ALL);
        expect(next.position.schemes).toEqual(first.position.schemes);
        expect(next.results.map(({ groups }) => groups)).toEqual(first.results.map(({ groups }) => groups));
      }),
      300,
    );
  });
});

it('reviews come to an end', () => {
  check(
    fc.property(enterprise, asOfDay, (records, asOf) => {
      let { nextReviewAt, position } = at(records, asOf, ALL);
      let reviews = 0;
      while (nextReviewAt !== null && reviews++ < 300) {
        ({ nextReviewAt, position } = assess(position, { kind: 'review' }, nextReviewAt, ALL));
      }
      expect(nextReviewAt).toBeNull();
    }),
    100,
  );
});
