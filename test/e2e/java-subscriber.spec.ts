import { keyOf, TOPICS, type ClassChanged } from '#libs/contracts';
import { runJavaSubscriber } from './support/java.ts';
import { decodeAll, readAll } from './support/log.ts';
import { emptySystem, type System } from './support/system.ts';

const CITY = ['--enterprises', '100', '--seed', '5', '--until', '2026-07-20T00:00:00+08:00'];
const { name: topic } = TOPICS.classChanged;

let system: System;

beforeAll(async () => {
  system = await emptySystem('java');
  const load = await system.run('apps/intake/src/demo-city/main.js', ['load', ...CITY]);
  expect(load).toMatchObject({ code: 0, stderr: '' });
  const scorer = await system.start('scorer');
  await system.caughtUp(scorer, 'scorer', TOPICS.events.name);
  await scorer.stop();
}, 120_000);
afterAll(() => system?.close(), 60_000);

async function readByOurselves(): Promise<ClassChanged[]> {
  return (await decodeAll(system.registry, await readAll(system.kafka, topic))).map(
    ({ decoded }) => decoded as ClassChanged,
  );
}

async function readByJava(): Promise<ClassChanged[]> {
  const { code, stdout, stderr } = await runJavaSubscriber(system.streamEnv);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ClassChanged);
}

/** By enterprise, each in the order read: between enterprises there is none. */
function histories(changes: readonly ClassChanged[]): Record<string, unknown[]> {
  const lists: Record<string, unknown[]> = {};
  for (const change of changes) (lists[keyOf(change.subject)] ??= []).push(JSON.parse(JSON.stringify(change)));
  return lists;
}

describe("a subscriber with Kafka's and Avro's own Java libraries", () => {
  it('reads the class changes that our own reader reads, field by field', async () => {
    const own = await readByOurselves();
    expect(own.length).toBeGreaterThan(100);
    expect(histories(await readByJava())).toEqual(histories(own));
  }, 120_000);

  it('does not see what a transaction wrote that was aborted', async () => {
    const own = await readByOurselves();
    const [change] = own as [ClassChanged];
    const producer = system.kafka.kafka.producer({
      transactionalId: 'java-spec',
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    const value = system.registry.encode('risk.ClassChanged', { ...change, changeId: 'f'.repeat(32) });
    await transaction.send({ topic, messages: [{ key: keyOf(change.subject), value }] });
    await transaction.abort();
    await producer.disconnect();
    expect(await readByJava()).toHaveLength(own.length);
    expect(await readByOurselves()).toHaveLength(own.length);
  }, 120_000);
});
