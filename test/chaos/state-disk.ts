import { execFile, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small disk in memory, under a folder. */
export interface StateDisk {
  /** Leaves no byte of it free. */
  fill(): Promise<void>;
  free(): Promise<void>;
  unmount(): void;
}

const SIZE = '256m';
const PIECE = Buffer.alloc(64 * 1024);

/** Mounts it; the system lets root do so, and inside a container only one that may mount. */
export async function mountStateDisk(folder: string): Promise<StateDisk> {
  await mkdir(folder, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]);
  // Lazily: processes that are killed a moment later still hold files of it. A run that is broken off leaves nothing mounted.
  const unmount = (): void => void spawnSync('umount', ['-l', folder]);
  process.once('exit', unmount);
  const ballast = join(folder, 'ballast');
  return {
    async fill() {
      await pipeline(Readable.from(endless()), createWriteStream(ballast)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
      });
    },
    free: () => rm(ballast, { force: true }),
    unmount() {
      process.off('exit', unmount);
      unmount();
    },
  };
}

/** Whether this process may mount such a disk. */
export async function canMount(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'risk-mount-'));
  try {
    (await mountStateDisk(folder)).unmount();
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function* endless(): Iterable<Buffer> {
  for (;;) yield PIECE;
}
