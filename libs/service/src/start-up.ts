import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from './logger.ts';

/** What a service needs before it can begin. */
export interface Dependency {
  /** As an operator knows it, with the variable that says where it is: `Kafka (KAFKA_BROKERS)`. */
  readonly name: string;
  /** Resolves when it answers. */
  ask(): Promise<void>;
  /** Whether an error, of `ask` or of a request made later, means that it is away, which may pass by itself; a refusal does not. */
  isAway(error: unknown): boolean;
}

/** Takes what closes something that a start has just opened. */
export type AtEnd = (close: () => Promise<void>) => void;

/** Closes what a start has opened, the last first, each whatever became of the others. Answers what failed. */
export type CloseAll = () => Promise<readonly unknown[]>;

export interface StartUp {
  /** Why the service has not started: what does not answer; undefined when nothing is waited for. */
  waitingFor(): string | undefined;
  /** Whether an error, or what caused it, means that something the service needs is away. */
  isAway(error: unknown): boolean;
  /**
   * Opens everything when all that is needed answers, however long that takes. Should something go away in the middle, what was
   * opened is closed and all of it begins anew: no step of a start has to be repeatable by itself. Rejects at once with
   * a fault that is not known to pass by itself, and with the reason of a stop.
   */
  start(open: (atEnd: AtEnd) => Promise<void>): Promise<CloseAll>;
}

const ASK_EVERY_MS = 1_000;

/** Starts over what is away or goes away, and says so. Ask for readiness with `waitingFor` from before the start begins. */
export function createStartUp(logger: Logger, stopping: AbortSignal, needs: readonly Dependency[]): StartUp {
  const awaited = new Set<string>();
  const stopped = rejectedBy(stopping);

  // The first, the second, the fourth, the eighth …: told soon, and not for ever at the same pace.
  const tell = (dependency: string, attempt: number, err: unknown): void => {
    if (Number.isInteger(Math.log2(attempt))) logger.warn({ dependency, attempt, err }, 'dependency away');
  };
  const awayIn = (error: unknown): Dependency | undefined => {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      const away = needs.find((dependency) => dependency.isAway(cause));
      if (away !== undefined) return away;
    }
    return undefined;
  };

  const untilOne = async ({ name, ask, isAway }: Dependency): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        await ask();
        awaited.delete(name);
        if (attempt > 1) logger.info({ dependency: name, attempt }, 'dependency answers');
        return;
      } catch (error) {
        if (!isAway(error)) throw error;
        tell(name, attempt, error);
      }
      await pause(ASK_EVERY_MS, undefined, { signal: stopping });
    }
  };
  const untilAllAnswer = async (): Promise<void> => {
    for (const { name } of needs) awaited.add(name);
    // A question without an answer must not hold a stop up.
    await Promise.race([Promise.all(needs.map(untilOne)), stopped]);
  };

  return {
    waitingFor: () => (awaited.size === 0 ? undefined : `waiting for ${[...awaited].join(' and ')}`),
    isAway: (error) => awayIn(error) !== undefined,
    async start(open) {
      for (let attempt = 1; ; attempt++) {
        await untilAllAnswer();
        const closers: (() => Promise<void>)[] = [];
        const closeAll = (): ReturnType<CloseAll> => closeInTurn(closers.toReversed());
        try {
          await open((close) => void closers.push(close));
          return closeAll;
        } catch (error) {
          const away = awayIn(error);
          if (away !== undefined) awaited.add(away.name);
          for (const err of await closeAll()) logger.warn({ err }, 'what a start had opened is not closed');
          if (away === undefined) throw error;
          tell(away.name, attempt, error);
        }
        await pause(ASK_EVERY_MS, undefined, { signal: stopping });
      }
    },
  };
}

async function closeInTurn(closers: readonly (() => Promise<void>)[]): ReturnType<CloseAll> {
  const failures: unknown[] = [];
  for (const close of closers) await close().catch((error: unknown) => failures.push(error));
  return failures;
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  const rejected = new Promise<never>((_, reject) => {
    const stopped = (): void => reject(signal.reason as Error);
    if (signal.aborted) stopped();
    else signal.addEventListener('abort', stopped, { once: true });
  });
  rejected.catch(() => undefined);
  return rejected;
}
