import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS, type ClassChanged, type ControlRecord } from '#libs/contracts';
import { committedOffsets, readTopic, topicOffsets, type AvroRegistry, type KafkaConnection } from '#libs/stream';

const EVENTS = TOPICS.events.name;
const CLASS_CHANGED = TOPICS.classChanged.name;
const ASK_EVERY_MS = 500;

/** Where both topics ended before an activation was written: what it brings about comes behind. */
export interface EndsBefore {
  readonly events: ReadonlyMap<string, number>;
  readonly classChanges: ReadonlyMap<string, number>;
}

export async function endsNow(kafka: KafkaConnection): Promise<EndsBefore> {
  const [events, classChanges] = await Promise.all([endsOf(kafka, EVENTS), endsOf(kafka, CLASS_CHANGED)]);
  return { events, classChanges };
}

async function endsOf(kafka: KafkaConnection, topic: string): Promise<ReadonlyMap<string, number>> {
  const ranges = await topicOffsets(kafka, topic);
  return new Map(ranges.map(({ partition, high }) => [`${topic}/${partition}`, high]));
}

export interface Passing {
  readonly passed: number;
  readonly partitions: number;
}

/**
 * Waits until the scorers have committed the last record of an activation in every partition. Answers how many have when they
 * all do, or when the time is up.
 */
export async function untilPassed(
  cluster: { readonly kafka: KafkaConnection; readonly registry: AvroRegistry; readonly group: string },
  before: EndsBefore,
  lastIdOf: (partition: number) => string,
  options: { readonly timeoutMs: number; onProgress(passing: Passing): void },
): Promise<Passing> {
  const deadline = performance.now() + options.timeoutMs;
  const wanted = await offsetsOf(cluster, before.events, lastIdOf);
  const group = await committedOffsets(cluster.kafka, cluster.group, [EVENTS]);
  try {
    for (;;) {
      const committed = await group.byPartition(EVENTS);
      const passed = [...wanted].filter(([partition, offset]) => (committed.get(partition) ?? -1) > offset).length;
      const passing = { passed, partitions: wanted.size };
      options.onProgress(passing);
      if (passed === wanted.size || performance.now() > deadline) return passing;
      await sleep(ASK_EVERY_MS);
    }
  } finally {
    await group.close();
  }
}

/** The offset of the named record in each partition; it was written behind `from`. */
async function offsetsOf(
  { kafka, registry }: { readonly kafka: KafkaConnection; readonly registry: AvroRegistry },
  from: ReadonlyMap<string, number>,
  lastIdOf: (partition: number) => string,
): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  const reading = await readTopic(kafka, {
    topics: [EVENTS],
    from,
    untilEnd: true,
    async onRecord({ key, value, partition, offset }) {
      if (key !== null) return;
      await registry.prepare([value]);
      const { recordId } = registry.decode(value).value as ControlRecord;
      if (recordId === lastIdOf(partition)) found.set(partition, offset);
    },
  });
  await reading.done;
  if (found.size !== from.size)
    throw new Error(
      `the activation stands in ${found.size} of ${from.size} partitions of ${EVENTS}; read it with npm run tail`,
    );
  return found;
}

/** Class changes since then that a change of rule sets caused: scheme → `from→to` → enterprises. */
export async function movedSince(
  kafka: KafkaConnection,
  registry: AvroRegistry,
  { classChanges }: EndsBefore,
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const moved = new Map<string, Map<string, number>>();
  const reading = await readTopic(kafka, {
    topics: [CLASS_CHANGED],
    from: classChanges,
    untilEnd: true,
    async onRecord({ value }) {
      await registry.prepare([value]);
      const { cause, schemeId, from, to } = registry.decode(value).value as ClassChanged;
      if (cause !== 'RULE_SET') return;
      const ways = moved.get(schemeId) ?? new Map<string, number>();
      const way = `${from ?? 'unrated'} → ${to ?? 'unrated'}`;
      moved.set(schemeId, ways.set(way, (ways.get(way) ?? 0) + 1));
    },
  });
  await reading.done;
  return moved;
}
