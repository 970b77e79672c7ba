import type { OutgoingMessage } from '../outgoing-message.ts';
import type { TopicRecord } from '../read-topic.ts';

/** The topic that takes what a group could not process of a topic. */
export function deadLetterTopic(topic: string, groupId: string): string {
  return `${topic}.${groupId}.dlt`;
}

/** The original bytes, key and headers, with where they stood and why they were refused. */
export function deadLetterOf(record: TopicRecord, reason: string, appVersion: string): OutgoingMessage {
  return {
    key: record.key,
    value: record.value,
    partition: record.partition,
    headers: {
      ...record.headers,
      'dlt-topic': record.topic,
      'dlt-partition': String(record.partition),
      'dlt-offset': String(record.offset),
      'dlt-timestamp': String(record.timestamp),
      'dlt-reason': reason.slice(0, 1_000),
      'dlt-app-version': appVersion,
    },
  };
}

/** The offset that a dead letter had in its source topic. */
export function sourceOffsetOf(deadLetter: TopicRecord): number {
  return Number(deadLetter.headers['dlt-offset']?.toString('utf8') ?? Number.NaN);
}

export interface DeadLetterLimits {
  readonly maxConsecutive: number;
  /** Share of the last `window` records, 0 to 1. */
  readonly maxRatio: number;
  readonly window: number;
}

export const DEFAULT_LIMITS: DeadLetterLimits = { maxConsecutive: 100, maxRatio: 0.5, window: 1_000 };

/**
 * Counts the dead letters of one partition: a bad deployment must stop the consumer, not drain the topic into the dead letters.
 * The ratio is looked at once a whole window has been seen.
 */
export class DeadLetterLimit {
  readonly #limits: DeadLetterLimits;
  readonly #recent: boolean[] = [];
  #at = 0;
  #dead = 0;
  #consecutive = 0;

  constructor(limits: DeadLetterLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /**
   * Counts records of one partition, and those of them that are set aside. Throws when the consumer has to stop, before any of
   * them is committed.
   */
  countAll(records: readonly TopicRecord[], setAside: readonly { record: TopicRecord; reason: string }[]): void {
    const dead = new Set(setAside.map(({ record }) => record.offset));
    for (const { topic, partition, offset } of records) {
      const stop = this.count(dead.has(offset));
      if (stop === undefined) continue;
      throw new Error(
        `${topic}/${partition} stops before offset ${offset}: ${stop}; the last reason: ${setAside[0]?.reason ?? 'unknown'}. ` +
          'Nothing of this chunk was committed: mend the producer or this version, then start again.',
      );
    }
  }

  /** Counts a record; answers why the consumer has to stop, or undefined. */
  count(isDead: boolean): string | undefined {
    const { maxConsecutive, maxRatio, window } = this.#limits;
    if (this.#recent[this.#at] === true) this.#dead--;
    this.#recent[this.#at] = isDead;
    this.#at = (this.#at + 1) % window;
    if (!isDead) {
      this.#consecutive = 0;
      return undefined;
    }
    this.#dead++;
    this.#consecutive++;
    if (this.#consecutive >= maxConsecutive)
      return `${this.#consecutive} records in a row could not be processed (limit ${maxConsecutive})`;
    if (this.#recent.length === window && this.#dead > maxRatio * window) {
      return `${this.#dead} of the last ${window} records could not be processed (limit ${Math.round(maxRatio * 100)} %)`;
    }
    return undefined;
  }
}
