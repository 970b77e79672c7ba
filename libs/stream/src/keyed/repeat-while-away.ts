import { isKafkaError } from '../broker-errors.ts';

const PAUSE_MS = 1_000;

export interface Waits {
  onWait(error: Error): void;
  betweenTries(): Promise<void>;
  isGivenUp(): boolean;
}

/**
 * Does something again as long as a dependency other than Kafka does not answer (`retriable` on the error): nothing was applied
 * then. Throws any other error, and the last one when it is given up.
 */
export async function repeatWhileAway(work: () => Promise<void>, waits: Waits): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((error as { retriable?: unknown }).retriable !== true || isKafkaError(error) || waits.isGivenUp())
        throw error;
      waits.onWait(error as Error);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      await waits.betweenTries();
    }
  }
}
