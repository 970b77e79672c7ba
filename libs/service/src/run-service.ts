import { EnvError } from './env-schema.ts';
import type { Logger } from './logger.ts';

/** What a started service gives back, so that its end is written once. */
export interface RunningService {
  stop(): Promise<void>;
}

const EXIT_CONFIGURATION = 78;
const STOP_DEADLINE_MS = 10_000;

/**
 * Runs a service until SIGTERM or SIGINT, then stops it within ten seconds and exits 0.
 * A wrong configuration prints every fault and exits 78; any other failure is logged and exits 1, so that a supervisor restarts it.
 */
export async function runService(logger: Logger, start: () => Promise<RunningService>): Promise<void> {
  process.on('unhandledRejection', (error) => crash(logger, error));
  process.on('uncaughtException', (error) => crash(logger, error));
  try {
    const service = await start();
    let stopping = false;
    const stop = (signal: string): void => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, 'stopping');
      setTimeout(
        () => crash(logger, new Error('the service did not stop within its deadline')),
        STOP_DEADLINE_MS,
      ).unref();
      service.stop().then(
        () => process.exit(0),
        (error: unknown) => crash(logger, error),
      );
    };
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
  } catch (error) {
    if (error instanceof EnvError) {
      process.stderr.write(`${error.message}\n`);
      process.exit(EXIT_CONFIGURATION);
    }
    crash(logger, error);
  }
}

function crash(logger: Logger, error: unknown): never {
  logger.fatal({ err: error }, 'stopped by an error');
  process.exit(1);
}
