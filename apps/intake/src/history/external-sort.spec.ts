import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sortExternally } from './external-sort.ts';

interface Item {
  readonly time: number;
  readonly place: number;
}

async function* from(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

describe('sorting outside memory', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'external-sort-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const sorted = async (items: readonly Item[], runLength: number, fanIn: number): Promise<Item[]> => {
    const result: Item[] = [];
    const options = { keyOf: ({ time }: Item) => time, directory, runLength, fanIn };
    for await (const item of sortExternally(from(items), options)) result.push(item);
    return result;
  };

  it('gives the order of a stable sort in memory, however the runs are cut and merged', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(
        times,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 2, max: 5 }),
        async (list, run, fanIn) => {
          const items = list.map((time, place) => ({ time, place }));
          expect(await sorted(items, run, fanIn)).toEqual(
            [...items].sort((a, b) => a.time - b.time || a.place - b.place),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leaves nothing on disk, also when the reader stops early', async () => {
    const items = Array.from({ length: 100 }, (_, place) => ({ time: 100 - place, place }));
    const options = { keyOf: ({ time }: Item) => time, directory, runLength: 10 };
    for await (const _ of sortExternally(from(items), options)) break;
    expect(await readdir(directory)).toEqual([]);
  });
});
