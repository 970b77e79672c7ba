import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { contentsOf, type StateStore, type StoredPlace, type StoreIdentity } from './state-store.ts';
import { STORE_FILE } from './store-file.ts';

/** What a snapshot of a partition's store says of itself, beside the copied store. */
export interface SnapshotManifest extends StoreIdentity, StoredPlace {
  readonly format: 1;
  /** ISO 8601, by the wall clock of the process that took it. */
  readonly takenAt: string;
  readonly keys: number;
  readonly bytes: number;
  /** Of the copied store file, 64 hex digits. */
  readonly sha256: string;
}

/** A snapshot as it lies in its directory. */
export interface StoreSnapshot {
  readonly path: string;
  readonly groupId: string;
  readonly partition: number;
  /** Undefined when there is none that can be read; `fault` says why. */
  readonly manifest: SnapshotManifest | undefined;
  readonly fault: string | undefined;
}

/** The snapshot cannot be used; the message names the file and what to do. */
export class SnapshotDamagedError extends Error {
  override readonly name = 'SnapshotDamagedError';
}

const MANIFEST = 'manifest.json';
/** Begins the name of what is being written; a crash leaves it behind, and the next snapshot removes it. */
const PARTIAL = 'partial-';
const KEPT = 2;
const READ_BYTES = 1024 * 1024;

/**
 * Copies the flushed state of a running store, as of one LMDB read transaction, and then gives the copy its name: a snapshot
 * that bears a name is whole. The copy is made on a thread of its own; the last two of a partition are kept.
 * Resolves to undefined when the store is empty or has not moved since the newest snapshot.
 */
