import type { InnerCluster, PartitionBatch } from './kafkajs-cluster.ts';
import { toKafkaMessage, type OutgoingMessage } from './outgoing-message.ts';
import { partitionOf } from './partition-of.ts';
import { inSends } from './send-parts.ts';

/** A batch of one partition with its place in the producer's sequence: a leader that has it already takes it no second time. */
export interface Batch {
  readonly topic: string;
  readonly batch: PartitionBatch;
}

export type MessagesByTopic = Iterable<readonly [topic: string, messages: readonly OutgoingMessage[]]>;

const SEQUENCES = 2 ** 31;

/** Cuts the messages of one producer into batches and numbers them. */
export class Batcher {
  readonly #cluster: InnerCluster;
  /** The next sequence of each partition. */
  readonly #sequences = new Map<string, number>();

  constructor(cluster: InnerCluster) {
    this.#cluster = cluster;
  }

  /**
   * Rounds with one batch at most for each partition: those of a round may go out together, a round after the one before it.
   * Order holds within a partition.
   */
  async roundsOf(messages: MessagesByTopic): Promise<readonly (readonly Batch[])[]> {
    const all = [...messages];
    await this.#cluster.addMultipleTargetTopics(all.map(([topic]) => topic));
    await this.#cluster.refreshMetadataIfNecessary();
    const rounds: Batch[][] = [];
    for (const { topic, partition, messages: group } of this.#byPartition(all))
      for (const [round, part] of inSends(group).entries())
        (rounds[round] ??= []).push({ topic, batch: this.#number(topic, partition, part) });
    return rounds;
  }

  #byPartition(messages: MessagesByTopic): Iterable<{ topic: string; partition: number; messages: OutgoingMessage[] }> {
    const groups = new Map<string, { topic: string; partition: number; messages: OutgoingMessage[] }>();
    for (const [topic, ofTopic] of messages) {
      const partitions = this.#cluster.findTopicPartitionMetadata(topic).length;
      for (const message of ofTopic) {
        const partition = message.partition ?? partitionOf(message.key, partitions);
        const place = `${topic}/${partition}`;
        const group = groups.get(place);
        if (group === undefined) groups.set(place, { topic, partition, messages: [message] });
        else group.messages.push(message);
      }
    }
    return groups.values();
  }

  #number(topic: string, partition: number, messages: readonly OutgoingMessage[]): PartitionBatch {
    const place = `${topic}/${partition}`;
    const firstSequence = this.#sequences.get(place) ?? 0;
    this.#sequences.set(place, (firstSequence + messages.length) % SEQUENCES);
    return { partition, firstSequence, messages: messages.map((message) => toKafkaMessage(message)) };
  }
}

/** Batches by the node that leads their partition; by an empty name where none is known. */
export function byLeader(cluster: InnerCluster, batches: readonly Batch[]): Map<string, readonly Batch[]> {
  return Map.groupBy(batches, ({ topic, batch }) => {
    const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [batch.partition]));
    return leader ?? '';
  });
}

/** As a request holds them. */
export function topicDataOf(
  batches: readonly Batch[],
): readonly { readonly topic: string; readonly partitions: readonly PartitionBatch[] }[] {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  return [...byTopic].map(([topic, group]) => ({ topic, partitions: group.map(({ batch }) => batch) }));
}
