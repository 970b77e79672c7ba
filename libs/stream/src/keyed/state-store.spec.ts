import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFullDisk } from './full-disk.spec-support.ts';
import { packed, stored } from './packed-state.spec-support.ts';
import { lockStateDirectory } from './state-lock.ts';
import { StateStore, type StoredMeta, type StoredPlace } from './state-store.ts';

const identity = { clusterId: 'c', topic: 't', partition: 0, engineVersion: '1' };
const meta = (offset: number): StoredMeta => ({
  offset,
  cursor: null,
  ordinal: 0,
  streamTime: 5,
  memory: 'm',
  allDueAt: null,
  last: null,
});
const since = { offset: 5, ordinal: 1, asOf: 7, due: null };
const always = (): boolean => true;

describe('the local store', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'store-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  async function filled(path: string): Promise<void> {
    const store = await StateStore.open(path, identity, always);
    await store.flush(
      [
        { key: 'a', value: packed(Buffer.from('A'), 9, since) },
        { key: 'b', value: packed(Buffer.from('B'), null, { ...since, due: 8 }) },
      ],
      meta(10),
    );
    await store.close();
  }

  it('gives back states, due moments and the position they contain', async () => {
    await filled(root);
    const store = await StateStore.open(root, identity, always);
    expect(stored(store, 'a')).toEqual({ since, state: Buffer.from('A') });
    expect(stored(store, 'b')?.since.due).toBe(8);
    expect(store.get('zz')).toBeUndefined();
    expect([...store.dues()]).toEqual([
      { key: 'a', due: 9 },
      { key: 'b', due: null },
    ]);
    expect(store.meta()).toEqual(meta(10));
    await store.close();
  });

  it.each(['new', 'one that was there'])(
    'is refused with a sentence when the disk is full at its opening: %s',
    async (which) => {
      if (which !== 'new') await filled(root);
      await onFullDisk(0, async () => {
        await expect(StateStore.open(root, identity, always)).rejects.toThrow(/ cannot be written; its disk has /);
        expect(() => lockStateDirectory(root)).toThrow(/ cannot be written; its disk has /);
      });
      await filled(join(root, 'with room'));
    },
  );

  it.each([
    ['another cluster', { ...identity, clusterId: 'other' }, always],
    ['another engine version', { ...identity, engineVersion: '2' }, always],
    ['a position ahead of the committed one', identity, (found: StoredPlace) => found.offset <= 9],
    ['another log', identity, async () => false],
  ])('throws a store of %s away', async (_what, other, usable) => {
    await filled(root);
    const store = await StateStore.open(root, other, usable);
    expect(store.meta()).toBeUndefined();
    expect(store.get('a')).toBeUndefined();
    await store.close();
  });

  it('refuses a flush that would go back, and writes none of it', async () => {
    await filled(root);
    const store = await StateStore.open(root, identity, always);
    await expect(store.flush([{ key: 'a', value: packed(Buffer.from('old'), 1, since) }], meta(9))).rejects.toThrow(
      /cannot go back/,
    );
    expect(store.meta()?.offset).toBe(10);
    await store.close();
  });

  it('refuses a flush once a later session has opened it, and writes none of it', async () => {
    await filled(root);
    const store = await StateStore.open(root, identity, always);
    const later = await StateStore.open(root, identity, always);
    const flush = store.flush([{ key: 'a', value: packed(Buffer.from('old'), 1, since) }], meta(11));
    await expect(flush).rejects.toThrow(/opened by a later session/);
    expect(stored(store, 'a')?.state.toString()).toBe('A');
    await later.flush([{ key: 'a', value: packed(Buffer.from('new'), 1, since) }], meta(11));
    expect(stored(later, 'a')?.state.toString()).toBe('new');
    expect(later.meta()).toEqual(meta(11));
    await store.close();
  });
});

describe('the lock of a state directory', () => {
  it('keeps a second holder out until it is given back', () => {
    const root = mkdtempSync(join(tmpdir(), 'lock-'));
    const unlock = lockStateDirectory(root);
    expect(() => lockStateDirectory(root)).toThrow(/in use by process/);
    unlock();
    lockStateDirectory(root)();
    rmSync(root, { recursive: true });
  });
});
