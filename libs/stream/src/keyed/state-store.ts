import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';
import type { StreamPosition } from './committed-position.ts';
import { refuseFullDisk, unwritable } from './disk-room.ts';
import type { LastRecord } from './last-record.ts';
import { dueOf } from './packed-state.ts';
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
  /** The moment at which the record before `offset` made every key due; `cursor` tells which of them have fired. */
  readonly allDueAt: number | null;
}

export interface StoredState {
  readonly key: string;
  /** See packed-state; not to be changed before the flush has ended. */
  readonly value: Buffer;
}

/** Where the store of a partition lies in a process's state directory. */
export function storePath(stateDirectory: string, groupId: string, partition: number): string {
  return join(stateDirectory, groupId, String(partition));
}

const SESSION = 'session';

/** lmdb takes 1,978 bytes; a byte that is no text takes three. */
const MAX_KEY_BYTES = 512;
/** Below it lmdb escapes the characters that it has a meaning for; above it a key with one of them comes back as something else. */
const LONG_KEY_BYTES = 64;
const FIRST_PRINTABLE = 0x20;

/** Why no store can keep a state under the key of a record; undefined when one can. */
export function keyFaultOf(key: Buffer | null): string | undefined {
  if (key === null || key.length < LONG_KEY_BYTES) return undefined;
  if (key.length > MAX_KEY_BYTES) return `the key has ${key.length} bytes; expected at most ${MAX_KEY_BYTES}`;
  if (key.every((byte) => byte >= FIRST_PRINTABLE)) return undefined;
  return `the key has ${key.length} bytes and control characters; expected fewer than ${LONG_KEY_BYTES}, or none`;
}

/**
 * The states of one partition and the position they contain, written together. It is a cache of the log: it may be
 * behind, never ahead, and can be deleted at any time.
 */
export class StateStore {
  readonly #path: string;
  readonly #root: RootDatabase;
  readonly #states: Database<Buffer, string>;
  readonly #meta: Database<unknown, string>;
  /** One entry whose version is the session that opened the store last: what a flush is conditional on. */
  readonly #owner: Database<string, string>;
  readonly #session: number;

  private constructor(path: string, root: RootDatabase, identity: StoreIdentity) {
    this.#path = path;
    this.#root = root;
    this.#states = root.openDB<Buffer, string>({ name: 'states', encoding: 'binary' });
    this.#meta = root.openDB<unknown, string>({ name: 'meta', encoding: 'json' });
    this.#owner = root.openDB<string, string>({ name: 'owner', encoding: 'string', useVersions: true });
    this.#session = (this.#owner.getEntry(SESSION)?.version ?? 0) + 1;
    try {
      this.#owner.putSync(SESSION, identity.engineVersion, this.#session);
      if (this.#meta.get('identity') === undefined) this.#meta.putSync('identity', identity);
    } catch (error) {
      throw unwritable(path, error);
    }
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
      if (!foreign && (position === undefined || (await usable(position)))) return new StateStore(path, root, identity);
    } catch (error) {
      await root.close();
      throw error;
    }
    await root.close();
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
    return new StateStore(path, openEnvironment(path), identity);
  }

  /** Where this store stands, or undefined when it is empty. */
  meta(): StoredMeta | undefined {
    return this.#meta.get('position') as StoredMeta | undefined;
  }

  /** A packed state, valid until the next call. */
  get(key: string): Buffer | undefined {
    return this.#states.getBinaryFast(key);
  }

  *dues(): Iterable<{ readonly key: string; readonly due: number | null }> {
    for (const { key, value } of this.#states.getRange()) yield { key, due: dueOf(value) };
  }

  keys(): Iterable<string> {
    return this.#states.getKeys();
  }

  /**
   * Writes states and the position they contain, all or nothing. Refused when a later session has opened the store
   * or the offset would go back: both mean that this writer is not the owner any more.
   */
  async flush(states: readonly StoredState[], meta: StoredMeta): Promise<void> {
    const before = this.meta();
    if (before !== undefined && before.offset > meta.offset) {
      throw new Error(`the store stands at offset ${before.offset} and cannot go back to ${meta.offset}`);
    }
    // Instructions for lmdb's own thread: in a `transaction` each put would walk its pages on this one.
    const isOwner = await this.#owner
      .ifVersion(SESSION, this.#session, () => {
        for (const { key, value } of states) void this.#states.put(key, value);
        void this.#meta.put('position', meta);
      })
      .catch(async (error: unknown) => {
        throw unwritable(this.#path, await causeOf(error));
      });
    if (!isOwner) throw new Error(`the store was opened by a later session than ${this.#session}`);
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

function openEnvironment(path: string): RootDatabase {
  refuseFullDisk(path);
  // With batches of its own lmdb makes a promise for each that nobody holds: a write that fails would end the process by it.
  return open({ path, encoding: 'binary', maxDbs: 4, eventTurnBatching: false });
}

/** lmdb tells in a promise of its own why a commit failed. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { readonly commitError?: Promise<never> };
  return commitError === undefined ? error : commitError.catch((cause: unknown) => cause);
}
