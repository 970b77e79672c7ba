import { once } from 'node:events';
import { EnvError } from './env-schema.ts';
import { startHealthServer } from './health-server.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createStartUp, type AtEnd, type Dependency, type StartUp } from './start-up.ts';
import { startTracing, type TracingEnv } from './tracing.ts';

/** What every service reads from the environment: `serviceEnv`. */
export interface ServiceEnv extends TracingEnv {
  readonly LOG_LEVEL: string;
  readonly HEALTH_HOST: string;
  readonly HEALTH_PORT: number;
}

/** What every service works with. */
export interface ServiceTools {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Ends the process with an error, so that its supervisor starts it anew; what only went away does not disturb a stop. */
  fail(error: unknown): void;
}

export interface Service {
  /** What it waits for before it starts. */
  readonly needs: readonly Dependency[];
  /** False when the loop of a started service turns no more. */
  live?(): boolean;
  /** True, or why a started service should get no work now. */
  ready(): true | string;
  /** Opens what it works with and begins to work. May be called again, when all that it gave to `atEnd` is closed. */
  start(atEnd: AtEnd): Promise<void>;
}

const EXIT_CONFIGURATION = 78;
const STOP_DEADLINE_MS = 10_000;

/**
 * Runs a service until SIGTERM or SIGINT, then stops it and exits 0, within ten seconds: what cannot be ended in order by then,
 * or because something is away, is given up, as a kill would. It loses nothing, because no service commits by halves; the next
 * start repeats it. A wrong configuration prints every fault and exits 78; any other failure is logged and exits 1.
 */
export async function runService<Env extends ServiceEnv>(
  name: string,
  readEnv: () => Env,
  define: (env: Env, tools: ServiceTools) => Service,
): Promise<void> {
  const logger = createLogger(name);
  const stopping = stopSignal(logger);
  let startUp: StartUp | undefined;
  const fail = (error: unknown): void => {
    if (!stopping.aborted || startUp?.isAway(error) !== true) crash(logger, error);
    logger.warn({ err: error }, 'something is away while the service stops');
  };
  process.on('unhandledRejection', fail);
  process.on('uncaughtException', fail);
  try {
    const env = readEnv();
    logger.level = env.LOG_LEVEL;
    const endTracing = await startTracing(name, env);
    const metrics = createMetrics(name);
    const service = define(env, { logger, metrics, fail });
    const starting = (startUp = createStartUp(logger, stopping, service.needs));
    let started = false;
    const health = await startHealthServer({
      host: env.HEALTH_HOST,
      port: env.HEALTH_PORT,
      metrics,
      live: () => !started || (service.live?.() ?? true),
      ready: () => {
        if (stopping.aborted) return 'stopping';
        return started ? service.ready() : (starting.waitingFor() ?? 'starting');
      },
    });
    const close = await starting.start(service.start);
    started = true;
    logger.info({ healthPort: health.port }, 'started');
    if (!stopping.aborted) await once(stopping, 'abort');
    for (const error of await close()) fail(error);
    await Promise.all([health.close(), endTracing()]);
  } catch (error) {
    if (error instanceof EnvError) {
      process.stderr.write(`${error.message}\n`);
      process.exit(EXIT_CONFIGURATION);
    }
    // A start that was told to stop has taken nothing over.
    if (!stopping.aborted) crash(logger, error);
  }
  process.exit(0);
}

/** Fires with the first SIGTERM or SIGINT; from then on the process ends at the deadline at the latest. */
function stopSignal(logger: Logger): AbortSignal {
  const stopping = new AbortController();
  const stop = (signal: string): void => {
    if (stopping.signal.aborted) return;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.warn('stop cut short');
      process.exit(0);
    }, STOP_DEADLINE_MS).unref();
    stopping.abort(new Error(`stopped by ${signal}`));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return stopping.signal;
}

function crash(logger: Logger, error: unknown): never {
  logger.fatal({ err: error }, 'stopped by an error');
  process.exit(1);
}
