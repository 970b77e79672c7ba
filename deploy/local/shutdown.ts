import { setTimeout as sleep } from 'node:timers/promises';

/** How long a start that was broken off may take to notice. */
const SETTLE_MS = 15_000;

/** Something that was started and must end with us. */
export interface Stoppable {
  readonly name?: string;
  stop(): Promise<void>;
  kill?(): void;
}

/** Ends what was started, in the reverse order: what came last needs what came first. */
export interface Shutdown {
  /** Aborts what is still on its way. */
  readonly signal: AbortSignal;
  /** Throws, after stopping the newcomer, when the shutdown has begun already. */
  add(stoppable: Stoppable): Promise<void>;
  /** Names the work that starts things: it is waited for, so that nothing starts behind the shutdown's back. */
  during(starting: Promise<void>): void;
  /** Stops everything and ends the process; the first call decides the exit code. */
  begin(exitCode: number): Promise<never>;
  /** SIGKILL to everything, at once. */
  killAll(): void;
}

export function createShutdown(onStopping: () => void): Shutdown {
  const running: Stoppable[] = [];
  const abort = new AbortController();
  let ending: Promise<never> | undefined;
  let starting: Promise<unknown> = Promise.resolve();

  const end = async (exitCode: number): Promise<never> => {
    onStopping();
    abort.abort();
    await Promise.race([starting, sleep(SETTLE_MS, undefined, { ref: false })]);
    let code = exitCode;
    for (let last = running.pop(); last !== undefined; last = running.pop()) {
      try {
        await last.stop();
      } catch (error) {
        console.error(`${last.name ?? 'a part'} did not stop in order:`, error);
        code ||= 1;
      }
    }
    process.exit(code);
  };

  return {
    signal: abort.signal,
    during(work) {
      starting = work.catch(() => undefined);
    },
    async add(stoppable) {
      if (abort.signal.aborted) {
        await stoppable.stop();
        throw new Error('the start was broken off');
      }
      running.push(stoppable);
    },
    begin: (exitCode) => (ending ??= end(exitCode)),
    killAll: () => [...running].reverse().forEach((stoppable) => stoppable.kill?.()),
  };
}
