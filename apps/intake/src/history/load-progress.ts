import { TOPICS } from '#libs/contracts';
import type { Log, RecordCodec } from '#libs/event-log';

const EVENTS_TOPIC = TOPICS.events.name;

/** The scorer sends facts on to merged and renumbered enterprises while a load runs: they stand between its records. */
const CARRIED = '.FactCarried';

/** How far a load has come in one partition. */
export interface LoadProgress {
  readonly partition: number;
  readonly started: boolean;
  readonly ended: boolean;
  /** Records between the brackets. */
  readonly written: number;
  readonly lastRecordId: string | undefined;
}

interface Bracket {
  readonly recordId?: string;
  readonly loadId?: string;
  readonly envelope?: { readonly recordId: string };
}

/** The progress of a load whose first brackets were just written: nothing needs to be read. */
export async function freshProgress(log: Log): Promise<LoadProgress[]> {
  const fresh = { started: true, ended: false, written: 0, lastRecordId: undefined };
  return (await log.ranges(EVENTS_TOPIC)).map(({ partition }) => ({ partition, ...fresh })).sort(byPartition);
}

function byPartition(a: { readonly partition: number }, b: { readonly partition: number }): number {
  return a.partition - b.partition;
}

/** Reads from the log how far a load has come, partition by partition, in order of partition. */
export async function progressOf(log: Log, codec: RecordCodec, loadId: string): Promise<LoadProgress[]> {
  const progress = (await log.ranges(EVENTS_TOPIC))
    .map(({ partition }) => ({
      partition,
      started: false,
      ended: false,
      written: 0,
      lastRecordId: undefined as string | undefined,
    }))
    .sort(byPartition);
  await log.read(EVENTS_TOPIC, async (record) => {
    const state = progress[record.partition];
    if (record.value === null || state === undefined) return true;
    await codec.prepare([record.value]);
    const { fullName, value } = codec.decode(record.value);
    const content = value as Bracket;
    if (content.loadId === loadId && fullName.endsWith('HistoryLoadStarted')) state.started = true;
    else if (content.loadId === loadId && fullName.endsWith('HistoryLoadEnded')) state.ended = true;
    else if (state.started && !state.ended && content.envelope !== undefined && !fullName.endsWith(CARRIED)) {
      state.written += 1;
      state.lastRecordId = content.envelope.recordId;
    }
    return true;
  });
  return progress;
}

/** Decides which records of a resumed load are already in the log. */
export interface AlreadyWritten {
  /** True when the partition holds this record from an earlier run; call it in the order of the load. */
  skips(partition: number, recordId: string): boolean;
  /** Throws when the log holds more records of the load than the load has: its sources are not the same. */
  refuseRest(): void;
}

/**
 * The order of a load is the same each time, so what an interrupted run wrote is, in each partition, a beginning of it:
 * its length is enough to go on. The last record is compared as well, so that changed sources are refused, not mixed in.
 */
export function writtenBy(progress: readonly LoadProgress[]): AlreadyWritten {
  const left = progress.map(({ written }) => written);
  const differs = (partition: number, found: string): Error =>
    new Error(
      `partition ${partition} of ${EVENTS_TOPIC} ends with record ${progress[partition]?.lastRecordId}, the load has ${found} there; ` +
        'resume with the same files, mappings and options as the interrupted run, or end it with --close-load',
    );
  return {
    skips(partition, recordId) {
      const remaining = left[partition] ?? 0;
      if (remaining === 0) return false;
      left[partition] = remaining - 1;
      if (remaining === 1 && recordId !== progress[partition]?.lastRecordId) throw differs(partition, recordId);
      return true;
    },
    refuseRest() {
      const partition = left.findIndex((remaining) => remaining > 0);
      if (partition >= 0) throw differs(partition, 'fewer records');
    },
  };
}
