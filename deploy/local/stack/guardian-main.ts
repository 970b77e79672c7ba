/** The process behind `guardian.ts`: reads `+pid` and `-pid` lines, and ends what is left when its input closes. */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const TERM_DEADLINE_MS = 10_000;
const watched = new Set<number>();

// The starter decides when to stop; a signal meant for a terminal's processes must not end the guardian before it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) watched.add(pid);
  else watched.delete(pid);
}

for (const pid of watched) signalGroup(pid, 'SIGTERM');
const deadline = Date.now() + TERM_DEADLINE_MS;
while (Date.now() < deadline && [...watched].some((pid) => signalGroup(pid, 0))) await sleep(100);
for (const pid of watched) signalGroup(pid, 'SIGKILL');
process.exit(0);
