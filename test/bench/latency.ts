import { fullNameOf, RECORD_SCHEMAS, TOPICS, type ClassChanged } from '#libs/contracts';
import {
  connectRegistry,
  createLogWriter,
  readTopic,
  type AvroRegistry,
  type KafkaConnection,
  type LogWriter,
} from '#libs/stream';
import { connectWarehouse } from '#libs/warehouse-client';
import type { TestStack } from '../stack/test-stack.ts';
import { latencyEvent } from './workload.ts';

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export interface Latency {
  readonly changes: number;
  readonly lost: number;
  readonly toSubscriber: Percentiles;
  readonly toRow: Percentiles;
}

export interface LatencyOptions {
  readonly connection: KafkaConnection;
  readonly registry: AvroRegistry;
  readonly stack: TestStack;
  /** Events per second. */
  readonly rate: number;
  readonly seconds: number;
  /** So many more events at one moment, half-way: the listings of July. */
  readonly burst?: number;
  /** Number of the first enterprise that nothing is known of yet; one is used up by each event. */
  readonly firstEnterprise: number;
}

const WARM_UP_SECONDS = 5;
const TICK_MS = 20;
const DRAIN_MS = 10_000;

/** Writes events that each move one enterprise's class, at a steady rate, and takes the time until each change is seen. */
export async function measureLatency(options: LatencyOptions): Promise<Latency> {
  const { connection, stack } = options;
  const sentAt = new Map<string, number>();
  const seenAt = new Map<string, number>();
  const visibleAt = new Map<string, number>();
  const decoder = await connectRegistry({ url: stack.registryUrl }, RECORD_SCHEMAS, []);
  const reading = await readTopic(connection, {
    topics: [TOPICS.classChanged.name],
    from: 'end',
    maxWaitMs: 5,
    async onRecord({ value }) {
      await decoder.prepare([value]);
      const { causeRecordId } = decoder.decode(value).value as ClassChanged;
      if (causeRecordId !== null) seenAt.set(causeRecordId, performance.now());
    },
  });
  const polling = pollRows(stack, visibleAt);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const measured = await offerEvents(options, sentAt);
  const deadline = performance.now() + DRAIN_MS;
  while (performance.now() < deadline && [...measured].some((id) => !seenAt.has(id) || !visibleAt.has(id))) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await polling.stop();
  await reading.stop();
  const delays = (times: ReadonlyMap<string, number>): number[] =>
    [...measured].flatMap((id) => {
      const at = times.get(id);
      return at === undefined ? [] : [at - (sentAt.get(id) ?? at)];
    });
  return {
    changes: measured.size,
    lost: [...measured].filter((id) => !seenAt.has(id) || !visibleAt.has(id)).length,
    toSubscriber: percentiles(delays(seenAt)),
    toRow: percentiles(delays(visibleAt)),
  };
}

/** How many events a measurement sends: as many enterprises are used up. */
export function eventsOffered({
  rate,
  seconds,
  burst = 0,
}: Pick<LatencyOptions, 'rate' | 'seconds' | 'burst'>): number {
  return rate * (WARM_UP_SECONDS + seconds) + burst;
}

/** Sends the events; answers the record ids of those after the warm-up. */
async function offerEvents(
  { connection, registry, rate, seconds, burst = 0, firstEnterprise }: LatencyOptions,
  sentAt: Map<string, number>,
): Promise<ReadonlySet<string>> {
  const writer = await createLogWriter(connection);
  const burstWriter = await createLogWriter(connection);
  const measured = new Set<string>();
  let used = 0;
  // Not awaited: a producer that waits for the broker would slow the offered rate down and hide the delay.
  const send = (count: number, by: LogWriter, isMeasured: boolean): void => {
    const messages = [];
    for (let left = count; left > 0; left--) {
      const { key, event } = latencyEvent(firstEnterprise + used++, true, Date.now());
      const { recordId } = event.envelope;
      sentAt.set(recordId, performance.now());
      if (isMeasured) measured.add(recordId);
      messages.push({ key, value: registry.encode(fullNameOf(event), event) });
    }
    if (messages.length > 0) by.send(TOPICS.events.name, messages).catch((error: unknown) => console.error(error));
  };
  const total = rate * (WARM_UP_SECONDS + seconds);
  const start = performance.now();
  let waiting = burst;
  for (let sent = 0; sent < total;) {
    const elapsed = (performance.now() - start) / 1_000;
    const wanted = Math.min(total, Math.floor(elapsed * rate));
    send(wanted - sent, writer, elapsed >= WARM_UP_SECONDS);
    sent = wanted;
    if (elapsed >= WARM_UP_SECONDS + seconds / 2) {
      send(waiting, burstWriter, true);
      waiting = 0;
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await writer.close();
  await burstWriter.close();
  return measured;
}

/** Asks ClickHouse for new rows again and again; a row counts as visible when an answer holds it. */
function pollRows(stack: TestStack, visibleAt: Map<string, number>): { stop(): Promise<void> } {
  let running = true;
  const warehouse = connectWarehouse({
    url: stack.clickhouseUrl,
    user: 'warehouse',
    password: stack.clickhousePasswords.warehouse,
    database: 'risk',
  });
  const poll = async (): Promise<void> => {
    while (running) {
      const rows = await warehouse.query<{ id: string }>(
        'SELECT cause_record_id AS id FROM class_changes WHERE inserted_at > now64(3) - INTERVAL 3 SECOND AND cause_record_id IS NOT NULL',
      );
      const now = performance.now();
      for (const { id } of rows) if (!visibleAt.has(id)) visibleAt.set(id, now);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const done = poll();
  return {
    async stop() {
      running = false;
      await done;
      await warehouse.close();
    },
  };
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  return { p50: at(0.5), p99: at(0.99) };
}
