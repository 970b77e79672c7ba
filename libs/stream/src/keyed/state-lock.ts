import { mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuseFullDisk } from './disk-room.ts';

/**
 * One process per state directory. The lock names the process and, where the system tells it, when that process began,
 * so that a number that was given to another process later does not block a start.
 * @returns a function that gives the lock back
 */
export function lockStateDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  refuseFullDisk(directory);
  const path = join(directory, 'owner');
  const mine = `${process.pid} ${startOf(process.pid)}`;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return () => {
        if (read(path) === mine) unlinkSync(path);
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 3) throw error;
    }
    const holder = read(path);
    const [pid = '', began = ''] = holder.split(' ');
    if (isAlive(Number(pid)) && startOf(Number(pid)) === began) {
      throw new Error(
        `${directory} is in use by process ${pid}; give each process a state directory of its own, or stop that one`,
      );
    }
    unlinkSync(path);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The kernel's start time of a process in ticks since boot (field 22 of its stat file), or `-` where there is none. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}
