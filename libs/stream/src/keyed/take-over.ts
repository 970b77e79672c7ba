import type { KafkaConnection } from '../kafka-connection.ts';
import { readTopic } from '../read-topic.ts';
import type { StableOffsets } from '../stable-offsets.ts';
import { decodeCommitted, type CommittedPosition } from './committed-position.ts';
import { isDeadLetter } from './dead-letter-marks.ts';
import { deadLetterTopic, sourceOffsetOf } from './dead-letters.ts';

interface Place {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly groupId: string;
}

/** What the group has committed for a partition; undefined before its first commit. */
export async function readCommitted(offsets: StableOffsets, partition: number): Promise<CommittedPosition | undefined> {
  const { offset, metadata } = await offsets.read(partition);
  return decodeCommitted(offset, metadata);
}

/** Throws when the log no longer holds what a rebuild needs, or is not the log that the group has read. */
export function refuseOutOfRange(
  place: string,
  from: number,
  committed: number,
  { low, high }: { low: number; high: number },
): void {
  if (from < low) {
    throw new Error(
      `${place}: state has to be rebuilt from offset ${from}, but the log begins at ${low}; restore a state directory or the records, nothing was processed`,
    );
  }
  if (committed > high) {
    throw new Error(
      `${place}: offset ${committed} is committed, but the log ends at ${high}; this is another log than the group's, nothing was processed`,
    );
  }
}

/** Offsets of this partition that were dead-lettered when they were first processed: a rebuild passes them over. */
export async function readDeadOffsets(
  { connection, topic, groupId }: Place,
  partition: number,
): Promise<ReadonlySet<number>> {
  const offsets = new Set<number>();
  const reading = await readTopic(connection, {
    topics: [deadLetterTopic(topic, groupId)],
    partitions: [partition],
    from: 'beginning',
    untilEnd: true,
    // An operator's marks stand between the letters. A letter counts whatever was marked on it: a replay of it is a new record.
    onRecord(record) {
      if (isDeadLetter(record)) offsets.add(sourceOffsetOf(record));
    },
  });
  await reading.done;
  return offsets;
}
