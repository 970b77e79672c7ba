import { randomOf, type Random } from './random.ts';

const mean = (draw: (random: Random) => number): number => {
  const random = randomOf('mean');
  let sum = 0;
  for (let i = 0; i < 20_000; i++) sum += draw(random);
  return sum / 20_000;
};

describe('random streams', () => {
  test('repeat for the same words and differ for others', () => {
    const first = (...words: (string | number)[]): number[] => Array.from({ length: 5 }, randomOf(...words).next);
    expect(first(42, 7, 'x')).toEqual(first(42, 7, 'x'));
    expect(first(42, 7, 'x')).not.toEqual(first(42, 8, 'x'));
    expect(first(1, 23)).not.toEqual(first(12, 3));
  });

  test('have the means they promise', () => {
    expect(mean((random) => random.next())).toBeCloseTo(0.5, 1);
    expect(mean((random) => random.exponential(4)) / 4).toBeCloseTo(1, 1);
    expect(mean((random) => random.gamma(0.5, 2))).toBeCloseTo(1, 1);
    expect(mean((random) => random.logNormal(7_500, 1.1)) / 7_500).toBeCloseTo(1, 1);
    expect(mean((random) => random.poisson(0.4)) / 0.4).toBeCloseTo(1, 1);
    expect(mean((random) => random.whole(1, 6))).toBeCloseTo(3.5, 1);
  });
});
