import { fullNameOf, RECORD_SCHEMAS, TOPICS, type ClassChanged } from '#libs/contracts';
import { connectRegistry, createLogWriter, readTopic, type AvroRegistry, type KafkaConnection } from '#libs/stream';
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

const WARM_UP_SECONDS = 5;
const TICK_MS = 20;
const DRAIN_MS = 10_000;

/** Writes events that each move one enterprise's class, at a steady rate, and takes the time until each change is seen. */
export async function measureLatency({
  connection,
  stack,
  rate,
  seconds,
  firstEnterprise,
  registry,
}: {
  connection: KafkaConnection;
  registry: AvroRegistry;
  stack: TestStack;
  rate: number;
  seconds: number;
  firstEnterprise: number;
}): Promise<Latency> {
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
  const writer = await createLogWriter(connection);
  await new Promise((resolve) => setTimeout(resolve, 2_000));

  const total = rate * (WARM_UP_SECONDS + seconds);
  const warm = rate * WARM_UP_SECONDS;
  const measured = new Set<string>();
  const start = performance.now();
  for (let sent = 0; sent < total;) {
    const wanted = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * rate));
    const messages = [];
    for (; sent < wanted; sent++) {
      const { key, event } = latencyEvent(firstEnterprise + sent, true, Date.now());
      const { recordId } = event.envelope;
      sentAt.set(recordId, performance.now());
      if (sent >= warm) measured.add(recordId);
      messages.push({ key, value: registry.encode(fullNameOf(event), event) });
    }
    // Not awaited: a producer that waits for the broker would slow the offered rate down and hide the delay.
    if (messages.length > 0) writer.send(TOPICS.events.name, messages).catch((error: unknown) => console.error(error));
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  const deadline = performance.now() + DRAIN_MS;
  while (performance.now() < deadline && [...measured].some((id) => !seenAt.has(id) || !visibleAt.has(id))) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await polling.stop();
  await reading.stop();
  await writer.close();
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
