import { retryTransient } from './retry.ts';
import { WarehouseError } from './warehouse-error.ts';

const quick = { attempts: 4, initialDelayMs: 1, maxDelayMs: 2 };
const refused = (): WarehouseError =>
  new WarehouseError('insert into facts (1 rows)', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));

describe('retryTransient', () => {
  it('repeats a transient failure until the work succeeds', async () => {
    let tries = 0;
    const result = await retryTransient(async () => {
      tries++;
      if (tries < 3) throw refused();
      return 'done';
    }, quick);
    expect([result, tries]).toEqual(['done', 3]);
  });

  it('does not repeat a permanent failure', async () => {
    let tries = 0;
    const work = retryTransient(async () => {
      tries++;
      throw new TypeError('our fault');
    }, quick);
    await expect(work).rejects.toThrow('our fault');
    expect(tries).toBe(1);
  });

  it('gives the last failure after the last attempt', async () => {
    const delays: number[] = [];
    const work = retryTransient(() => Promise.reject(refused()), { ...quick, onRetry: (r) => delays.push(r.delayMs) });
    await expect(work).rejects.toMatchObject({ kind: 'transient', code: 'ECONNREFUSED' });
    expect(delays).toEqual([1, 2, 2]);
  });

  it('stops waiting when it is aborted', async () => {
    const abort = new AbortController();
    const work = retryTransient(() => Promise.reject(refused()), {
      attempts: Infinity,
      initialDelayMs: 60_000,
      maxDelayMs: 60_000,
      signal: abort.signal,
      onRetry: () => setImmediate(() => abort.abort(new Error('stopping'))),
    });
    await expect(work).rejects.toThrow('stopping');
  });
});
