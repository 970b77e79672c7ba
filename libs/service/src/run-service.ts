import { EnvError } from './env-schema.ts';
import type { Logger } from './logger.ts';

/** What a started service gives back, so that its end is written once. */
export interface RunningService {
  stop(): Promise<void>;
}

const EXIT_CONFIGURATION = 78;
const STOP_DEADLINE_MS = 10_000;

/**
 * Runs a service until SIGTERM or SIGINT, then stops it within ten seconds and exits 0. One that is still starting is told by
 * `stopping`: it may end its start with an error, or end it and is stopped then; one that does neither has taken nothing over.
 * A wrong configuration prints every fault and exits 78; any other failure is logged and exits 1, so that a supervisor restarts it.
 */
export async function runService(
  logger: Logger,
  start: (stopping: AbortSignal) => Promise<RunningService>,
): Promise<void> {
  process.on('unhandledRejection', (error) => crash(logger, error));
  process.on('uncaughtException', (error) => crash(logger, error));
  const stopping = new AbortController();
  let service: RunningService | undefined;
  const end = (running: RunningService): void =>
    void running.stop().then(
      () => process.exit(0),
      (error: unknown) => crash(logger, error),
    );
  const stop = (signal: string): void => {
    if (stopping.signal.aborted) return;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      if (service !== undefined) crash(logger, new Error('the service did not stop within its deadline'));
      logger.warn('stop cut short');
      process.exit(0);
    }, STOP_DEADLINE_MS).unref();
    stopping.abort(new Error(`stopped by ${signal}`));
    if (service !== undefined) end(service);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  try {
    service = await start(stopping.signal);
    if (stopping.signal.aborted) end(service);
  } catch (error) {
    if (error instanceof EnvError) {
      process.stderr.write(`${error.message}\n`);
      process.exit(EXIT_CONFIGURATION);
    }
    if (stopping.signal.aborted) process.exit(0);
    crash(logger, error);
  }
}

function crash(logger: Logger, error: unknown): never {
  logger.fatal({ err: error }, 'stopped by an error');
  process.exit(1);
}
