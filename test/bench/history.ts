import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '#libs/service';
import type { Latency } from './latency.ts';
import type { GroupProgress } from './watch-group.ts';

/** Seconds from a start after a kill to ready, the dead one's session included. */
export interface TakeOver {
  readonly withStoreSeconds: number;
  readonly withoutStoreSeconds: number;
}

/** What one run of the benchmark measured, and on what: one line of the history. */
export interface BenchRun {
  readonly events: number;
  readonly enterprises: number;
  readonly spread: 'EVEN' | 'ZIPF';
  readonly scorers: number;
  readonly ruleSet: string;
  readonly bytesPerEvent: number;
  /** Events per second that kafkajs alone reads and decodes: the scale of the machine in that run. */
  readonly decodeOnly: number;
  /** Of the first of them, where several share the backlog; events per second of all together. */
  readonly scorer: GroupProgress;
  /** With `togetherSeconds`: of what it had left when the scorers had ended. */
  readonly warehouse: GroupProgress;
  /** From the start of scorers and warehouse to the last row; null where the warehouse came after them. */
  readonly togetherSeconds: number | null;
  readonly rate: number;
  readonly latency: Latency;
  /** Null where several scorers shared the partitions. */
  readonly takeOver: TakeOver | null;
  /** At further rates, and with a burst. */
  readonly further: readonly { readonly rate: number; readonly burst: number; readonly latency: Latency }[];
}

const FILE = 'bench-results/history.jsonl';

/** Appends the run with machine, versions and commit; a tree with changes that are not committed is marked by a `+`. */
export function remember(run: BenchRun): string {
  const line = {
    at: new Date().toISOString(),
    commit: commitOf(packageRoot()),
    node: process.version,
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryMb: Math.round(totalmem() / 2 ** 20),
    // Above the number of cores, others used the machine too: compare processor time then, not events per second.
    load: Number(loadavg()[1]?.toFixed(1)),
    ...run,
  };
  mkdirSync(join(packageRoot(), 'bench-results'), { recursive: true });
  appendFileSync(join(packageRoot(), FILE), `${JSON.stringify(line)}\n`);
  return FILE;
}

function commitOf(folder: string): string {
  const git = (...args: string[]): string =>
    spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).stdout ?? '';
  const commit = git('rev-parse', '--short=10', 'HEAD').trim();
  return commit === ''
    ? 'unknown'
    : `${commit}${git('status', '--porcelain', '--untracked-files=no').trim() === '' ? '' : '+'}`;
}
