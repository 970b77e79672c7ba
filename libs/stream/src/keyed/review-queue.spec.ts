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

  it('agrees with a sorted list after any sequence of changes', () => {
    const keys = Array.from({ length: 40 }, (_, at) => `k${at}`);
    const change = fc.tuple(fc.constantFrom(...keys), fc.option(fc.integer({ min: 0, max: 20 }), { freq: 8 }));
    const taken = fc.constant('take' as const);
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: change }, taken), { maxLength: 3_000 }), (steps) => {
        const queue = new ReviewQueue();
        const naive = new Map<string, number>();
        const sorted = (): Review[] =>
          [...naive].map(([key, due]) => ({ key, due })).sort((a, b) => (notAfter(a, b) ? -1 : 1));
        for (const step of steps) {
          if (step === 'take') {
            const [first] = sorted();
            expect(queue.nextDue()).toBe(first?.due ?? Infinity);
            expect(queue.peek()).toEqual(first);
            expect(queue.take()).toEqual(first);
            if (first !== undefined) naive.delete(first.key);
          } else if (step[1] === null) {
            queue.set(step[0], null);
            naive.delete(step[0]);
          } else {
            queue.set(step[0], step[1]);
            naive.set(step[0], step[1]);
          }
          expect(queue.size).toBe(naive.size);
        }
        expect(drain(queue)).toEqual(sorted());
      }),
      { numRuns: 50 },
    );
  });

  it('holds as many as there are keys', () => {
    const queue = new ReviewQueue();
    const KEYS = 5_000;
    for (let at = 0; at < KEYS; at++) queue.set(`k${at}`, (at * 7_919) % KEYS);
    expect(drain(queue).map(({ due }) => due)).toEqual(Array.from({ length: KEYS }, (_, at) => at));
  });
});
