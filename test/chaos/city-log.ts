import { setTimeout as pause } from 'node:timers/promises';
import { keyOf, TOPICS } from '#libs/contracts';
import { controlMessage, controlRecordId, eventMessage, type LogMessage } from '#libs/event-log';
import { createLogWriter, partitionOf, type AvroRegistry, type KafkaConnection } from '#libs/stream';
import { defaultOpening } from '../../apps/intake/src/default-opening.ts';
import type { CitySettings } from '../../apps/intake/src/demo-city/enterprises.ts';
import { cityHistory } from '../../apps/intake/src/demo-city/generate.ts';
import { normalised } from '../../apps/intake/src/demo-city/load.ts';
import type { CityEvent } from '../../apps/intake/src/demo-city/recorder.ts';
import { openingMessages } from '../../apps/intake/src/log-opening.ts';

/** An input log that is written piece by piece, so that something is under way at any moment of a run. */
export interface CityLog {
  /** What is not written here but to be posted to intake, in this order. */
  readonly toPost: readonly CityEvent[];
  /** Writes the next piece; nothing when all are there. Repeats until the brokers have it: a repetition is a duplicate of the log. */
  writeNext(): Promise<void>;
  close(): Promise<void>;
}

const EVENTS_PER_ENTERPRISE = 8.5;
const UNTIL = Date.parse('2026-07-20T00:00:00+08:00');
const LOAD = 'chaos';
/** Its events come through intake, at the time of day; all others come from the past, with the time of their receipt. */
export const isPosted = (partition: number): boolean => partition % 4 === 0;

/**
 * The history of a made-up city as a load that never ends: the scorer writes no clock ticks into such a log, so that every
 * run reads the same records, whenever midnight comes. Resolves when each partition has its rule sets and the beginning of
 * the load.
 */
export async function cityLog(
  connection: KafkaConnection,
  registry: AvroRegistry,
  { events, pieces, seed }: { readonly events: number; readonly pieces: number; readonly seed: number },
): Promise<CityLog> {
  const settings = { enterprises: Math.ceil(events / EVENTS_PER_ENTERPRISE), years: 3, seed, until: UNTIL };
  const toPost = await eventsToPost(settings);
  const messages: LogMessage[] = [];
  for await (const { recordTime, event } of normalised(settings, LOAD))
    if (!isPosted(partitionOf(keyOf(event.envelope.subject), TOPICS.events.partitions)))
      messages.push(eventMessage(registry, event, recordTime));
  const size = Math.ceil(messages.length / pieces);
  const writer = await createLogWriter(connection);
  await writer.send(TOPICS.events.name, beginning(registry, messages[0]?.timestamp ?? UNTIL));
  let written = 0;
  return {
    toPost,
    async writeNext() {
      const piece = messages.slice(written, written + size);
      written += piece.length;
      if (piece.length > 0) await untilSent(() => writer.send(TOPICS.events.name, piece));
    },
    close: () => writer.close(),
  };
}

async function eventsToPost(settings: CitySettings): Promise<CityEvent[]> {
  const events: CityEvent[] = [];
  for await (const { event } of cityHistory(settings))
    if (isPosted(partitionOf(keyOf(event.subject), TOPICS.events.partitions))) events.push(event);
  return events;
}

const TRIES = 20;
const PAUSE_MS = 500;

async function untilSent(send: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (attempt === TRIES) throw error;
      await pause(PAUSE_MS);
    }
  }
}

function beginning(registry: AvroRegistry, from: number): LogMessage[] {
  const opening = defaultOpening();
  return Array.from({ length: TOPICS.events.partitions }, (_, partition) => {
    const recordId = controlRecordId('HistoryLoadStarted', LOAD, String(partition));
    const started = { type: 'HistoryLoadStarted', recordId, at: from, loadId: LOAD, from } as const;
    return [...openingMessages(registry, opening, from, partition), controlMessage(registry, started, partition)];
  }).flat();
}
