import { Partitioners } from 'kafkajs';

const partitioner = Partitioners.DefaultPartitioner();

type Metadata = Parameters<typeof partitioner>[0]['partitionMetadata'];

/** What the partitioner wants, by how many partitions there are: made once, because it is asked for each message. */
const metadata = new Map<number, Metadata>();

function metadataOf(partitions: number): Metadata {
  const known = metadata.get(partitions);
  if (known !== undefined) return known;
  const made = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }));
  metadata.set(partitions, made);
  return made;
}

/** The partition of a key among `partitions`: Kafka's murmur2, as the Java client and kafkajs compute it. */
export function partitionOf(key: string | Buffer | null, partitions: number): number {
  return partitioner({
    topic: '',
    partitionMetadata: metadataOf(partitions),
    message: { key: typeof key === 'string' ? Buffer.from(key) : key, value: null },
  });
}
