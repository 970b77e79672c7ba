const WINDOW_MS = 60_000;
const FAILURES = 10;
/** Addresses remembered at once; beyond it the oldest is forgotten, so that a flood of addresses takes no memory. */
const ADDRESSES = 10_000;

/** Refuses an address that showed ten wrong tokens within a minute until that minute is over. */
export interface FailureLimit {
  /** Milliseconds until the address may try again; 0 when it may now. */
  waitMs(address: string): number;
  failed(address: string): void;
}

export function createFailureLimit(now: () => number = Date.now): FailureLimit {
  const seen = new Map<string, { failures: number; until: number }>();
  return {
    waitMs(address) {
      const entry = seen.get(address);
      if (entry === undefined || entry.failures < FAILURES) return 0;
      return Math.max(0, entry.until - now());
    },
    failed(address) {
      const entry = seen.get(address);
      if (entry !== undefined && entry.until > now()) {
        entry.failures += 1;
        return;
      }
      seen.delete(address);
      const oldest = seen.size >= ADDRESSES ? seen.keys().next().value : undefined;
      if (oldest !== undefined) seen.delete(oldest);
      seen.set(address, { failures: 1, until: now() + WINDOW_MS });
    },
  };
}
