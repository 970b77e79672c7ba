import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Every process of a stack carries its data directory in this variable: by it a later start knows what is its own. */
export const HOME_VARIABLE = 'RISK_STACK_HOME';
const TERM_DEADLINE_MS = 10_000;

const recordsOf = (dataDir: string) => join(dataDir, 'pids');

export function recordPid(dataDir: string, name: string, pid: number): void {
  mkdirSync(recordsOf(dataDir), { recursive: true });
  writeFileSync(join(recordsOf(dataDir), name), String(pid));
}

export function dropPid(dataDir: string, name: string): void {
  rmSync(join(recordsOf(dataDir), name), { force: true });
}

/** Whether the process exists and was started for this data directory; a pid that another program has got since is not ours. */
export function isOurs(dataDir: string, pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${HOME_VARIABLE}=${dataDir}`);
  } catch {
    return false;
  }
}

/**
 * Ends what an earlier run left behind (its starter and its guardian were both killed): only recorded processes that
 * carry this data directory. Returns their names.
 */
export async function endStaleProcesses(dataDir: string): Promise<string[]> {
  const stale = readRecords(dataDir).filter(({ pid }) => isOurs(dataDir, pid));
  for (const { pid } of stale) process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + TERM_DEADLINE_MS;
  while (Date.now() < deadline && stale.some(({ pid }) => isOurs(dataDir, pid))) await sleep(100);
  for (const { pid } of stale) if (isOurs(dataDir, pid)) process.kill(pid, 'SIGKILL');
  rmSync(recordsOf(dataDir), { recursive: true, force: true });
  return stale.map(({ name }) => name);
}

function readRecords(dataDir: string): { name: string; pid: number }[] {
  try {
    return readdirSync(recordsOf(dataDir))
      .map((name) => ({ name, pid: Number(readFileSync(join(recordsOf(dataDir), name), 'utf8')) }))
      .filter(({ pid }) => Number.isSafeInteger(pid) && pid > 1);
  } catch {
    return [];
  }
}
