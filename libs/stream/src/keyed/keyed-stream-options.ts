import type { KafkaConnection } from '../kafka-connection.ts';
import type { OutgoingMessage } from '../outgoing-message.ts';
import type { DeadLetterLimits } from './dead-letters.ts';
import type { TopicRecord } from '../read-topic.ts';
import type { Output, TraceStep } from './outcome.ts';
import type { ChunkReport, RenewalOptions, RuntimeOptions, StreamEvent } from './runtime-options.ts';
import type { Held, StateCodec } from './partition-state.ts';
import type { SnapshotSettings } from './store-snapshots.ts';

export interface KeyedStreamOptions<S> {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  /** One process per directory; holds a rebuildable cache of the log. */
  readonly stateDirectory: string;
  /** Where the stores are copied to now and then, and from where a lost or old one is brought up again. */
  readonly storeSnapshots?: SnapshotSettings | undefined;
  /** Changes whenever the same log would give other states; a store of another version is rebuilt. */
  readonly engineVersion: string;
  /** Stands in dead letters. */
  readonly appVersion: string;
  readonly codec: StateCodec<S>;
  /** The compacted record of a key's state, a pure function of it; undefined when the key has none. */
  snapshot(key: string, held: Held<S>, partition: number): Output | undefined;
  /**
   * True when the snapshots of two states of a key say the same, whatever their moments: then the first stands, with its
   * moment, and none is published for the second. Left out: each state has a snapshot of its own.
   */
  sameSnapshot?(before: S, after: S): boolean;
  /** Left out: after a rebuild by another engine version snapshots are published again, and nothing is told of what differs. */
  readonly renewal?: RenewalOptions<S>;
  /** The record that moves an idle partition's time on, or undefined while its memory forbids one (a history load). */
  clockTick(memory: string, now: number): OutgoingMessage | undefined;
  /** Goes on with the trace of a record that leads to outputs; left out, or without an answer, its headers go on as they are. */
  traceStep?(record: TopicRecord): TraceStep | undefined;
  readonly deadLetterLimits?: DeadLetterLimits;
  readonly maxTouchedPerPartition?: number;
  readonly recordsPerChunk?: number;
  readonly sessionTimeoutMs?: number;
  readonly maxFetchBytes?: number;
  /** How long an orderly stop may take; then it is cut short. */
  readonly stopDeadlineMs?: number;
  onChunk?(report: ChunkReport): void;
  onEvent?(event: StreamEvent, fields: Readonly<Record<string, unknown>>): void;
  /** The process has to end with an error; its supervisor starts it anew. */
  onCrash(error: Error): void;
}

type OfProcess = 'admin' | 'transactions' | 'offsets' | 'clusterId' | 'topic' | 'handle' | 'reader' | 'onFatal';

/** What a partition is given: the options, with their defaults, and what it shares with the others of its process. */
export function runtimeOptionsOf<S>(
  options: KeyedStreamOptions<S>,
  process: Pick<RuntimeOptions<S>, OfProcess>,
): RuntimeOptions<S> {
  const { onChunk, ...rest } = options;
  return {
    ...rest,
    ...process,
    snapshot: (key, held, partition) => options.snapshot(key, held, partition),
    maxTouched: options.maxTouchedPerPartition ?? 1_000,
    recordsPerChunk: options.recordsPerChunk ?? 1_000,
    onChunk: (report) => onChunk?.(report),
  };
}
