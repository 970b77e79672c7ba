import type { Admin } from 'kafkajs';
import type { KafkaConnection } from '../kafka-connection.ts';
import type { TopicRecord } from '../read-topic.ts';
import type { Chunk } from './chunk.ts';
import type { DeadLetterLimits } from './dead-letters.ts';
import type { Moment, Output, TraceStep } from './outcome.ts';
import type { Held, StateCodec } from './partition-state.ts';
import type { RecordReader } from './record-reader.ts';
import type { StableOffsets } from '../stable-offsets.ts';
import type { SharedTransactions } from './shared-transactions.ts';
import type { SnapshotSettings } from './store-snapshots.ts';

/** How an app tells what another engine version makes of a key. */
export interface RenewalOptions<S> {
  /** Where `snapshot` publishes. */
  readonly topic: string;
  /** Gets the bytes of all published snapshots before the first `outputsOf`, which is synchronous. */
  prepare(values: readonly Buffer[]): Promise<void>;
  /** What subscribers are told of a key whose published snapshot says something else than its rebuilt state. */
  outputsOf(key: string, published: Buffer, held: Held<S>, moment: Moment): readonly Output[];
}

export interface RuntimeOptions<S> {
  readonly connection: KafkaConnection;
  readonly admin: Admin;
  /** Of the process. */
  readonly transactions: SharedTransactions;
  /** Of the group. */
  readonly offsets: StableOffsets;
  readonly clusterId: string;
  readonly topic: string;
  readonly groupId: string;
  readonly stateDirectory: string;
  readonly storeSnapshots?: SnapshotSettings | undefined;
  readonly engineVersion: string;
  readonly appVersion: string;
  readonly codec: StateCodec<S>;
  /** Of the input topic. */
  readonly reader: RecordReader;
  /** The compacted record of a key's state; undefined when the key has none. */
  snapshot(key: string, held: Held<S>, partition: number): Output | undefined;
  /**
   * True when the snapshots of two states of a key say the same, whatever their moments: then the first stands, with its
   * moment, and none is published for the second. Left out: each state has a snapshot of its own.
   */
  sameSnapshot?(before: S, after: S): boolean;
  readonly renewal?: RenewalOptions<S> | undefined;
  /** Goes on with the trace of a record that leads to outputs; left out, or without an answer, its headers go on as they are. */
  traceStep?(record: TopicRecord): TraceStep | undefined;
  /** The app's handler: prepares the chunk's bytes and replays it. */
  handle(chunk: Chunk<S>): Promise<void>;
  readonly deadLetterLimits?: DeadLetterLimits | undefined;
  /** Keys touched since the last flush that are held in memory at most, for each partition. */
  readonly maxTouched: number;
  readonly recordsPerChunk: number;
  onChunk(report: ChunkReport): void;
  onEvent?(event: StreamEvent, fields: Readonly<Record<string, unknown>>): void;
  onFatal(error: Error): void;
}

export type StreamEvent =
  | 'assigned'
  | 'restored'
  | 'transaction lost'
  | 'transaction repeated'
  | 'dependency away'
  | 'clock tick'
  | 'stop cut short'
  | 'snapshot taken'
  | 'snapshot restored'
  | 'snapshot refused'
  | 'snapshot failed';

export interface ChunkReport {
  readonly partition: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly records: number;
  readonly reviews: number;
  readonly outputs: number;
  readonly deadLetters: number;
  readonly silent: boolean;
  readonly ms: number;
  readonly lastTimestamp: number;
}
