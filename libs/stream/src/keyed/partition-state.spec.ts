import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stored } from './packed-state.spec-support.ts';
import { PartitionState } from './partition-state.ts';
import { StateStore } from './state-store.ts';

const codec = {
  encode: (state: string): Buffer => Buffer.from(state),
  decode: (bytes: Buffer): string => bytes.toString(),
};
const KEYS = Array.from({ length: 300 }, (_, at) => `k${at}`);

describe('what a partition has touched', () => {
  let root: string;
  let store: StateStore;
  let state: PartitionState<string>;
  const known = new Map<string, string>();
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'touched-'));
    store = await StateStore.open(root, { clusterId: 'c', topic: 't', partition: 0, engineVersion: '1' }, () => true);
    state = new PartitionState(store, { codec }, 0);
    known.clear();
  });
  afterEach(async () => {
    await store.close();
    rmSync(root, { recursive: true, force: true });
  });

  /** Each key gets a state of its own and another length in each round, so that rooms are outgrown and shared by nobody. */
  const touch = (round: number, keys: readonly string[]): void => {
    keys.forEach((key, at) => {
      const next = `${key} in round ${round} ${'.'.repeat((at * 37 * (round + 1)) % 3_000)}`;
      state.set(key, { state: next, due: null, offset: round, ordinal: at, asOf: round, published: true });
      known.set(key, next);
    });
    state.position = { offset: round + 1, cursor: null, ordinal: 0 };
  };
  const held = (): Map<string, string | undefined> => new Map([...known.keys()].map((key) => [key, state.get(key)]));

  it('is what was set last, before, during and after a flush, and the same in the store', async () => {
    for (let round = 0; round < 12; round++) {
      touch(round, KEYS);
      expect(held()).toEqual(known);
      const flushing = state.beginFlush();
      // Touched again while the flush reads the earlier states.
      touch(round, KEYS.slice(0, 200));
      expect(held()).toEqual(known);
      await flushing;
      expect(state.touchedCount).toBe(200);
      expect(held()).toEqual(known);
    }
    await state.beginFlush();
    expect(state.touchedCount).toBe(0);
    expect(new Map(KEYS.map((key) => [key, stored(store, key)?.state.toString()]))).toEqual(known);
    expect(stored(store, 'k7')?.since).toEqual({ offset: 11, ordinal: 7, asOf: 11, due: null });
  });
});
