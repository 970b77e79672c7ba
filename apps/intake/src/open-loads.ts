import { TOPICS } from '#libs/contracts';
import { announcementOf, type RecordCodec } from '#libs/event-log';
import { keepReading, readTopic, type KafkaConnection, type TopicReading } from '#libs/stream';

/** Why no event may be written now. */
export interface Closed {
  readonly reason: string;
  /** The load of the past that is open; left out while nobody knows. */
  readonly historyLoad?: string;
}

export interface OpenLoads {
  /**
   * Undefined when events may be written. While the announcements cannot be followed nothing is written and the service is not
   * ready: a load of the past may begin unseen, and an event among its records would move the time of its partition
   * to now, so that all of the past would be assessed as of now. A caller that is refused loses nothing, it sends again.
   */
  closed(): Closed | undefined;
  stop(): Promise<void>;
}

export interface FollowLoadsOptions {
  /** Before the topic's name: keeps tests on one cluster apart. */
  readonly prefix?: string;
  /** The announcements cannot be followed; they are tried again in `againMs`. */
  onBroken?(error: unknown, againMs: number): void;
}

const UNKNOWN: Closed = { reason: 'the announcements of history loads cannot be followed' };

/** Resolves when the announcements have been read to their end of now; follows them from there, for as long as the process lives. */
export async function followLoads(
  kafka: KafkaConnection,
  codec: RecordCodec,
  { prefix = '', onBroken = () => undefined }: FollowLoadsOptions = {},
): Promise<OpenLoads> {
  const open = new Set<string>();
  let applied = -1;
  const onRecord = async (record: { readonly offset: number; readonly value: Buffer | null }): Promise<void> => {
    if (record.offset <= applied) return;
    const load = await announcementOf(codec, record.value);
    applied = record.offset;
    if (load === undefined) return;
    if (load.state === 'OPEN') open.add(load.loadId);
    else open.delete(load.loadId);
  };
  const topics = [prefix + TOPICS.historyLoads.name];
  /** Begins again at the first record, so that nothing between the two readings is missed; what was applied is passed over. */
  const readOn = async (): Promise<TopicReading> => {
    const toNow = await readTopic(kafka, { topics, from: 'beginning', untilEnd: true, onRecord });
    await toNow.done;
    return readTopic(kafka, { topics, from: 'beginning', onRecord });
  };
  const reading = await keepReading({ open: readOn, onBroken });
  return {
    closed() {
      if (!reading.isReading()) return UNKNOWN;
      const [historyLoad] = open;
      return historyLoad === undefined ? undefined : { reason: `history load ${historyLoad} is open`, historyLoad };
    },
    stop: () => reading.stop(),
  };
}
