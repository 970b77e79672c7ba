import { keyOf, TOPICS, type HistoryLoadAnnounced } from '#libs/contracts';
import {
  announce,
  connectLog,
  controlMessage,
  controlRecordId,
  eventMessage,
  readLoads,
  type Log,
  type LogMessage,
  type PartitionRange,
  type RecordCodec,
} from '#libs/event-log';
import { partitionOf, type AvroRegistry, type KafkaConnection } from '#libs/stream';
import { openingMessages, OPENING_TRANSACTIONAL_ID, isEmpty } from '../log-opening.ts';
import type { HistoryLoad, HistoryLoadSummary, HistoryRecord } from './history-load.ts';
import { freshProgress, progressOf, writtenBy, type LoadProgress } from './load-progress.ts';

const EVENTS_TOPIC = TOPICS.events.name;
const BATCH = 2_000;

/** A load that cannot begin or go on as asked; the message says what is there and what to do. */
export class HistoryLoadError extends Error {
  override readonly name = 'HistoryLoadError';
}

/**
 * Loads the past as the past: into an empty log, bracketed in each partition by HistoryLoadStarted and HistoryLoadEnded,
 * announced so that intake writes nothing in between. Every record has the record time its source gives it, in ascending
 * order; the brackets' first is stamped with the earliest, the last with now. No records: nothing is written.
 *
 * Interrupted at any moment it can be repeated with `resume`: each partition goes on behind what it already holds, so the
 * finished log is the one an undisturbed load would have written. Throws HistoryLoadError when the log is not empty, when
 * a resumed load differs from the interrupted one, and when records are out of order or in the future.
 */
export async function loadHistory(
  kafka: KafkaConnection,
  registry: AvroRegistry,
  load: HistoryLoad,
): Promise<HistoryLoadSummary> {
  const log = await connectLog(kafka);
  try {
    return await writeHistory(log, registry, load);
  } finally {
    await log.close();
  }
}

/** `loadHistory` on any log. */
export async function writeHistory(log: Log, codec: RecordCodec, load: HistoryLoad): Promise<HistoryLoadSummary> {
  const now = load.now ?? Date.now;
  const asOf = await beginningOf(log, codec, load, load.asOf ?? now());
  const events = load.events[Symbol.asyncIterator]();
  const first = await events.next();
  if (first.done === true) return { loadId: load.loadId, from: null, written: 0, skipped: 0 };
  const from = first.value.recordTime;

  if (load.resume !== true) await announce(log, codec, { loadId: load.loadId, state: 'OPEN', from, at: asOf });
  const fresh = await writeBrackets(log, codec, load, from);
  const progress = fresh ? await freshProgress(log) : await progressOf(log, codec, load.loadId);
  const counts = await writeRecords(log, codec, { load, progress, first: first.value, rest: events, now });
  await endBrackets(log, codec, { loadId: load.loadId, progress, at: now() });
  await announce(log, codec, { loadId: load.loadId, state: 'CLOSED', from, at: now() });
  return { loadId: load.loadId, from, ...counts };
}

/** Ends a load that will not be resumed: closes the partitions it opened and announces the end. Answers whether it was open. */
export async function closeLoad(log: Log, codec: RecordCodec, loadId: string, at: number): Promise<boolean> {
  const load = (await readLoads(log, codec)).get(loadId);
  if (load?.state !== 'OPEN') return false;
  await endBrackets(log, codec, { loadId, progress: await progressOf(log, codec, loadId), at });
  await announce(log, codec, { ...load, state: 'CLOSED', at });
  return true;
}

/**
 * When the load was begun: the announced moment for one that is resumed, else `now`. Throws HistoryLoadError when it may
 * not begin or go on, saying what is in the log and what to do; writes nothing.
 */
export async function beginningOf(
  log: Log,
  codec: RecordCodec,
  { loadId, resume }: Pick<HistoryLoad, 'loadId' | 'resume'>,
  now: number,
): Promise<number> {
  const loads = await readLoads(log, codec);
  const other = [...loads.values()].find((load) => load.state === 'OPEN' && load.loadId !== loadId);
  if (other !== undefined) {
    const since = new Date(other.at).toISOString();
    throw new HistoryLoadError(
      `history load ${other.loadId} is open since ${since}; finish it with --resume or end it with --close-load ${other.loadId}`,
    );
  }
  const own = loads.get(loadId);
  if (resume === true) return resumedFrom(loadId, own);
  if (own?.state === 'OPEN')
    throw new HistoryLoadError(
      `history load ${loadId} was interrupted; repeat the command with --resume or end it with --close-load ${loadId}`,
    );
  if (!(await isEmpty(log, EVENTS_TOPIC))) throw notEmpty(await log.ranges(EVENTS_TOPIC), [...loads.keys()]);
  return now;
}

function resumedFrom(loadId: string, own: HistoryLoadAnnounced | undefined): number {
  if (own?.state === 'OPEN') return own.at;
  throw new HistoryLoadError(
    own === undefined
      ? `no history load ${loadId} was begun; run the same command without --resume`
      : `history load ${loadId} has ended; there is nothing to resume`,
  );
}

