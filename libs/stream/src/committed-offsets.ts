import type { KafkaConnection } from './kafka-connection.ts';

export interface CommittedOffsets {
  /** Sum of the group's committed offsets over all partitions of the topics: how many records it has behind it. */
  total(): Promise<number>;
  close(): Promise<void>;
}

/** A group's progress as anybody can see it from outside. */
export async function committedOffsets(
  { kafka }: KafkaConnection,
  groupId: string,
  topics: readonly string[],
): Promise<CommittedOffsets> {
  const admin = kafka.admin();
  await admin.connect();
  return {
    async total() {
      const answers = await admin.fetchOffsets({ groupId, topics: [...topics] });
      return answers.reduce(
        (sum, { partitions }) => sum + partitions.reduce((all, { offset }) => all + Math.max(0, Number(offset)), 0),
        0,
      );
    },
    close: () => admin.disconnect(),
  };
}
