import { jest } from '@jest/globals';
import { repeat } from './repeat.ts';

const failing = (times: number, error: Error) => {
  let calls = 0;
  return async (): Promise<number> => {
    if (++calls <= times) throw error;
    return calls;
  };
};

describe('work that is repeated', () => {
  it('is done until it succeeds, and each error is told before the next try', async () => {
    const told: unknown[] = [];
    const error = new Error('away');
    await expect(
      repeat(failing(3, error), { mayPass: () => true, onError: (each) => void told.push(each) }),
    ).resolves.toBe(4);
    expect(told).toEqual([error, error, error]);
  });

  it('ends with the first error that does not pass', async () => {
    const told: unknown[] = [];
    const work = failing(3, new Error('refused'));
    await expect(repeat(work, { mayPass: () => false, onError: (each) => void told.push(each) })).rejects.toThrow(
      'refused',
    );
    expect(told).toEqual([]);
  });

  it('is given up after fifteen seconds, with pauses of one second at the longest', async () => {
    jest.useFakeTimers();
    let tries = 0;
    const work = async (): Promise<never> => {
      tries++;
      throw new Error('away');
    };
    const given = expect(repeat(work, { mayPass: () => true })).rejects.toThrow('away');
    await jest.advanceTimersByTimeAsync(20_000);
    await given;
    jest.useRealTimers();
    expect(tries).toBeGreaterThan(15);
    expect(tries).toBeLessThan(30);
  });
});
