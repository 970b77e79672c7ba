import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from './logger.ts';

/** What a service needs before it can begin. */
export interface Dependency {
  /** As an operator knows it, with the variable that says where it is: `Kafka (KAFKA_BROKERS)`. */
  readonly name: string;
  /** Resolves when it answers. What may pass by itself is rejected with `retriable`, everything else without. */
  ask(): Promise<void>;
}

export interface StartUp {
  /** Why the service is not ready: what has not answered yet; undefined when nothing is waited for. */
  waitingFor(): string | undefined;
  /**
   * Resolves when all of them answer, however long that takes. Rejects at once with a fault that is not known to pass by
   * itself, and with the reason of a stop.
   */
  untilAnswered(dependencies: readonly Dependency[]): Promise<void>;
}

const ASK_EVERY_MS = 1_000;

/** Waits for what is away when a service starts, and says so. Ask for readiness with `waitingFor` from before the waiting begins. */
export function createStartUp(logger: Logger, stopping: AbortSignal): StartUp {
  const awaited = new Set<string>();

  const untilOne = async ({ name, ask }: Dependency): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        await ask();
        awaited.delete(name);
        if (attempt > 1) logger.info({ dependency: name, attempt }, 'dependency answers');
        return;
      } catch (error) {
        if ((error as { retriable?: unknown }).retriable !== true) throw error;
        // The first, the second, the fourth, the eighth …: told soon, and not for ever at the same pace.
        if (Number.isInteger(Math.log2(attempt)))
          logger.warn({ dependency: name, attempt, err: error }, 'dependency away');
      }
      await pause(ASK_EVERY_MS, undefined, { signal: stopping });
    }
  };

  return {
    waitingFor: () => (awaited.size === 0 ? undefined : `waiting for ${[...awaited].join(' and ')}`),
    async untilAnswered(dependencies) {
      for (const { name } of dependencies) awaited.add(name);
      // A question without an answer must not hold a stop up.
      await Promise.race([Promise.all(dependencies.map(untilOne)), rejectedBy(stopping)]);
    },
  };
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stopped = (): void => reject(signal.reason as Error);
    if (signal.aborted) stopped();
    else signal.addEventListener('abort', stopped, { once: true });
  });
}
