import {
  DeadLetterLimit,
  deadLetterOf,
  deadLetterTopic,
  UndecodableError,
  type AvroRegistry,
  type LogWriter,
  type OutgoingMessage,
  type SinkBatch,
  type SinkRecord,
} from '#libs/stream';
import type { GroupCommit } from './group-commit.ts';
import { UnmappableError, type RowMaker, type TableRow } from './rows.ts';
import { StreamTime } from './stream-time.ts';

/** Names the dead-letter topics; stays when the consumer group is renamed. */
export const WAREHOUSE = 'warehouse';

export interface StoreBatchDependencies {
  readonly registry: Pick<AvroRegistry, 'decode'>;
  /** Looks up the schemas the values name, however long the registry is away. */
  prepare(values: readonly (Buffer | null)[]): Promise<void>;
  readonly deadLetters: Pick<LogWriter, 'send'>;
  readonly groups: Pick<GroupCommit, 'room' | 'add'>;
  readonly appVersion: string;
  readonly onStored?: (batch: SinkBatch, outcome: BatchOutcome) => void;
}

export interface BatchOutcome {
  /** Epoch milliseconds. */
  readonly began: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly behind: boolean;
}

export type StoreBatch = (batch: SinkBatch, toRow: RowMaker) => Promise<{ readonly metadata?: string }>;

/**
 * Makes the one path of a batch: room → schemas → rows → dead letters → durable. Its promise resolves when every record
 * of the batch is a durable row, a stored dead letter, or needs neither; only then may the offset be committed.
 */
export function createStoreBatch(dependencies: StoreBatchDependencies): StoreBatch {
  const { registry, groups, deadLetters } = dependencies;
  const limits = new Map<string, DeadLetterLimit>();

  return async function storeBatch(batch, toRow) {
    const began = Date.now();
    // 1. Not decoded before there is room: a batch waits in its bytes, which Kafka's fetch limit bounds.
    await groups.room();
    await dependencies.prepare(batch.records.map(({ value }) => value));
    // 2. A limit of dead letters stops the process here, before any of them has left.
    const place = `${batch.topic}/${batch.partition}`;
    const limit = limits.get(place) ?? new DeadLetterLimit();
    limits.set(place, limit);
    const streamTime = new StreamTime(batch.committedMetadata);
    const rows: TableRow[] = [];
    const dead: OutgoingMessage[] = [];
    for (const record of batch.records) {
      const reason = take(record, streamTime.advance(record.timestamp), toRow, rows);
      if (reason !== undefined) dead.push(deadLetterOf(record, reason, dependencies.appVersion));
      const stop = limit.count(reason !== undefined);
      if (stop !== undefined) {
        throw new Error(
          `${place} at offset ${record.offset}: ${stop}; last reason: ${reason}. The offset is not committed: deploy a version that reads these records, or raise the limit on purpose`,
        );
      }
    }
    const behind = isBehind(batch);
    // 3. Dead letters and rows are repeated together when the process dies before the commit: dead letters may then
    //    stand twice, each with its source offset; rows collapse.
    const letters = dead.length === 0 ? undefined : deadLetters.send(deadLetterTopic(batch.topic, WAREHOUSE), dead);
    await Promise.all([letters, groups.add({ rows, behind })]);
    dependencies.onStored?.(batch, { began, rows: rows.length, deadLetters: dead.length, behind });
    const metadata = streamTime.metadata();
    return metadata === undefined ? {} : { metadata };
  };

  /** Puts the record's row, if it has one, and answers why it is a dead letter, if it is. */
  function take(record: SinkRecord, appliedAt: number, toRow: RowMaker, rows: TableRow[]): string | undefined {
    try {
      const { fullName, value } = registry.decode(record.value);
      const row = toRow(fullName, value, {
        key: record.key?.toString('utf8'),
        partition: record.partition,
        offset: record.offset,
        recordTime: record.timestamp,
        appliedAt,
      });
      if (row !== undefined) rows.push(row);
      return undefined;
    } catch (error) {
      if (isInvalidRecord(error)) return `${error.name}: ${error.message}`;
      throw error;
    }
  }
}

function isBehind(batch: SinkBatch): boolean {
  const last = batch.records.at(-1);
  return last !== undefined && last.offset + 1 < batch.highWatermark;
}

/** Known invalid; anything else is a fault of the program or its surroundings and ends the process. */
function isInvalidRecord(error: unknown): error is Error {
  return error instanceof UndecodableError || error instanceof UnmappableError || error instanceof RangeError;
}
