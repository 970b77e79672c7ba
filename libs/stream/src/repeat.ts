const GIVEN_UP_AFTER_MS = 15_000;
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 1_000;

export interface Repeating {
  /** Whether an error may pass by itself. */
  mayPass(error: unknown): boolean;
  /** Told of each error before the next try, and awaited. */
  onError?(error: unknown): Promise<void> | void;
  /** 15 seconds when left out. */
  readonly givenUpAfterMs?: number;
}

/** Does something again, after pauses that grow to a second, until it succeeds. Throws what does not pass, and in the end the last error. */
export async function repeat<T>(
  work: () => Promise<T>,
  { mayPass, onError, givenUpAfterMs = GIVEN_UP_AFTER_MS }: Repeating,
): Promise<T> {
  const end = Date.now() + givenUpAfterMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || Date.now() + pauseMs > end) throw error;
      await onError?.(error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
