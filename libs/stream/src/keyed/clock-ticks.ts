const IDLE_MS = 2_000;
const TICK_EVERY_MS = 60_000;

/** Of a partition: when its next review is due, and when something last happened in it. */
export interface Quiet {
  nextReviewDue(): number | undefined;
  readonly lastRecordAt: number;
  readonly lastTickAt: number;
}

/** Whether an idle partition's time has to be moved on by a clock tick: a review is due, and the last tick is a minute ago. */
export function wantsTick(partition: Quiet, now: number): boolean {
  const due = partition.nextReviewDue();
  return (
    due !== undefined &&
    due <= now &&
    now - partition.lastRecordAt > IDLE_MS &&
    now - partition.lastTickAt >= TICK_EVERY_MS
  );
}