function notEmpty(ranges: readonly PartitionRange[], loads: readonly string[]): HistoryLoadError {
  const used = ranges.filter(({ low, high }) => high > low);
  const records = used.reduce((sum, { low, high }) => sum + high - low, 0);
  const among = loads.length > 0 ? `, among them history loads ${loads.join(', ')}` : '';
  return new HistoryLoadError(
    `${EVENTS_TOPIC} already holds about ${records} records in ${used.length} of ${ranges.length} partitions${among}; ` +
      'the past is loaded into an empty log only: import live (without --history), or begin with an empty log',
  );
}

/** Opens the log and the load in each partition, in one transaction; answers false when an interrupted run has done so. */
async function writeBrackets(log: Log, codec: RecordCodec, load: HistoryLoad, from: number): Promise<boolean> {
  if (await isOpened(log, codec, load.loadId)) return false;
  return log.appendTogether(OPENING_TRANSACTIONAL_ID, async () => {
    if (!(await isEmpty(log, EVENTS_TOPIC))) throw writtenMeanwhile(load.loadId);
    const ranges = await log.ranges(EVENTS_TOPIC);
    return {
      topic: EVENTS_TOPIC,
      messages: ranges.flatMap(({ partition }) => bracketMessages(codec, load, from, partition)),
    };
  });
}

async function isOpened(log: Log, codec: RecordCodec, loadId: string): Promise<boolean> {
  if (await isEmpty(log, EVENTS_TOPIC)) return false;
  const progress = await progressOf(log, codec, loadId);
  if (progress.every(({ started }) => started)) return true;
  throw writtenMeanwhile(loadId);
}

function bracketMessages(codec: RecordCodec, load: HistoryLoad, from: number, partition: number): LogMessage[] {
  const { loadId, opening } = load;
  const recordId = controlRecordId('HistoryLoadStarted', loadId, String(partition));
  const started = { type: 'HistoryLoadStarted', recordId, at: from, loadId, from } as const;
  return [...openingMessages(codec, opening, from, partition), controlMessage(codec, started, partition)];
}

function writtenMeanwhile(loadId: string): HistoryLoadError {
  return new HistoryLoadError(
    `${EVENTS_TOPIC} was written to while history load ${loadId} began; nothing of the load is in it: ` +
      `end it with --close-load ${loadId} and begin with an empty log`,
  );
}

async function endBrackets(
  log: Log,
  codec: RecordCodec,
  { loadId, progress, at }: { loadId: string; progress: readonly LoadProgress[]; at: number },
): Promise<void> {
  const messages = progress
    .filter(({ started, ended }) => started && !ended)
    .map(({ partition }) =>
      controlMessage(
        codec,
        {
          type: 'HistoryLoadEnded',
          recordId: controlRecordId('HistoryLoadEnded', loadId, String(partition)),
          at,
          loadId,
        },
        partition,
      ),
    );
  if (messages.length > 0) await log.append(EVENTS_TOPIC, messages);
}

interface Writing {
  readonly load: HistoryLoad;
  readonly progress: readonly LoadProgress[];
  readonly first: HistoryRecord;
  readonly rest: AsyncIterator<HistoryRecord>;
  readonly now: () => number;
}

/** Writes the records in batches, the next being prepared while the last is on its way. */
async function writeRecords(
  log: Log,
  codec: RecordCodec,
  { load, progress, first, rest, now }: Writing,
): Promise<{ written: number; skipped: number }> {
  const already = writtenBy(progress);
  const counts = { written: 0, skipped: 0 };
  let batch: LogMessage[] = [];
  let inFlight: Promise<void> = Promise.resolve();
  let latest = first.recordTime;

  const flush = async (): Promise<void> => {
    await inFlight;
    const messages = batch;
    batch = [];
    if (messages.length === 0) return;
    inFlight = log.append(EVENTS_TOPIC, messages).then(() => {
      counts.written += messages.length;
      load.onWritten?.(counts.skipped + counts.written);
    });
    inFlight.catch(() => undefined);
  };

  for (let next: IteratorResult<HistoryRecord> = { done: false, value: first }; next.done !== true;) {
    const { recordTime, event } = next.value;
    if (recordTime < latest) throw outOfOrder(event.envelope.recordId, recordTime, latest);
    latest = recordTime;
    if (recordTime > now()) throw inTheFuture(event.envelope.recordId, recordTime);
    const partition = partitionOf(keyOf(event.envelope.subject), progress.length);
    if (already.skips(partition, event.envelope.recordId)) counts.skipped += 1;
    else batch.push({ ...eventMessage(codec, event, recordTime), partition });
    if (batch.length >= BATCH) await flush();
    next = await rest.next();
  }
  await flush();
  await inFlight;
  already.refuseRest();
  return counts;
}

function outOfOrder(recordId: string, recordTime: number, latest: number): HistoryLoadError {
  return new HistoryLoadError(
    `record ${recordId} of ${new Date(recordTime).toISOString()} comes after ${new Date(latest).toISOString()}; ` +
      'sort the records by record time over all sources',
  );
}

function inTheFuture(recordId: string, recordTime: number): HistoryLoadError {
  return new HistoryLoadError(
    `record ${recordId} has the record time ${new Date(recordTime).toISOString()}, which is in the future`,
  );
}
