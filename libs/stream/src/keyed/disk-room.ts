import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** More than LMDB writes when it opens an empty directory. */
const ROOM_BYTES = 64 * 1024;

/**
 * Throws when a directory has no room for a new store. Asked before LMDB opens one: it maps its lock file before the disk has
 * room for it, and on a full disk that ended the process with a signal, at each start anew, without a sentence.
 */
export function refuseFullDisk(directory: string): void {
  const file = join(directory, `room-${process.pid}`);
  try {
    writeFileSync(file, Buffer.alloc(ROOM_BYTES, 1));
  } catch (error) {
    throw unwritable(directory, error);
  } finally {
    rmSync(file, { force: true });
  }
}

/** Most often the disk is full; LMDB may call that an input/output error, so the room that is left is told beside it. */
export function unwritable(directory: string, cause: unknown): Error {
  const { bavail, bsize } = statfsSync(directory);
  return new Error(
    `${directory} cannot be written; its disk has ${bavail * bsize} bytes left: give it room, or use another disk. ` +
      'Nothing is lost: what is missing there is read from the log',
    { cause },
  );
}
