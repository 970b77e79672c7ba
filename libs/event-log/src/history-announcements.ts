import { TOPICS, type HistoryLoadAnnounced } from '#libs/contracts';
import type { RecordEncoder } from './log-message.ts';
import type { Log } from './log.ts';

/** Encodes and decodes records; `AvroRegistry` of the stream library is one. */
export interface RecordCodec extends RecordEncoder {
  prepare(values: readonly (Buffer | null)[]): Promise<void>;
  decode(value: Buffer | null): { readonly fullName: string; readonly value: unknown };
}

/** Announces that a load is open (written before its first bracket) or closed (written after its last). */
export async function announce(log: Log, encoder: RecordEncoder, load: HistoryLoadAnnounced): Promise<void> {
  const value = encoder.encode('enterprise.events.HistoryLoadAnnounced', load);
  await log.append(TOPICS.historyLoads.name, [{ key: load.loadId, value, timestamp: load.at }]);
}

/** What one record of the announcements says; nothing for a tombstone. */
export async function announcementOf(
  codec: RecordCodec,
  value: Buffer | null,
): Promise<HistoryLoadAnnounced | undefined> {
  if (value === null) return undefined;
  await codec.prepare([value]);
  return codec.decode(value).value as HistoryLoadAnnounced;
}

/** Every announced load, by id, as of now. */
export async function readLoads(log: Log, codec: RecordCodec): Promise<ReadonlyMap<string, HistoryLoadAnnounced>> {
  const loads = new Map<string, HistoryLoadAnnounced>();
  await log.read(TOPICS.historyLoads.name, async ({ value }) => {
    const load = await announcementOf(codec, value);
    if (load !== undefined) loads.set(load.loadId, load);
    return true;
  });
  return loads;
}
