import { classifyFailure } from './warehouse-error.ts';

export interface RetryOptions {
  /** Tries in all; Infinity for a writer that must not skip. */
  readonly attempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  /** Ends the waiting between two tries: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Which failures may pass by themselves; those of ClickHouse when left out. */
  readonly isTransient?: ((error: unknown) => boolean) | undefined;
  /** Called before each wait, for the log and for readiness. */
  readonly onRetry?:
    ((retry: { readonly attempt: number; readonly delayMs: number; readonly error: unknown }) => void) | undefined;
}

/** Three tries within about a second: for a reader that a person waits for. */
export const READ_RETRY: RetryOptions = { attempts: 3, initialDelayMs: 100, maxDelayMs: 1_000 };

/**
 * Runs `work` until it succeeds; repeats it only after a transient failure, waiting twice as long each time up to
 * `maxDelayMs`. A permanent failure, the last transient one, and an abort reject at once.
 */
export async function retryTransient<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const isTransient = options.isTransient ?? ((error: unknown) => classifyFailure(error) === 'transient');
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= options.attempts || !isTransient(error)) throw error;
      const delayMs = Math.min(options.maxDelayMs, options.initialDelayMs * 2 ** Math.min(attempt - 1, 30));
      options.onRetry?.({ attempt, delayMs, error });
      await pause(delayMs, options.signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    signal?.addEventListener('abort', aborted, { once: true });
  });
}
