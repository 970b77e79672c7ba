import {
  buildUscc,
  keyOf,
  TOPICS,
  type ClassChanged,
  type EnterpriseEvent,
  type PositionUpdated,
} from '#libs/contracts';
import { partitionOf } from '#libs/stream';
import { randomOf } from '../../apps/intake/src/demo-city/random.ts';
import { decodeAll, readAll } from './support/log.ts';
import { common, listing, registration } from './support/sample-events.ts';
import type { Service } from './support/services.ts';
import { BEARER, emptySystem, type System } from './support/system.ts';
import { Victim, type Trouble } from './support/troubles.ts';
import { until } from './support/until.ts';

const PAIRS = 300;
const REPORTS = 5;
/** Listing and reports before the link or after it, then another report, and for every other pair the listing's retraction. */
const CARRIED = PAIRS * (1 + REPORTS + 1) + PAIRS / 2;
const SEED = 20_261_126;

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly isRetracted: boolean;
}

const pairs: readonly Pair[] = Array.from({ length: PAIRS }, (_, at) => {
  const usccOf = (number: number) => buildUscc('91', '442000', `MA${String(number).padStart(6, '0')}`);
  return { from: usccOf(10 * at), to: usccOf(10 * at + 5), isRetracted: at % 2 === 0 };
});

let system: System;
let intake: Service;
let troubles: readonly Trouble[];
let changes: Record<string, ClassChanged[]>;
let positions: Map<string, PositionUpdated>;
let carried: { readonly key: string; readonly partition: number; readonly event: EnterpriseEvent }[];

beforeAll(async () => {
  system = await emptySystem('links');
  intake = await system.start('intake');
  await post(pairs.flatMap(({ from, to }) => [registration(from), registration(to)]));
  await post(pairs.flatMap((pair, at) => (at % 3 === 0 ? [link(pair)] : [])));
  await post(
    pairs.flatMap(({ from }) => [listing(from), ...Array.from({ length: REPORTS }, (_, at) => report(from, at))]),
  );
  await post(pairs.flatMap((pair, at) => (at % 3 === 0 ? [] : [link(pair)])));

  const total = (await readAll(system.kafka, TOPICS.events.name)).length;
  const scorer = new Victim(system, 'scorer', total, randomOf(SEED, 'links'));
  await scorer.start();
  await scorer.killWhileTakingOver();
  await scorer.killAt(0.3);
  await scorer.killAt(0.6);
  await scorer.killAndLoseStateAt(0.9);
  await post(
    pairs.flatMap(({ from, isRetracted }) => [report(from, REPORTS), ...(isRetracted ? [retraction(from)] : [])]),
  );
  await scorer.killAt(1.1);
  troubles = scorer.troubles;
  await scorer.service.ready();
  await settled(scorer.service);
  await scorer.service.stop();

  const classChanges = await records<ClassChanged>(TOPICS.classChanged.name);
  changes = {};
  for (const change of classChanges) (changes[change.subject.value] ??= []).push(change);
  positions = new Map(
    (await records<PositionUpdated>(TOPICS.positions.name)).map((each) => [each.subject.value, each]),
  );
}, 300_000);
afterAll(() => system?.close(), 60_000);

/** What is carried is a record of the log like any other: everything is settled when the log has ceased to grow. */
async function settled(service: Service): Promise<void> {
  await until('all that is to be carried is carried', async () => {
    carried = await carriedRecords();
    return carried.length >= CARRIED;
  });
  await system.caughtUp(service, 'scorer', TOPICS.events.name);
  carried = await carriedRecords();
}

async function carriedRecords(): Promise<typeof carried> {
  const decoded = await decodeAll(system.registry, await readAll(system.kafka, TOPICS.events.name));
  return decoded
    .filter(({ fullName }) => fullName.endsWith('.FactCarried'))
    .map(({ key, partition, decoded: event }) => ({ key: String(key), partition, event: event as EnterpriseEvent }));
}

