import { readFileSync } from 'node:fs';

export interface ProcessUse {
  /** Megabytes. Mapped pages of the local store count here only. */
  readonly peakRss: number;
  readonly peakAnonymous: number;
  /** Processor time of all threads since watching began: it does not stretch when others use the machine. */
  readonly cpuSeconds: number;
}

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Samples what a process holds, every 200 ms until stopped, and what it computed in between. */
export function watchProcess(pid: number): () => ProcessUse {
  const began = cpuSeconds(pid);
  let peakRss = 0;
  let peakAnonymous = 0;
  const sample = (): void => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      peakRss = Math.max(peakRss, kilobytes(status, 'VmRSS'));
      peakAnonymous = Math.max(peakAnonymous, kilobytes(status, 'RssAnon'));
    } catch {
      // Ended, or a system without /proc: the peak stays what was seen.
    }
  };
  sample();
  const timer = setInterval(sample, 200);
  return () => {
    sample();
    clearInterval(timer);
    return {
      peakRss: Math.round(peakRss / 1024),
      peakAnonymous: Math.round(peakAnonymous / 1024),
      cpuSeconds: cpuSeconds(pid) - began,
    };
  };
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

/** User and system time of a process: fields 14 and 15 of its stat file. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
