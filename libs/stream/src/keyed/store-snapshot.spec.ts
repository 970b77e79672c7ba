import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFullDisk } from './full-disk.spec-support.ts';
import { packed, stored } from './packed-state.spec-support.ts';
import { StateStore, type StoredMeta } from './state-store.ts';
import { isWholeStore, STORE_FILE } from './store-file.ts';
import {
  installSnapshot,
  listSnapshots,
  snapshotFolder,
  snapshotsIn,
  takeSnapshot,
  verifySnapshot,
  type StoreSnapshot,
} from './store-snapshot.ts';

const identity = { clusterId: 'c', topic: 't', partition: 3, engineVersion: '1' };
const since = { offset: 5, ordinal: 1, asOf: 7, due: null };
const meta = (offset: number): StoredMeta => ({
  offset,
  cursor: { due: 4, key: 'k1' },
  ordinal: 2,
  streamTime: 5,
  memory: 'm',
  allDueAt: null,
  last: { offset: offset - 1, hash: '0123456789abcdef' },
});

let root: string;
let store: StateStore;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'snapshot-'));
  store = await StateStore.open(join(root, 'store'), identity, () => true);
});
afterEach(async () => {
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

const directory = (): string => join(root, 'snapshots');
const folder = (): string => snapshotFolder(directory(), 'g', 3);
const flush = (offset: number, keys = 500): Promise<void> =>
  store.flush(
    Array.from({ length: keys }, (_, i) => ({
      key: `k${i}`,
      value: packed(Buffer.alloc(300, offset), i, since),
    })),
    meta(offset),
  );
const take = (minute: number) => takeSnapshot(store, identity, folder(), new Date(Date.UTC(2026, 0, 1, 0, minute)));
const newest = async (): Promise<StoreSnapshot> => (await snapshotsIn(directory(), 'g', 3))[0] as StoreSnapshot;

describe('a snapshot of a store', () => {
  it.each([0, 4_096, 100_000])(
    'fails on a disk that is full after %d bytes, leaves nothing there and the store as it is',
    async (bytes) => {
      await flush(10);
      await onFullDisk(bytes, () => expect(take(1)).rejects.toThrow());
      expect(readdirSync(folder())).toEqual([]);
      await flush(11);
      expect(await take(2)).toMatchObject({ offset: 11 });
    },
  );

  it('says what it is of, and gives the same states back in another place', async () => {
    await flush(10);
    expect(await take(1)).toMatchObject({
      ...identity,
      offset: 10,
      cursor: { due: 4, key: 'k1' },
      ordinal: 2,
      last: { offset: 9 },
      keys: 500,
      takenAt: '2026-01-01T00:01:00.000Z',
    });
    await flush(11);
    await installSnapshot(await newest(), join(root, 'other'));
    const other = await StateStore.open(join(root, 'other'), identity, () => true);
    expect(other.meta()).toEqual(meta(10));
    expect([...other.dues()]).toHaveLength(500);
    expect(stored(other, 'k7')).toEqual({ since, state: Buffer.alloc(300, 10) });
    await other.close();
  });

  it('is not taken of an empty store, nor again of one that has not moved', async () => {
    expect(await take(1)).toBeUndefined();
    await flush(10);
    expect(await take(2)).toBeDefined();
    expect(await take(3)).toBeUndefined();
    expect(await listSnapshots(directory())).toHaveLength(1);
  });

  it('is one of the last two; what a crash left half-written goes with the older ones', async () => {
    mkdirSync(join(folder(), 'partial-1'), { recursive: true });
    writeFileSync(join(folder(), 'partial-1', STORE_FILE), 'half');
    expect(await listSnapshots(directory())).toEqual([]);
    for (const offset of [10, 20, 30]) {
      await flush(offset);
      await take(offset);
    }
    expect((await listSnapshots(directory())).map(({ manifest }) => manifest?.offset)).toEqual([30, 20]);
    expect(readdirSync(folder())).toHaveLength(2);
  });

  it.each([
    [
      'cut short',
      (file: string) => truncateSync(file, 8_192),
      /data\.mdb has 8192 bytes, its manifest says \d+.*delete/,
    ],
    ['changed', flipByte, /data\.mdb has SHA-256 [0-9a-f]{64}, its manifest says [0-9a-f]{64}.*delete/],
    ['without its file', (file: string) => rmSync(file), /data\.mdb is missing.*delete/],
    ['without a manifest', (file: string) => rmSync(join(file, '../manifest.json')), /manifest\.json cannot be read/],
    [
      'of a later format',
      (file: string) => writeFileSync(join(file, '../manifest.json'), '{"format":2}'),
      /has the format 2, this version reads 1/,
    ],
  ])(
    'that is %s is refused with the file and what to do, and leaves the store as it was',
    async (_what, harm, says) => {
      await flush(10);
      await take(1);
      harm(join((await newest()).path, STORE_FILE));
      const snapshot = await newest();
      await expect(verifySnapshot(snapshot)).rejects.toThrow(says);
      const target = join(root, 'other');
      mkdirSync(target);
      writeFileSync(join(target, 'mine'), '');
      await expect(installSnapshot(snapshot, target)).rejects.toThrow(says);
      expect(readdirSync(target)).toEqual(['mine']);
      expect(readdirSync(root).sort()).toEqual(['other', 'snapshots', 'store']);
    },
  );

  it('is of one moment, however much is flushed while it is taken', async () => {
    await flush(1, 20_000);
    const taking = take(1);
    for (let offset = 2; offset <= 12; offset++) await flush(offset, 20_000);
    const { offset } = (await taking) ?? { offset: -1 };
    await installSnapshot(await newest(), join(root, 'other'));
    const other = await StateStore.open(join(root, 'other'), identity, () => true);
    expect(other.meta()?.offset).toBe(offset);
    const fills = new Set([...other.keys()].map((key) => stored(other, key)?.state[0]));
    expect(fills).toEqual(new Set([offset]));
    await other.close();
  });
});

describe('a store file', () => {
  it('is whole as it is flushed, and when there is none yet', async () => {
    expect(isWholeStore(join(root, 'none'))).toBe(true);
    for (let offset = 1; offset < 20; offset++) {
      await flush(offset, 500 * (1 + (offset % 3)));
      expect(isWholeStore(join(root, 'store'))).toBe(true);
    }
  });

  it.each([
    ['cut short', (file: string) => truncateSync(file, 100_000)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['cut within its headers', (file: string) => truncateSync(file, 4_200)],
    ['of another kind', (file: string) => writeFileSync(file, Buffer.alloc(100_000, 7))],
  ])('that is %s is thrown away before LMDB maps it', async (_what, harm) => {
    await flush(10);
    await store.close();
    harm(join(root, 'store', STORE_FILE));
    expect(isWholeStore(join(root, 'store'))).toBe(false);
    store = await StateStore.open(join(root, 'store'), identity, () => true);
    expect(store.meta()).toBeUndefined();
    await flush(10);
    expect(store.meta()).toEqual(meta(10));
  });
});

function flipByte(file: string): void {
  const bytes = readFileSync(file);
  bytes[50_000] = (bytes[50_000] as number) ^ 1;
  writeFileSync(file, bytes);
}
