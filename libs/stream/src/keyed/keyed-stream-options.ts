import type { KafkaConnection } from '../kafka-connection.ts';
import type { OutgoingMessage } from '../outgoing-message.ts';
import type { DeadLetterLimits } from './dead-letters.ts';
import type { Output } from './outcome.ts';
import type { ChunkReport } from './runtime-options.ts';
import type { StateCodec, Touched } from './partition-state.ts';

export interface KeyedStreamOptions<S> {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  /** One process per directory; holds a rebuildable cache of the log. */
  readonly stateDirectory: string;
  /** Changes whenever the same log would give other states; a store of another version is rebuilt. */
  readonly engineVersion: string;
  /** Stands in dead letters. */
  readonly appVersion: string;
  readonly codec: StateCodec<S>;
  snapshot(key: string, touched: Touched<S>, partition: number): Output | undefined;
  /** The record that moves an idle partition's time on, or undefined while its memory forbids one (a history load). */
  clockTick(memory: string, now: number): OutgoingMessage | undefined;
  readonly deadLetterLimits?: DeadLetterLimits;
  readonly maxTouchedPerPartition?: number;
  readonly recordsPerChunk?: number;
  readonly sessionTimeoutMs?: number;
  readonly maxFetchBytes?: number;
  onChunk?(report: ChunkReport): void;
  onEvent?(
    event: 'assigned' | 'restored' | 'transaction lost' | 'clock tick',
    fields: Readonly<Record<string, unknown>>,
  ): void;
  /** The process has to end with an error; its supervisor starts it anew. */
  onCrash(error: Error): void;
}

export interface StreamStatus {
  readonly joined: boolean;
  readonly assigned: number;
  readonly live: number;
  readonly restoreLag: number;
  readonly lag: number;
  readonly keys: number;
  /** Epoch milliseconds of the consumer loop's last turn. */
  readonly lastTurn: number;
}
