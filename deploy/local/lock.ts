import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Holder {
  readonly pid: number;
  /** Start time of the process as the system counts it: tells a later process with the same pid apart. */
  readonly since: string;
}

const lockOf = (dataDir: string) => join(dataDir, 'lock');

/** The pid of the `npm start` that uses this data directory now, or undefined. */
export function lockHolder(dataDir: string): number | undefined {
  try {
    const { pid, since } = JSON.parse(readFileSync(lockOf(dataDir), 'utf8')) as Holder;
    return startTimeOf(pid) === since ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the data directory for this process; throws, naming the holder, when another one that lives has it. */
export function takeLock(dataDir: string): () => void {
  const holder = lockHolder(dataDir);
  if (holder !== undefined) {
    throw new Error(
      `${dataDir} is in use by a running npm start (process ${holder}): stop that one with Ctrl-C or kill ${holder}, or use another --data-dir`,
    );
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const mine: Holder = { pid: process.pid, since: startTimeOf(process.pid) ?? '' };
  rmSync(lockOf(dataDir), { force: true });
  // Exclusive: of two that start at the same moment, one fails here.
  writeFileSync(lockOf(dataDir), JSON.stringify(mine), { flag: 'wx' });
  return () => rmSync(lockOf(dataDir), { force: true });
}

function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; the fields after it are counted from 3, the start time is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return isAlive(pid) ? '' : undefined;
  }
}

/** Where there is no /proc, a living pid is all that can be known. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux';
  } catch {
    return false;
  }
}
