import type { Message, PartitionMetadata, ProducerRecord } from 'kafkajs';
import type { OutgoingMessage } from './outgoing-message.ts';
import { partitionOf } from './partition-of.ts';
import { createPlacement, sendByPartition, type Placement } from './send-by-partition.ts';

const PARTITIONS = 4;
const METADATA: PartitionMetadata[] = Array.from({ length: PARTITIONS }, (_, partitionId) => ({
  partitionId,
  leader: partitionId % 2,
  partitionErrorCode: 0,
  replicas: [],
  isr: [],
}));

/** What a producer is asked to send; like kafkajs it asks the partitioner where each message goes. */
function senderFor(placement: Placement, refuse: (record: ProducerRecord) => boolean = () => false) {
  const partitioner = placement.createPartitioner();
  const sends: { topic: string; partitions: number[]; values: string[] }[] = [];
  const send = async (record: ProducerRecord): Promise<never[]> => {
    const { topic, messages } = record;
    const place = (message: Message): number => partitioner({ topic, partitionMetadata: METADATA, message });
    await Promise.resolve();
    if (refuse(record)) throw new Error('refused');
    sends.push({
      topic,
      partitions: [...new Set(messages.map(place))],
      values: messages.map(({ value }) => String(value)),
    });
    return [];
  };
  return { send, sends };
}

const keyed = (key: string, value: string): OutgoingMessage => ({ key, value: Buffer.from(value) });
const MESSAGES = Array.from({ length: 40 }, (_, i) => keyed(`key ${i % 10}`, String(i)));

describe('the sends of messages', () => {
  it('hold one partition each, so that a send that is repeated is the same batch', async () => {
    const placement = createPlacement();
    const { send, sends } = senderFor(placement);
    await sendByPartition({ send }, placement, [
      ['events', MESSAGES],
      ['others', [{ ...keyed('x', 'stated'), partition: 3 }, ...MESSAGES]],
    ]);
    expect(sends.every(({ partitions }) => partitions.length === 1)).toBe(true);
    expect(sends.find(({ values }) => values.includes('stated'))?.partitions).toEqual([3]);
  });

  it('put each key where Kafka puts it, lose nothing and keep the order of a partition', async () => {
    const placement = createPlacement();
    const { send, sends } = senderFor(placement);
    await sendByPartition({ send }, placement, [['events', MESSAGES]]);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const told = sends.filter(({ partitions }) => partitions[0] === partition).flatMap(({ values }) => values);
      const meant = MESSAGES.filter(({ key }) => partitionOf(String(key), PARTITIONS) === partition);
      expect(told).toEqual(meant.map(({ value }) => String(value)));
    }
  });

  it('have all ended when one of them has failed', async () => {
    const placement = createPlacement();
    const { send, sends } = senderFor(placement, ({ messages }) => messages[0]?.partition === 0);
    const stated = Array.from({ length: PARTITIONS }, (_, partition) => ({
      ...keyed('k', String(partition)),
      partition,
    }));
    await expect(sendByPartition({ send }, placement, [['events', stated]])).rejects.toThrow('refused');
    expect(sends.map(({ values }) => values)).toEqual([['1'], ['2'], ['3']]);
  });
});
