import { hash } from 'node:crypto';
import type { TopicRecord } from '../read-topic.ts';
import { RecordGoneError, type RecordReader } from './record-reader.ts';

/** The last record that a store contains: tells its log from another of the same name. */
export interface LastRecord {
  readonly offset: number;
  /** First 16 hex digits of SHA-256 over record time, key and value. */
  readonly hash: string;
}

export function lastRecordOf({ offset, timestamp, key, value }: TopicRecord): LastRecord {
  const lengths = `${timestamp} ${key?.length ?? -1} ${value?.length ?? -1} `;
  const bytes = Buffer.concat([Buffer.from(lengths), key ?? NOTHING, value ?? NOTHING]);
  return { offset, hash: hash('sha256', bytes, 'hex').slice(0, 16) };
}

const NOTHING = Buffer.alloc(0);

/**
 * True when the log has that very record at that offset. A topic that was deleted and made anew, or restored to another
 * length, keeps its name and its cluster. What the log no longer keeps cannot be compared and counts as the same.
 */
export async function isInLog(
  reader: RecordReader,
  partition: number,
  last: LastRecord | null | undefined,
  low: number,
): Promise<boolean> {
  if (last === null || last === undefined || last.offset < low) return true;
  try {
    const record = (await reader.read(partition, [last.offset])).get(last.offset);
    return record !== undefined && lastRecordOf(record).hash === last.hash;
  } catch (error) {
    if (error instanceof RecordGoneError) return false;
    throw error;
  }
}
