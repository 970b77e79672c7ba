import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packed } from './packed-state.spec-support.ts';
import { StateStore, type StoredMeta } from './state-store.ts';
import { StoreSnapshots } from './store-snapshots.ts';

const identity = { clusterId: 'c', topic: 't', partition: 0, engineVersion: '1' };
const since = { offset: 5, ordinal: 1, asOf: 7, due: null };
const usable = async (): Promise<boolean> => true;
const meta = (offset: number): StoredMeta => ({
  ...{ offset, cursor: null, ordinal: 0, streamTime: 5, memory: '', allDueAt: null },
  last: { offset: offset - 1, hash: '0123456789abcdef' },
});

describe('a store that is taken over where there are snapshots', () => {
  let root: string;
  let store: StateStore;
  let told: string[] = [];
  let closed: number;
  const path = (): string => join(root, 'store');
  const open = (): Promise<StateStore> => StateStore.open(path(), identity, () => true);
  const flush = (offset: number): Promise<void> =>
    store.flush([{ key: 'k', value: packed(Buffer.from('K'), null, since) }], meta(offset));
  const snapshots = (): StoreSnapshots =>
    new StoreSnapshots({ directory: join(root, 'snapshots'), everyMs: 1 }, 'g', identity, (event) => told.push(event));
  const restore = (): Promise<boolean> =>
    snapshots().restore(
      path(),
      store.meta(),
      () => {
        closed++;
        return store.close();
      },
      usable,
    );

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'snapshots-'));
    store = await open();
    await flush(10);
    await snapshots().take(store, Date.UTC(2026, 0, 1));
    told = [];
    closed = 0;
  });
  afterEach(async () => {
    await store.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('is not closed when it knows as much as they do, or more', async () => {
    expect(await restore()).toBe(false);
    await flush(11);
    expect(await restore()).toBe(false);
    expect([closed, told, store.meta()?.offset]).toEqual([0, [], 11]);
  });

  it('is closed once, for the one that takes its place', async () => {
    await store.close();
    rmSync(path(), { recursive: true });
    store = await open();
    expect(await restore()).toBe(true);
    store = await open();
    expect([closed, told, store.meta()?.offset]).toEqual([1, ['snapshot restored'], 10]);
  });
});
