import { sortExternally } from '../history/external-sort.ts';
import type { HistoryRecord } from '../history/history-load.ts';
import { eventsOfFile, type FileImport } from './import-file.ts';
import { withoutRepetitions } from './import-live.ts';
import type { MappedEvent } from './map-row.ts';

const DAY_MS = 86_400_000;

/**
 * The records of several files in order of record time, each received at its record time. The order depends on the
 * files alone, so that a resumed load meets the same records again.
 */
export function pastRecords(
  files: readonly FileImport[],
  options: { readonly now: number; readonly directory: string },
): AsyncGenerator<HistoryRecord> {
  return sortExternally(unsorted(files, options.now), {
    keyOf: ({ recordTime }) => recordTime,
    directory: options.directory,
  });
}

async function* unsorted(files: readonly FileImport[], now: number): AsyncGenerator<HistoryRecord> {
  for (const file of files) {
    for await (const mapped of withoutRepetitions(eventsOfFile(file), file.counts)) {
      const recordTime = recordTimeOf(mapped, file.mapper.lagDays, now);
      const { event } = mapped;
      yield {
        recordTime,
        event: { ...event, envelope: { ...event.envelope, receivedAt: recordTime } },
      };
    }
  }
}

/** When this system would have known of an event: receipt, else publication, else occurrence plus the stated lag; never in the future. */
export function recordTimeOf({ event, statedReceipt }: MappedEvent, lagDays: number, now: number): number {
  const { publishedAt, occurredAt } = event.envelope;
  return Math.min(now, statedReceipt ?? publishedAt ?? occurredAt + lagDays * DAY_MS);
}
