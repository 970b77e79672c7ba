/**
 * Stream time of a partition: the greatest record time seen in it, epoch ms. It is carried in the metadata of the
 * committed offset, so that `applied_at` goes on after a restart exactly as without one.
 */
export class StreamTime {
  #at: number;

  constructor(committedMetadata: string | null) {
    this.#at = readMetadata(committedMetadata);
  }

  /** Stream time with one more record, whether or not it can be decoded. */
  advance(recordTime: number): number {
    if (recordTime > this.#at) this.#at = recordTime;
    return this.#at;
  }

  /** What to commit; undefined before the first record. */
  metadata(): string | undefined {
    return this.#at === Number.NEGATIVE_INFINITY ? undefined : JSON.stringify({ streamTime: this.#at });
  }
}

function readMetadata(metadata: string | null): number {
  if (metadata === null || metadata === '') return Number.NEGATIVE_INFINITY;
  const streamTime = parse(metadata)?.streamTime;
  if (typeof streamTime === 'number') return streamTime;
  throw new Error(
    'the metadata of the committed offset holds no stream time; another program committed for this group: reset the group to the beginning and empty the tables',
  );
}

function parse(metadata: string): { streamTime?: unknown } | null {
  try {
    return JSON.parse(metadata) as { streamTime?: unknown } | null;
  } catch {
    return null;
  }
}
