import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

const CHECK_PENDING_MS = 10;

/**
 * kafkajs 2.2.4 sets a timer with a negative time after each response: Node 24 warns of it, and each is a wasted turn.
 * Nothing pending and no throttling means that there is nothing to look at later.
 */
export function patchRequestQueue(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue & { scheduleCheckPendingRequests(this: RequestQueue): void };
  };
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    const throttledFor = this.throttledUntil - Date.now();
    if (this.throttleCheckTimeoutId !== null || (throttledFor <= 0 && this.pending.length === 0)) return;
    const timer = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledFor > 0 ? throttledFor : CHECK_PENDING_MS,
    );
    this.throttleCheckTimeoutId = timer;
  };
}
