import { setTimeout } from 'node:timers/promises';
import type { CitySettings } from './enterprises.ts';
import type { Counts, IntakeClient, Receipt } from './intake-client.ts';
import { julyWave } from './july-wave.ts';
import { livePlan } from './live-plan.ts';
import type { CityEvent } from './recorder.ts';

const TICK_MS = 200;
/** After a wait for intake no more than this is made up for. */
const ARREARS_MS = 2_000;
const BATCH = 500;
const IN_FLIGHT = 4;

export interface Pace {
  /** Events per second. */
  readonly rate: number;
  readonly run: string;
  readonly now: () => number;
  readonly onReceipt: (receipt: Receipt) => void;
}

/** Keeps live events going at the given rate until the signal; rejects only with the client's errors. */
export async function trickle(
  settings: CitySettings,
  client: IntakeClient,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  const plan = livePlan(settings, pace.run);
  let owed = 0;
  let last = pace.now();
  while (!signal.aborted) {
    const now = pace.now();
    owed += (Math.min(now - last, ARREARS_MS) * pace.rate) / 1_000;
    last = now;
    const events = Array.from({ length: Math.min(BATCH, Math.floor(owed)) }, () => plan.next(now));
    owed -= events.length;
    if (events.length > 0) pace.onReceipt(await client.send(events, signal));
    if (owed < BATCH) await setTimeout(TICK_MS, undefined, { signal });
  }
}

/** Sends a July wave as fast as intake takes it, several batches at once; answers what was accepted and how long it took. */
export async function burst(
  settings: CitySettings,
  client: IntakeClient,
  wave: { readonly run: string; readonly count: number; readonly now: number; readonly retract: boolean },
  signal: AbortSignal,
): Promise<Counts> {
  const total = { accepted: 0, duplicate: 0, rejected: 0 };
  const batches = inBatches(julyWave(settings, wave), BATCH);
  const sender = async (): Promise<void> => {
    for (let next = batches.next(); next.done !== true; next = batches.next()) {
      const receipt = await client.send(next.value, signal);
      total.accepted += receipt.accepted;
      total.duplicate += receipt.duplicate;
      total.rejected += receipt.rejected;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  return total;
}

function* inBatches(events: Iterable<CityEvent>, size: number): Generator<CityEvent[]> {
  let batch: CityEvent[] = [];
  for (const event of events) {
    batch.push(event);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
