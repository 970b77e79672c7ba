import { TOPICS } from '#libs/contracts';
import type { Log, LogMessage, RecordEncoder } from '#libs/event-log';
import type { Logger } from '#libs/service';
import { acceptEvents } from './accept-events.ts';
import { UnavailableError, type IntakeDesk } from './http/intake.controller.ts';
import { openLog, type LogOpening } from './log-opening.ts';
import type { OpenLoads } from './open-loads.ts';
import type { IntakeMetrics } from './metrics.ts';
import { RecentRecords } from './recent-records.ts';

export interface DeskDependencies {
  readonly log: Log;
  readonly encoder: RecordEncoder;
  readonly opening: LogOpening;
  readonly logger: Logger;
  readonly metrics: IntakeMetrics;
  readonly limits: {
    readonly maxBodyBytes: number;
    readonly maxEvents: number;
    readonly recentRecords: number;
    readonly writeTimeoutMs: number;
  };
  readonly closed: OpenLoads['closed'];
}

/** The desk behind the routes: opens the log before its first write, judges events, and answers when the log has them. */
export function createDesk(deps: DeskDependencies): IntakeDesk {
  const { log, encoder, logger, metrics, limits } = deps;
  const recent = new RecentRecords(limits.recentRecords);
  let opened: Promise<unknown> | undefined;

  const ensureOpened = (): Promise<unknown> => {
    opened ??= openLog(log, encoder, deps.opening, Date.now()).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  const append = async (messages: readonly LogMessage[]): Promise<void> => {
    const started = performance.now();
    const observe = (failed: boolean): void => metrics.observeWrite((performance.now() - started) / 1_000, failed);
    try {
      await within(limits.writeTimeoutMs, async (signal) => {
        await ensureOpened();
        await log.append(TOPICS.events.name, messages, signal);
      });
      observe(false);
    } catch (error) {
      observe(true);
      logger.error({ err: error, messages: messages.length }, 'the log did not acknowledge');
      throw new UnavailableError(
        'the event log did not acknowledge; send the same events again, a repetition has no second effect',
        { cause: error },
      );
    }
  };

  return {
    maxBodyBytes: limits.maxBodyBytes,
    maxEvents: limits.maxEvents,
    closed: deps.closed,
    accept: (events, correlationId) => acceptEvents({ encoder, recent, append, now: Date.now }, events, correlationId),
    accepted(tokenId, correlationId, results) {
      metrics.count(results);
      const rejected = results.filter(({ outcome }) => outcome === 'rejected').length;
      logger.info({ tokenId, correlationId, events: results.length, rejected }, 'events taken');
    },
  };
}

/** Waits for work at most so long; then the work is told to give up, and its outcome no longer counts. */
async function within(milliseconds: number, start: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const deadline = new AbortController();
  const work = start(deadline.signal);
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`no acknowledgement within ${milliseconds} ms`);
      deadline.abort(error);
      reject(error);
    }, milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
