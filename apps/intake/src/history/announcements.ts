import { controlMessage, LOADS_TOPIC, type RecordEncoder } from '../log-message.ts';
import { recordIdOf } from '../log-opening.ts';
import type { Log, StoredRecord } from '../log.ts';

/** Encodes and decodes records; `AvroRegistry` of the stream library is one. */
export interface RecordCodec extends RecordEncoder {
  prepare(values: readonly Buffer[]): Promise<void>;
  decode(value: Buffer): { readonly name: string; readonly value: unknown };
}

/** A load of the past as its announcements tell it. */
export interface AnnouncedLoad {
  readonly loadId: string;
  readonly open: boolean;
  /** Epoch ms of the last announcement. */
  readonly at: number;
}

/** Written before the first bracket, so that intake holds back before the load writes anything. */
export async function announceStart(
  log: Log,
  encoder: RecordEncoder,
  load: { readonly loadId: string; readonly from: number; readonly at: number },
): Promise<void> {
  const { loadId, from, at } = load;
  const recordId = recordIdOf('HistoryLoadStarted', loadId, 'announcement');
  const message = controlMessage(encoder, { type: 'HistoryLoadStarted', recordId, at, loadId, from }, 0);
  await log.append(LOADS_TOPIC, [{ ...message, key: loadId }]);
}

/** Written after the last bracket: from here intake accepts again. */
export async function announceEnd(
  log: Log,
  encoder: RecordEncoder,
  load: { readonly loadId: string; readonly at: number },
): Promise<void> {
  const { loadId, at } = load;
  const recordId = recordIdOf('HistoryLoadEnded', loadId, 'announcement');
  const message = controlMessage(encoder, { type: 'HistoryLoadEnded', recordId, at, loadId }, 0);
  await log.append(LOADS_TOPIC, [{ ...message, key: loadId }]);
}

/** What one record of the announcements says, or nothing for a tombstone. */
export async function announcementOf(codec: RecordCodec, record: StoredRecord): Promise<AnnouncedLoad | undefined> {
  if (record.value === null) return undefined;
  await codec.prepare([record.value]);
  const { name, value } = codec.decode(record.value);
  const { loadId } = value as { readonly loadId: string };
  return { loadId, open: name.endsWith('HistoryLoadStarted'), at: record.timestamp };
}

/** Every announced load, by id, as of now. */
export async function readLoads(log: Log, codec: RecordCodec): Promise<ReadonlyMap<string, AnnouncedLoad>> {
  const loads = new Map<string, AnnouncedLoad>();
  await log.read(LOADS_TOPIC, async (record) => {
    const load = await announcementOf(codec, record);
    if (load !== undefined) loads.set(load.loadId, load);
    return true;
  });
  return loads;
}
