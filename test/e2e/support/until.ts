import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  readonly deadlineMs?: number;
  readonly everyMs?: number;
  /** Ends the message of a failure: what was seen last, the end of a log. */
  readonly explain?: () => string;
}

/** Asks again and again until `probe` answers something else than undefined and false; throws, saying what was waited for, after the deadline. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { deadlineMs = 60_000, everyMs = 50, explain }: UntilOptions = {},
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline)
      throw new Error(`not within ${deadlineMs / 1_000} s: ${what}${explain === undefined ? '' : `\n${explain()}`}`);
    await sleep(everyMs);
  }
}
