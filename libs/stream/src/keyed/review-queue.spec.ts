import fc from 'fast-check';
import { notAfter, ReviewQueue, type Review } from './review-queue.ts';

function drain(queue: ReviewQueue): Review[] {
  const taken: Review[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) taken.push(next);
  return taken;
}

describe('the review queue', () => {
  it('hands reviews out by due moment, then by key', () => {
    const queue = new ReviewQueue();
    queue.set('b', 2);
    queue.set('c', 1);
    queue.set('a', 2);
    expect(drain(queue).map(({ key }) => key)).toEqual(['c', 'a', 'b']);
  });

  it('keeps one review for each key: the one set last', () => {
    const queue = new ReviewQueue();
    queue.set('a', 1);
    queue.set('a', 9);
    queue.set('b', 5);
    queue.set('b', null);
    expect(queue.size).toBe(1);
    expect(drain(queue)).toEqual([{ due: 9, key: 'a' }]);
  });

  it('agrees with a sorted map after any sequence of changes', () => {
    const change = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.option(fc.integer({ min: 0, max: 20 })));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3_000 }), (changes) => {
        const queue = new ReviewQueue();
        const naive = new Map<string, number>();
        for (const [key, due] of changes) {
          queue.set(key, due);
          if (due === null) naive.delete(key);
          else naive.set(key, due);
        }
        const expected = [...naive].map(([key, due]) => ({ key, due })).sort((a, b) => (notAfter(a, b) ? -1 : 1));
        expect(drain(queue)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
