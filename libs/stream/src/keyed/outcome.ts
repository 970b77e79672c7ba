import type { OutgoingMessage } from '../outgoing-message.ts';
import type { TopicRecord } from '../read-topic.ts';

/** A record for one of the output topics, or for the input topic under another key. */
export interface Output {
  readonly topic: string;
  readonly message: Pick<OutgoingMessage, 'key' | 'value' | 'headers' | 'timestamp'>;
  /** KEY: where the key belongs, as `partitionOf` says. Left out: in the partition of its input. */
  readonly partition?: 'KEY';
}

/** Records of this partition that an outcome needs once more; what they become goes out in the same transaction. */
export interface ReadAgain {
  /** Offsets of records that are applied. */
  readonly offsets: readonly number[];
  outputsOf(records: readonly TopicRecord[]): readonly Output[];
}

/** A step of the trace of a record that leads to outputs. */
export interface TraceStep {
  /** They go on with the outputs in place of those of the record. */
  readonly headers: Readonly<Record<string, string>>;
  /** The outputs are committed. A step whose transaction is lost never ends; another one begins when it is done again. */
  end(): void;
}

/**
 * What became of a record or a review. Outcomes are values: the library alone turns them into records, state and commits.
 * - accepted: the key's new state, when it wants its next review, and what subscribers are told
 * - unchanged: nothing to keep and nothing to tell
 * - deadLetter: the record can never be processed; its bytes go to the dead-letter topic with the reason
 * - memory: a control record changed what the whole partition remembers; `reviewAll` makes every key due now
 */
export type Outcome<S> =
  | {
      readonly kind: 'accepted';
      readonly state: S;
      /** Epoch milliseconds, later than the moment of the outcome; null when time alone changes nothing. */
      readonly nextDue: number | null;
      readonly outputs: readonly Output[];
      /** Write the key's snapshot in the same transaction; else it is coalesced with later ones. */
      readonly publishNow: boolean;
      /** Not while state is rebuilt: what it led to is out. */
      readonly readAgain?: ReadAgain | undefined;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'deadLetter'; readonly reason: string }
  | { readonly kind: 'memory'; readonly memory: string; readonly reviewAll: boolean };

/** Where and when something is processed. */
export interface Moment {
  readonly partition: number;
  /** The partition's stream time: the greatest record time seen, or the due moment of a review. Epoch milliseconds. */
  readonly asOf: number;
  /** First free place in the sequence (offset, ordinal) of this partition's outputs. */
  readonly offset: number;
  readonly ordinal: number;
  /** What control records left for the whole partition; empty before the first. */
  readonly memory: string;
}