async function records<T>(topic: string): Promise<T[]> {
  return (await decodeAll(system.registry, await readAll(system.kafka, topic))).map(({ decoded }) => decoded as T);
}

async function post(events: readonly object[]): Promise<void> {
  for (let at = 0; at < events.length; at += 200) {
    const response = await fetch(`${intake.url}/v1/events`, {
      method: 'POST',
      headers: { ...BEARER, 'content-type': 'application/json' },
      body: JSON.stringify(events.slice(at, at + 200)),
    });
    const { results } = (await response.json()) as { results: { outcome: string; faults?: unknown }[] };
    const refused = results.find(({ outcome }) => outcome !== 'accepted');
    if (refused !== undefined) throw new Error(JSON.stringify(refused));
  }
}

const report = (uscc: string, at: number) => ({
  ...common(uscc),
  ...{ type: 'ReportVerified', number: `R-${uscc}-${at}` },
  content: {},
});
const link = ({ from, to }: Pair) => ({
  ...common(from),
  ...{ type: 'EnterpriseLinked', number: `M-${from}` },
  content: { to: { scheme: 'uscc', value: to }, kind: 'MERGED', effectiveAt: '2026-11-02' },
});
const retraction = (uscc: string) => ({
  ...common(uscc),
  ...{ type: 'FactStatusChanged', factType: 'abnormal.listing', register: 'STANDING', number: `L-${uscc}` },
  content: { value: 'RETRACTED', reason: '更正' },
});

describe('enterprises merged across partitions, the scorer killed again and again', () => {
  it('was killed while records were being sent on', () => {
    expect(troubles).toHaveLength(5);
    expect(troubles.filter(({ progress }) => progress > 0.2).length).toBeGreaterThanOrEqual(3);
  });

  it('sends each record on once, and to the partition of the enterprise that goes on', () => {
    expect(carried).toHaveLength(CARRIED);
    expect(new Set(carried.map(({ event }) => event.envelope.recordId)).size).toBe(CARRIED);
    const apart = pairs.filter(({ from, to }) => placeOf(from) !== placeOf(to));
    expect(apart.length).toBeGreaterThan(PAIRS / 2);
    for (const { key, partition, event } of carried) {
      expect(key).toBe(keyOf(event.envelope.subject));
      expect(partition).toBe(placeOf(event.envelope.subject.value));
    }
  });

  it('changes the class of the one that goes on, which a retraction at the source gives back', () => {
    for (const { to, isRetracted } of pairs) {
      const scheme = positions.get(to)?.schemes.find(({ schemeId }) => schemeId === 'general');
      const reports = Math.min(REPORTS + 1, 4) * 12_000;
      expect({ to, ...scheme }).toMatchObject(
        isRetracted ? { score: reports, riskClass: 'B' } : { score: reports + 100_000, riskClass: 'C' },
      );
    }
  });

  it('takes those that were merged out of the scored population', () => {
    for (const { from } of pairs) {
      const scheme = positions.get(from)?.schemes.find(({ schemeId }) => schemeId === 'general');
      expect({ from, riskClass: scheme?.riskClass }).toEqual({ from, riskClass: null });
    }
  });

  it('tells subscribers each class change once, in a chain from none to the last', () => {
    const all = Object.values(changes).flat();
    expect(new Set(all.map(({ changeId }) => changeId)).size).toBe(all.length);
    for (const { to, isRetracted } of pairs) {
      const own = (changes[to] ?? []).filter(({ schemeId }) => schemeId === 'general');
      expect(own[0]?.from).toBeNull();
      own.slice(1).forEach((change, at) => expect(change.from).toBe(own[at]?.to));
      expect(own.at(-1)?.to).toBe(isRetracted ? 'B' : 'C');
    }
  });
});

function placeOf(uscc: string): number {
  return partitionOf(`uscc:${uscc}`, TOPICS.events.partitions);
}
