import { readFileSync } from 'node:fs';

/** Samples what a process holds, every 200 ms until stopped; megabytes. Mapped pages of the local store count in `rss` only. */
export function watchMemory(pid: number): () => { readonly peakRss: number; readonly peakAnonymous: number } {
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
    return { peakRss: Math.round(peakRss / 1024), peakAnonymous: Math.round(peakAnonymous / 1024) };
  };
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}
