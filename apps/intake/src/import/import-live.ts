import { TOPICS, type EnterpriseEvent } from '#libs/contracts';
import { eventMessage, type Log, type LogMessage, type RecordEncoder } from '#libs/event-log';
import { openLog, type LogOpening } from '../log-opening.ts';
import { RecentRecords } from '../recent-records.ts';
import type { FileCounts } from './import-file.ts';
import type { MappedEvent } from './map-row.ts';

const BATCH = 1_000;
/** Repetitions are named within this many records; further apart they are written again, without a second effect. */
export const REMEMBERED_RECORDS = 1_000_000;

export interface LiveImport {
  readonly log: Log;
  readonly encoder: RecordEncoder;
  readonly opening: LogOpening;
  readonly counts: FileCounts;
  now(): number;
}

/**
 * Writes events as known from now on. Each batch is on its way while the next one is read. Answers how many records the
 * log has acknowledged; opens an empty log first.
 */
export async function importLive(target: LiveImport, events: AsyncIterable<MappedEvent>): Promise<number> {
  const { log, encoder, now } = target;
  let written = 0;
  let opened = false;
  let batch: EnterpriseEvent[] = [];
  let inFlight: Promise<void> = Promise.resolve();

  const flush = async (): Promise<void> => {
    await inFlight;
    if (batch.length === 0) return;
    if (!opened) await openLog(log, encoder, target.opening, now());
    opened = true;
    const messages = batch.map((event): LogMessage => eventMessage(encoder, event, now()));
    batch = [];
    inFlight = log.append(TOPICS.events.name, messages).then(() => {
      written += messages.length;
    });
    inFlight.catch(() => undefined);
  };

  for await (const { event } of withoutRepetitions(events, target.counts)) {
    batch.push(event);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  await inFlight;
  return written;
}

/** Leaves out what an earlier row states word for word, and counts it. */
export async function* withoutRepetitions(
  events: AsyncIterable<MappedEvent>,
  counts: FileCounts,
): AsyncGenerator<MappedEvent> {
  const seen = new RecentRecords(REMEMBERED_RECORDS);
  for await (const mapped of events) {
    const { recordId } = mapped.event.envelope;
    if (seen.has(recordId)) counts.duplicates += 1;
    else yield mapped;
    seen.add(recordId);
  }
}
