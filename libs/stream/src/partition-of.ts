import { Partitioners } from 'kafkajs';

const partitioner = Partitioners.DefaultPartitioner();

/** The partition of a key among `partitions`: Kafka's murmur2, as the Java client and kafkajs compute it. */
export function partitionOf(key: string | Buffer | null, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }));
  return partitioner({
    topic: '',
    partitionMetadata,
    message: { key: typeof key === 'string' ? Buffer.from(key) : key, value: null },
  });
}
