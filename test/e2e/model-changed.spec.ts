import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { buildUscc, TOPICS, type ClassChanged, type PositionUpdated } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { createLogWriter } from '#libs/stream';
import { decodeAll, readAll } from './support/log.ts';
import { postEvents } from './support/post-events.ts';
import { listing, registration } from './support/sample-events.ts';
import { emptySystem, type System } from './support/system.ts';
import { until } from './support/until.ts';

const ENTERPRISES = 40;
const usccs = Array.from({ length: ENTERPRISES }, (_, at) =>
  buildUscc('91', '442000', `MA9${String(at).padStart(5, '0')}`),
);
/** Those of which the older engine is made to have published another class. */
const differing = new Set(usccs.slice(0, 10));

let system: System;
beforeAll(async () => {
  system = await emptySystem('modelchanged');
}, 60_000);
afterAll(() => system?.close(), 60_000);

it('announces what another engine makes of an enterprise, once, and publishes its position again', async () => {
  const intake = await system.start('intake');
  await postEvents(
    intake,
    usccs.flatMap((uscc) => [registration(uscc), listing(uscc)]),
  );
  const first = await system.start('scorer');
  await system.caughtUp(first, 'scorer', TOPICS.events.name);
  await first.stop();
  await intake.stop();
  const positions = await newestPositions();
  expect(positions.size).toBe(ENTERPRISES);
  const before = await classChanges();
  await publishAsOlderEngine([...positions.values()].filter(({ position }) => differing.has(position.subject.value)));

  // Rule sets that keep facts longer are part of the engine's version, and give the same classes.
  const env = { RISK_RULE_SETS_DIR: ruleSetsThatKeepLonger() };
  const second = await system.start('scorer', { env });
  await until('the changes are told', async () => (await classChanges()).length >= before.length + differing.size);
  await second.stop();
  const third = await system.start('scorer', { env });
  await system.caughtUp(third, 'scorer', TOPICS.events.name);
  await third.stop();

  const told = (await classChanges()).slice(before.length);
  expect(new Set(told.map(({ subject }) => subject.value))).toEqual(differing);
  expect(told).toHaveLength(differing.size);
  const now = await newestPositions();
  for (const change of told) {
    const uscc = change.subject.value;
    const classNow = positions.get(uscc)?.position.schemes.find(({ schemeId }) => schemeId === 'general')?.riskClass;
    expect(change).toMatchObject({
      schemeId: 'general',
      from: 'A',
      to: classNow,
      cause: 'MODEL_CHANGED',
      causeRecordId: null,
    });
    expect(now.get(uscc)?.position.schemes).toEqual(positions.get(uscc)?.position.schemes);
  }
}, 180_000);

interface Published {
  readonly key: string;
  readonly partition: number;
  readonly position: PositionUpdated;
}

async function newestPositions(): Promise<Map<string, Published>> {
  const decoded = await decodeAll(system.registry, await readAll(system.kafka, TOPICS.positions.name));
  return new Map(
    decoded.map(({ key, partition, decoded: value }) => {
      const position = value as PositionUpdated;
      return [position.subject.value, { key: String(key), partition, position }];
    }),
  );
}

/** Every class change, in the order of partition and offset that came first. */
async function classChanges(): Promise<ClassChanged[]> {
  const records = await readAll(system.kafka, TOPICS.classChanged.name);
  const decoded = (await decodeAll(system.registry, records)).map(({ decoded: value }) => value as ClassChanged);
  const isTold = ({ cause }: ClassChanged): number => Number(cause === 'MODEL_CHANGED');
  return decoded.sort((a, b) => isTold(a) - isTold(b));
}

async function publishAsOlderEngine(published: readonly Published[]): Promise<void> {
  const writer = await createLogWriter(system.kafka);
  const messages = published.map(({ key, partition, position }) => {
    const schemes = position.schemes.map((each) =>
      each.schemeId === 'general' ? { ...each, score: 0, riskClass: 'A' } : each,
    );
    return { key, partition, value: system.registry.encode('risk.PositionUpdated', { ...position, schemes }) };
  });
  await writer.send(TOPICS.positions.name, messages);
  await writer.close();
}

function ruleSetsThatKeepLonger(): string {
  const folder = join(system.folder, 'rule-sets');
  cpSync(join(packageRoot(), 'schemas/rule-sets'), folder, { recursive: true });
  const shipped = parse(readFileSync(join(folder, 'general@2.0.0.yaml'), 'utf8')) as { facts: Record<string, object> };
  const facts = { ...shipped.facts, 'inspection.result': { ...shipped.facts['inspection.result'], keepMonths: 1_200 } };
  writeFileSync(join(folder, 'general@9.0.0.yaml'), stringify({ ...shipped, version: '9.0.0', facts }));
  return folder;
}
