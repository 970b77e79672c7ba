import { TOPICS } from '#libs/contracts';
import { announcementOf, type RecordCodec } from '#libs/event-log';
import { readTopic, type KafkaConnection } from '#libs/stream';

/** Which load of the past is open, as far as the announcements have been read. */
export interface OpenLoads {
  openLoad(): string | undefined;
  /** Rejects when the announcements can no longer be followed: then nobody knows whether writing is allowed. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Resolves when the announcements have been read to their end of now; follows them from there. */
export async function followLoads(kafka: KafkaConnection, codec: RecordCodec, prefix = ''): Promise<OpenLoads> {
  const open = new Set<string>();
  let applied = -1;
  const onRecord = async (record: { readonly offset: number; readonly value: Buffer | null }): Promise<void> => {
    if (record.offset <= applied) return;
    applied = record.offset;
    const load = await announcementOf(codec, record.value);
    if (load === undefined) return;
    if (load.state === 'OPEN') open.add(load.loadId);
    else open.delete(load.loadId);
  };
  const topics = [prefix + TOPICS.historyLoads.name];
  const toNow = await readTopic(kafka, { topics, from: 'beginning', untilEnd: true, onRecord });
  await toNow.done;
  // Begins again at the first record, so that nothing between the two readings is missed; what was applied is passed over.
  const onward = await readTopic(kafka, { topics, from: 'beginning', onRecord });
  const failed = onward.done.then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);
  return {
    openLoad: () => open.values().next().value,
    failed,
    stop: () => onward.stop(),
  };
}