export async function takeSnapshot(
  store: StateStore,
  identity: StoreIdentity,
  folder: string,
  takenAt: Date,
): Promise<SnapshotManifest | undefined> {
  const newest = (await namesIn(folder)).at(-1);
  const place = store.meta();
  if (place === undefined) return undefined;
  if (newest !== undefined && isSame((await readManifest(join(folder, newest))).manifest, identity, place))
    return undefined;
  const partial = join(folder, `${PARTIAL}${process.pid}`);
  try {
    return await copyThrough(partial, store, identity, folder, takenAt);
  } catch (error) {
    // On a disk that is full what cannot be used must not keep its room.
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function copyThrough(
  partial: string,
  store: StateStore,
  identity: StoreIdentity,
  folder: string,
  takenAt: Date,
): Promise<SnapshotManifest> {
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await store.copyTo(partial);
  const { meta, keys } = await contentsOf(partial);
  await rm(join(partial, 'lock.mdb'), { force: true });
  if (meta === undefined) throw new Error(`the copy in ${partial} has no position, although its store has one`);
  const { offset, cursor, ordinal, last } = meta;
  const file = join(partial, STORE_FILE);
  await synced(file);
  const { size: bytes } = await stat(file);
  const sha256 = await sha256Of(file);
  const at = { offset, cursor, ordinal, last };
  const manifest: SnapshotManifest = {
    format: 1,
    takenAt: takenAt.toISOString(),
    ...identity,
    ...at,
    keys,
    bytes,
    sha256,
  };
  await writeFile(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  await rename(partial, join(folder, nameOf(takenAt, offset)));
  await prune(folder);
  return manifest;
}

/** Where the snapshots of a partition lie. */
export function snapshotFolder(directory: string, groupId: string, partition: number): string {
  return join(directory, groupId, String(partition));
}

/** The snapshots of one partition, newest first. */
export async function snapshotsIn(directory: string, groupId: string, partition: number): Promise<StoreSnapshot[]> {
  const folder = snapshotFolder(directory, groupId, partition);
  const found: StoreSnapshot[] = [];
  for (const name of (await namesIn(folder)).reverse()) {
    const path = join(folder, name);
    found.push({ path, groupId, partition, ...(await readManifest(path)) });
  }
  return found;
}

/** Every snapshot of a directory by group and partition, newest first. */
export async function listSnapshots(directory: string): Promise<StoreSnapshot[]> {
  const found: StoreSnapshot[] = [];
  for (const groupId of await namesIn(directory)) {
    const partitions = (await namesIn(join(directory, groupId))).map(Number).filter(Number.isInteger);
    for (const partition of partitions.sort((a, b) => a - b))
      found.push(...(await snapshotsIn(directory, groupId, partition)));
  }
  return found;
}

/** Throws SnapshotDamagedError unless the snapshot is whole: it has a manifest, and its file the size and SHA-256 stated there. */
export async function verifySnapshot(snapshot: StoreSnapshot): Promise<SnapshotManifest> {
  return verified(snapshot, join(snapshot.path, STORE_FILE));
}

/**
 * Puts a snapshot in the place of a store that is not open. The copy is checked before it gets the store's name: a store is
 * never half of a snapshot. Throws SnapshotDamagedError, and leaves the store as it was, when the snapshot is not whole.
 */
export async function installSnapshot(snapshot: StoreSnapshot, storePath: string): Promise<SnapshotManifest> {
  const copy = `${storePath}.restoring`;
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  const source = join(snapshot.path, STORE_FILE);
  const target = join(copy, STORE_FILE);
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    const manifest = await verified(snapshot, target);
    await synced(target);
    await rm(storePath, { recursive: true, force: true });
    await rename(copy, storePath);
    return manifest;
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw damaged(snapshot, `${source} is missing`);
    throw error;
  }
}

async function verified(snapshot: StoreSnapshot, file: string): Promise<SnapshotManifest> {
  const { manifest, fault } = snapshot;
  if (manifest === undefined) throw damaged(snapshot, fault ?? 'it has no manifest');
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw damaged(snapshot, `${join(snapshot.path, STORE_FILE)} is missing`);
  const sourceFile = join(snapshot.path, STORE_FILE);
  if (found.size !== manifest.bytes)
    throw damaged(snapshot, `${sourceFile} has ${found.size} bytes, its manifest says ${manifest.bytes}`);
  const sha256 = await sha256Of(file);
  if (sha256 !== manifest.sha256)
    throw damaged(snapshot, `${sourceFile} has SHA-256 ${sha256}, its manifest says ${manifest.sha256}`);
  return manifest;
}

function damaged({ path }: StoreSnapshot, why: string): SnapshotDamagedError {
  return new SnapshotDamagedError(
    `${why}: it was cut short or changed after it was taken; delete ${path}, or copy it there again from where it is whole`,
  );
}

async function readManifest(path: string): Promise<Pick<StoreSnapshot, 'manifest' | 'fault'>> {
  const file = join(path, MANIFEST);
  try {
    const manifest = JSON.parse(await readFile(file, 'utf8')) as SnapshotManifest;
    if (manifest.format === 1) return { manifest, fault: undefined };
    return { manifest: undefined, fault: `${file} has the format ${String(manifest.format)}, this version reads 1` };
  } catch (error) {
    return { manifest: undefined, fault: `${file} cannot be read (${(error as Error).message})` };
  }
}

function isSame(manifest: SnapshotManifest | undefined, identity: StoreIdentity, place: StoredPlace): boolean {
  if (manifest === undefined) return false;
  const { clusterId, topic, partition, engineVersion, offset, cursor, ordinal, last } = manifest;
  const [one, other] = [
    { clusterId, topic, partition, engineVersion, offset, cursor, ordinal, last },
    { ...identity, offset: place.offset, cursor: place.cursor, ordinal: place.ordinal, last: place.last },
  ];
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Names sort by the time of taking. */
function nameOf(takenAt: Date, offset: number): string {
  return `${takenAt.toISOString().replaceAll(/[-:.]/g, '')}-${offset}`;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith(PARTIAL)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function prune(folder: string): Promise<void> {
  const old = (await namesIn(folder)).slice(0, -KEPT);
  const partials = (await readdir(folder)).filter((name) => name.startsWith(PARTIAL));
  for (const name of [...old, ...partials]) await rm(join(folder, name), { recursive: true, force: true });
}

async function sha256Of(file: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: READ_BYTES }), sum);
  return sum.digest('hex');
}

async function synced(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
