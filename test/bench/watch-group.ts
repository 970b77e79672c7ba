import type { ProcessUse } from './process-use.ts';
import { committedOffsets, topicOffsets, type KafkaConnection } from '#libs/stream';

export interface GroupProgress extends Omit<ProcessUse, 'cpuSeconds'> {
  readonly perSecond: number;
  readonly seconds: number;
  /** Processor time for each record. */
  readonly cpuMicros: number;
}

/** Watches a group from its first commit to the end that the topics have now, by its committed offsets alone. */
export async function watchGroup(
  connection: KafkaConnection,
  groupId: string,
  topics: readonly string[],
  stopWatching: () => ProcessUse,
): Promise<GroupProgress> {
  let end = 0;
  for (const topic of topics) for (const { high } of await topicOffsets(connection, topic)) end += high;
  const committed = await committedOffsets(connection, groupId, topics);
  let first: { at: number; count: number } | undefined;
  let before = -1;
  let quietSince = performance.now();
  for (;;) {
    const count = await committed.total();
    const now = performance.now();
    if (count > 0) first ??= { at: now, count };
    if (count !== before) quietSince = now;
    before = count;
    // Transaction markers at the end of output topics are never committed: done is all, or nothing new for two seconds near the end.
    const done = count >= end || (count > 0.99 * end && now - quietSince > 2_000);
    if (done && first !== undefined) {
      await committed.close();
      const seconds = ((count >= end ? now : quietSince) - first.at) / 1_000;
      const { cpuSeconds, ...memory } = stopWatching();
      return {
        perSecond: Math.round((count - first.count) / seconds),
        seconds,
        cpuMicros: (cpuSeconds * 1e6) / count,
        ...memory,
      };
    }
    if (now - quietSince > 120_000)
      throw new Error(`${groupId} has not moved for two minutes at ${count} of ${end} records`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
