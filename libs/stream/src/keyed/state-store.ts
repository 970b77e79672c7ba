import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';
import type { StreamPosition } from './committed-position.ts';
import type { LastRecord } from './last-record.ts';
import type { Since } from './since.ts';
import { isWholeStore } from './store-file.ts';

/** What a store belongs to; a store of anything else is thrown away and rebuilt from the log. */
export interface StoreIdentity {
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  /** Changes whenever the same log would give other states. */
  readonly engineVersion: string;
}

/** Where in which log a store stands. */
export interface StoredPlace extends StreamPosition {
  /** The last record that is applied; null before the first. */
  readonly last: LastRecord | null;
}

export interface StoredMeta extends StoredPlace {
  readonly streamTime: number;
  readonly memory: string;
}

export interface StoredState {
  readonly key: string;
  readonly due: number | null;
  readonly since: Since;
  /** The state's bytes, one for each character. */
  readonly state: string;
}

/** Where the store of a partition lies in a process's state directory. */
export function storePath(stateDirectory: string, groupId: string, partition: number): string {
  return join(stateDirectory, groupId, String(partition));
}

/** What stands before a state's bytes: its due moment, then offset, ordinal, moment and due moment of its snapshot. */
const HEADER_BYTES = 5 * 8;
const NO_DUE = Number.POSITIVE_INFINITY;

/**
 * The states of one partition and the position they contain, written together. It is a cache of the log: it may be
 * behind, never ahead, and can be deleted at any time.
 */
export class StateStore {
  readonly #root: RootDatabase;
  readonly #states: Database<Buffer, string>;
  readonly #meta: Database<unknown, string>;
  readonly #session: number;

  private constructor(root: RootDatabase, identity: StoreIdentity) {
    this.#root = root;
    this.#states = root.openDB<Buffer, string>({ name: 'states', encoding: 'binary' });
    this.#meta = root.openDB<unknown, string>({ name: 'meta', encoding: 'json' });
    this.#session = ((this.#meta.get('session') as number | undefined) ?? 0) + 1;
    this.#meta.putSync('session', this.#session);
    if (this.#meta.get('identity') === undefined) this.#meta.putSync('identity', identity);
  }

  /**
   * Opens the store of a partition. One that belongs to another cluster, topic or engine version is emptied first, and so is
   * one that was cut short, and one that `usable` refuses, such as a store that is ahead of the committed position or
   * contains another log.
   */
  static async open(
    path: string,
    identity: StoreIdentity,
    usable: (place: StoredPlace) => boolean | Promise<boolean>,
  ): Promise<StateStore> {
    if (!isWholeStore(path)) rmSync(path, { recursive: true });
    mkdirSync(path, { recursive: true });
    const root = openEnvironment(path);
    const meta = root.openDB<unknown, string>({ name: 'meta', encoding: 'json' });
    const found = meta.get('identity');
    const position = meta.get('position') as StoredMeta | undefined;
    const foreign = found !== undefined && JSON.stringify(found) !== JSON.stringify(identity);
    try {
      if (!foreign && (position === undefined || (await usable(position)))) return new StateStore(root, identity);
    } catch (error) {
      await root.close();
      throw error;
    }
    await root.close();
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
    return new StateStore(openEnvironment(path), identity);
  }

  /** Where this store stands, or undefined when it is empty. */
  meta(): StoredMeta | undefined {
    return this.#meta.get('position') as StoredMeta | undefined;
  }

  /** The state's bytes are valid until the next call. */
  get(key: string): { readonly since: Since; readonly state: Buffer } | undefined {
    const value = this.#states.getBinaryFast(key);
    if (value === undefined) return undefined;
    const since = {
      offset: value.readDoubleLE(8),
      ordinal: value.readDoubleLE(16),
      asOf: value.readDoubleLE(24),
      due: dueAt(value, 32),
    };
    // lmdb reads into one buffer again and again and tells in `length` how much of it is the value.
    return { since, state: value.subarray(HEADER_BYTES, value.length) };
  }

  *dues(): Iterable<{ readonly key: string; readonly due: number | null }> {
    for (const { key, value } of this.#states.getRange()) {
      yield { key, due: dueAt(value, 0) };
    }
  }

  keys(): Iterable<string> {
    return this.#states.getKeys();
  }

  /**
   * Writes states and the position they contain, all or nothing. Refused when a later session has opened the store
   * or the offset would go back: both mean that this writer is not the owner any more.
   */
  async flush(states: readonly StoredState[], meta: StoredMeta): Promise<void> {
    await this.#root.transaction(() => {
      const session = this.#meta.get('session') as number;
      if (session !== this.#session)
        throw new Error(`the store was opened by a later session (${session} > ${this.#session})`);
      const before = this.meta();
      if (before !== undefined && before.offset > meta.offset) {
        throw new Error(`the store stands at offset ${before.offset} and cannot go back to ${meta.offset}`);
      }
      const values = Buffer.allocUnsafeSlow(states.reduce((sum, { state }) => sum + HEADER_BYTES + state.length, 0));
      let from = 0;
      for (const { key, due, since, state } of states) {
        const value = values.subarray(from, (from += HEADER_BYTES + state.length));
        value.writeDoubleLE(due ?? NO_DUE, 0);
        value.writeDoubleLE(since.offset, 8);
        value.writeDoubleLE(since.ordinal, 16);
        value.writeDoubleLE(since.asOf, 24);
        value.writeDoubleLE(since.due ?? NO_DUE, 32);
        value.write(state, HEADER_BYTES, 'latin1');
        void this.#states.put(key, value);
      }
      void this.#meta.put('position', meta);
    });
  }

  /** Copies what is flushed into an empty directory, as of one moment, on a thread of its own. */
  copyTo(directory: string): Promise<void> {
    return this.#root.backup(directory, true);
  }

  close(): Promise<void> {
    return this.#root.close();
  }
}

/** What a store that nothing has open contains. */
export async function contentsOf(
  path: string,
): Promise<{ readonly meta: StoredMeta | undefined; readonly keys: number }> {
  const root = openEnvironment(path);
  const meta = root.openDB<unknown, string>({ name: 'meta', encoding: 'json' }).get('position');
  const { entryCount } = root.openDB<Buffer, string>({ name: 'states', encoding: 'binary' }).getStats() as {
    readonly entryCount: number;
  };
  await root.close();
  return { meta: meta as StoredMeta | undefined, keys: entryCount };
}

function dueAt(value: Buffer, place: number): number | null {
  const due = value.readDoubleLE(place);
  return due === NO_DUE ? null : due;
}

function openEnvironment(path: string): RootDatabase {
  return open({ path, encoding: 'binary', maxDbs: 4 });
}
