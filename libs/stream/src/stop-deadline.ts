/** Below the ten seconds after which a service that stops is taken for hung. */
export const STOP_DEADLINE_MS = 8_000;

/**
 * Waits for an orderly end, but no longer than the deadline: what is under way then is given up, as a kill would. Answers
 * whether the end came in time; throws what it threw until then.
 */
export async function endsWithin(deadlineMs: number, end: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), deadlineMs)));
  try {
    return await Promise.race([end.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
