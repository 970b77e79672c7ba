import { connected, type KafkaConnection } from './kafka-connection.ts';

export interface CommittedOffsets {
  /** Sum of the group's committed offsets over all partitions of the topics: how many records it has behind it. */
  total(): Promise<number>;
  /** The committed offset of each partition of a topic; -1 where the group has committed none. */
  byPartition(topic: string): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

/** A group's progress as anybody can see it from outside. */
export async function committedOffsets(
  { kafka }: KafkaConnection,
  groupId: string,
  topics: readonly string[],
): Promise<CommittedOffsets> {
  const admin = await connected(kafka.admin());
  return {
    async total() {
      const answers = await admin.fetchOffsets({ groupId, topics: [...topics] });
      return answers.reduce(
        (sum, { partitions }) => sum + partitions.reduce((all, { offset }) => all + Math.max(0, Number(offset)), 0),
        0,
      );
    },
    async byPartition(topic) {
      const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
      return new Map((answer?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
    },
    close: () => admin.disconnect(),
  };
}
