import { EventEmitter, once } from 'node:events';
import { TOPICS } from '#libs/contracts';
import { createIntakeClient } from '../../apps/intake/src/demo-city/intake-client.ts';
import type { CityEvent } from '../../apps/intake/src/demo-city/recorder.ts';
import { decodeAll, readAll, type DecodedRecord } from '../e2e/support/log.ts';
import { BEARER, type System } from '../e2e/support/system.ts';

/** Posts events to intake in their order, a batch with the same content again and again until it is acknowledged. */
export interface Poster {
  /** Posts the next batch; nothing when all are acknowledged. */
  postNext(): Promise<void>;
  /** Resolves when a batch begins to be posted, or when there is none left. */
  nextRequest(): Promise<void>;
  /** Ids of the records that intake says the log has. */
  readonly acknowledged: ReadonlySet<string>;
  /** Requests that had to be repeated. */
  repeated(): number;
}

const TAKEN_WITHIN_MS = 180_000;

/** @param url of intake */
export function posterTo(url: string, events: readonly CityEvent[], pieces: number): Poster {
  const size = Math.ceil(events.length / pieces);
  const acknowledged = new Set<string>();
  const requests = new EventEmitter();
  let begun = 0;
  let repeated = 0;
  const client = createIntakeClient({ url, token: BEARER.authorization.slice('Bearer '.length) }, () => repeated++);
  return {
    acknowledged,
    repeated: () => repeated,
    async nextRequest() {
      if (begun < events.length) await once(requests, 'begun');
    },
    async postNext() {
      const batch = events.slice(begun, begun + size);
      begun += batch.length;
      requests.emit('begun');
      if (batch.length === 0) return;
      const { recordIds, firstFault } = await client.send(batch, AbortSignal.timeout(TAKEN_WITHIN_MS));
      if (recordIds.length < batch.length)
        throw new Error(
          `intake took ${recordIds.length} of ${batch.length} events: ${firstFault ?? 'without a fault'}`,
        );
      for (const recordId of recordIds) acknowledged.add(recordId);
    },
  };
}

export interface PostedInLog {
  /** Records that the log has more than once: the answer to a request was lost, and intake no longer knew of it. */
  readonly twice: number;
  /** What is not as the poster was told, one sentence each. */
  readonly faults: readonly string[];
}

/**
 * Compares partitions that only intake writes with what it has acknowledged: the same records, no more and no fewer; a
 * record that stands there again has no class change or warning of its own.
 */
export async function postedInLog(
  system: System,
  acknowledged: ReadonlySet<string>,
  isPosted: (partition: number) => boolean,
): Promise<PostedInLog> {
  const read = async (topic: string): Promise<DecodedRecord[]> => {
    const records = await readAll(system.kafka, topic);
    return decodeAll(
      system.registry,
      records.filter(({ partition }) => isPosted(partition)),
    );
  };
  const found = new Set<string>();
  const repetitions = new Set<string>();
  for (const { partition, offset, decoded } of await read(TOPICS.events.name)) {
    const { envelope } = decoded as { readonly envelope?: { readonly recordId: string } };
    if (envelope === undefined) continue;
    if (found.has(envelope.recordId)) repetitions.add(`${partition}/${offset}`);
    found.add(envelope.recordId);
  }
  const faults = [...acknowledged]
    .filter((id) => !found.has(id))
    .map((id) => `record ${id} was acknowledged and is not in the log`);
  for (const id of found) if (!acknowledged.has(id)) faults.push(`record ${id} is in the log and was never posted`);
  for (const topic of [TOPICS.classChanged.name, TOPICS.warnings.name])
    for (const { partition, decoded } of await read(topic)) {
      const { causeRecordId, sequence } = decoded as Told;
      const place = `${partition}/${sequence.offset}`;
      if (causeRecordId !== null && repetitions.has(place))
        faults.push(`${topic} tells of record ${causeRecordId} that it had a second effect at ${place}`);
    }
  return { twice: repetitions.size, faults };
}

interface Told {
  readonly causeRecordId: string | null;
  readonly sequence: { readonly offset: number };
}
