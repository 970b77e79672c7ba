import { Partitioners, type PartitionerArgs, type Producer, type Transaction } from 'kafkajs';
import { toKafkaMessage, type OutgoingMessage } from './outgoing-message.ts';
import { inSends } from './send-parts.ts';

/** Knows to which partition a message goes, once the producer that it partitions for has sent one to that topic. */
export interface Placement {
  readonly createPartitioner: () => (args: PartitionerArgs) => number;
  /** Undefined while the topic's partitions are not known and the message does not name its own. */
  partitionOf(topic: string, message: OutgoingMessage): number | undefined;
}

export function createPlacement(): Placement {
  const partitioner = Partitioners.DefaultPartitioner();
  const known = new Map<string, PartitionerArgs['partitionMetadata']>();
  return {
    createPartitioner: () => (args) => {
      known.set(args.topic, args.partitionMetadata);
      return partitioner(args);
    },
    partitionOf(topic, message) {
      const partitionMetadata = known.get(topic);
      if (message.partition !== undefined || partitionMetadata === undefined) return message.partition;
      return partitioner({ topic, partitionMetadata, message: toKafkaMessage(message) });
    },
  };
}

type Sender = Pick<Producer | Transaction, 'send'>;

/**
 * Sends messages with one partition in each send; order holds within a partition. Rejects when all sends have ended and one
 * of them has failed. kafkajs repeats a send by what each broker has answered: in a send to several brokers it would take as
 * sent what has moved, when a leader was lost, to a broker that has answered already, and would send twice what was sent over
 * a connection that was made anew. Of one partition it repeats the same batch, and its leader, old or new, knows that.
 */
export async function sendByPartition(
  sender: Sender,
  placement: Placement,
  byTopic: Iterable<readonly [string, readonly OutgoingMessage[]]>,
): Promise<void> {
  const sending = [...byTopic].map(([topic, messages]) => sendToTopic(sender, placement, topic, messages));
  await allEnded(sending);
}

async function sendToTopic(
  sender: Sender,
  placement: Placement,
  topic: string,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  let rest = messages;
  const [first] = messages;
  if (first !== undefined && messages.some((message) => placement.partitionOf(topic, message) === undefined)) {
    // Sent alone, whatever its partition, it tells how many there are.
    await sender.send({ topic, acks: -1, messages: [toKafkaMessage(first)] });
    rest = messages.slice(1);
  }
  const byPartition = new Map<number, OutgoingMessage[]>();
  for (const message of rest) {
    const partition = placement.partitionOf(topic, message);
    if (partition === undefined) throw new Error(`the partitions of ${topic} are not known although it was sent to`);
    const group = byPartition.get(partition);
    if (group === undefined) byPartition.set(partition, [message]);
    else group.push(message);
  }
  await allEnded(
    [...byPartition].map(async ([partition, group]) => {
      for (const part of inSends(group))
        await sender.send({ topic, acks: -1, messages: part.map((each) => toKafkaMessage({ ...each, partition })) });
    }),
  );
}

/** Nothing is on its way any more when this rejects: what follows a failure must not be overtaken by it. */
async function allEnded(sends: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(sends);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
