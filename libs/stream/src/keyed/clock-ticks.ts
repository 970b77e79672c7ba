import { isAway } from '../broker-errors.ts';
import type { OutgoingMessage } from '../outgoing-message.ts';
import type { LogWriter } from '../serial-writer.ts';
import type { StreamEvent } from './runtime-options.ts';

const IDLE_MS = 2_000;
const TICK_EVERY_MS = 60_000;
const TICK_AGAIN_MS = 5_000;

/** A partition that may stand still: when its next review is due, and when something last happened in it. */
export interface Quiet {
  readonly partition: number;
  readonly memory: string;
  readonly lastRecordAt: number;
  /** Before that it gets no tick. */
  nextTickAt: number;
  nextReviewDue(): number | undefined;
  checkpoint(force: boolean): Promise<void>;
}

export interface TickOptions {
  readonly topic: string;
  readonly writer: LogWriter | undefined;
  clockTick(memory: string, now: number): OutgoingMessage | undefined;
  onEvent?(event: StreamEvent, fields: Readonly<Record<string, unknown>>): void;
}

/** Whether an idle partition's time has to be moved on by a clock tick: a review is due, and the last tick is a minute ago. */
export function wantsTick(partition: Quiet, now: number): boolean {
  const due = partition.nextReviewDue();
  return due !== undefined && due <= now && now - partition.lastRecordAt > IDLE_MS && now >= partition.nextTickAt;
}

/** Writes a tick into the log of a partition that still wants one. Brokers that are away are told and asked again in five seconds. */
export async function tick(quiet: Quiet, now: number, { topic, writer, ...options }: TickOptions): Promise<void> {
  if (!wantsTick(quiet, now)) return;
  const message = options.clockTick(quiet.memory, now);
  if (message === undefined) return;
  const { partition } = quiet;
  // A committed transaction is the proof that this process still owns the partition.
  await quiet.checkpoint(true);
  try {
    await writer?.send(topic, [{ ...message, partition, timestamp: now }]);
  } catch (err) {
    if (!isAway(err)) throw err;
    // Should it be in the log all the same, another one changes nothing.
    quiet.nextTickAt = Date.now() + TICK_AGAIN_MS;
    options.onEvent?.('dependency away', { partition, err });
    return;
  }
  quiet.nextTickAt = now + TICK_EVERY_MS;
  options.onEvent?.('clock tick', { partition, at: now });
}
