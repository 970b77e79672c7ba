import type { TopicReading } from './read-topic.ts';

export interface KeepReadingOptions {
  /** Begins to read; called again after each reading that broke off. */
  open(): Promise<TopicReading>;
  /** A reading broke off, or could not be begun anew; the next one is tried in `againMs`. */
  onBroken(error: unknown, againMs: number): void;
  /** A reading has been begun anew. */
  onResumed?(): void;
}

export interface KeptReading {
  /** False from the moment a reading has broken off until another one has begun. */
  isReading(): boolean;
  stop(): Promise<void>;
}

const AGAIN_AT_FIRST_MS = 1_000;
const AGAIN_AT_MOST_MS = 30_000;

/**
 * Reads for as long as the process lives: what breaks off is begun anew, after a second, then twice as long each time, half a
 * minute at most. Only the first beginning rejects, so that a service that starts decides about it.
 */
export async function keepReading({ open, onBroken, onResumed }: KeepReadingOptions): Promise<KeptReading> {
  let reading: TopicReading | undefined;
  let againMs = AGAIN_AT_FIRST_MS;
  let again: NodeJS.Timeout | undefined;
  let stopped = false;

  const follow = (opened: TopicReading): void => {
    reading = opened;
    opened.done.catch(broken);
  };
  const broken = (error: unknown): void => {
    reading = undefined;
    if (stopped) return;
    onBroken(error, againMs);
    again = setTimeout(() => void open().then(resume, broken), againMs);
    againMs = Math.min(2 * againMs, AGAIN_AT_MOST_MS);
  };
  const resume = (opened: TopicReading): void => {
    if (stopped) return void opened.stop();
    againMs = AGAIN_AT_FIRST_MS;
    follow(opened);
    onResumed?.();
  };

  follow(await open());
  return {
    isReading: () => reading !== undefined,
    async stop() {
      stopped = true;
      clearTimeout(again);
      await reading?.stop();
    },
  };
}
