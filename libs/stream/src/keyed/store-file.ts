import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** The one file that matters of a store's directory; LMDB names it. */
export const STORE_FILE = 'data.mdb';

const MAGIC = 0xbeefc0de;
const HEADER_BYTES = 160;

/**
 * True when the directory has no store file yet, or one that is LMDB's and holds every page that its newest header counts.
 * LMDB reads through a memory map: over a file that was cut short it ends the process with a signal, without a sentence.
 * It may itself leave free pages at the end unwritten; such a file counts as cut short too, which costs a rebuild.
 */
export function isWholeStore(directory: string): boolean {
  const file = open(join(directory, STORE_FILE));
  if (file === undefined) return true;
  try {
    const { size } = fstatSync(file);
    const first = headerAt(file, 0);
    if (first === undefined) return false;
    const second = headerAt(file, first.pageSize);
    if (second === undefined) return false;
    const { pageSize, lastPage } = first.transaction > second.transaction ? first : second;
    return size >= (lastPage + 1) * pageSize;
  } finally {
    closeSync(file);
  }
}

interface Header {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: bigint;
}

/** `MDB_meta` behind the header of its page, as liblmdb's mdb.c lays it out on a 64-bit machine; undefined for anything else. */
function headerAt(file: number, place: number): Header | undefined {
  const bytes = Buffer.alloc(HEADER_BYTES);
  if (readSync(file, bytes, 0, HEADER_BYTES, place) < HEADER_BYTES || bytes.readUInt32LE(24) !== MAGIC)
    return undefined;
  return {
    pageSize: bytes.readUInt32LE(48),
    lastPage: Number(bytes.readBigUInt64LE(144)),
    transaction: bytes.readBigUInt64LE(152),
  };
}

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
