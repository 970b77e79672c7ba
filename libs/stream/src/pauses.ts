const GIVEN_UP_AFTER_MS = 15_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 1_000;

/** A pause that grows with each call; false when it has been long enough. */
export function untilGivenUp(): () => Promise<boolean> {
  const end = Date.now() + GIVEN_UP_AFTER_MS;
  let pauseMs = FIRST_PAUSE_MS;
  return async () => {
    if (Date.now() + pauseMs > end) return false;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    return true;
  };
}
