import { randomUUID } from 'node:crypto';
import { connectKafka, createLogWriter, createTopics, type KafkaConnection } from '#libs/stream';
import { testStack } from '../stack/connect.ts';
import { createTallyRig, eventually } from './support/tally.ts';

/** As many as in one busy second of a partition; each takes three steps by its coordinator: two topics and the end. */
const TRANSACTIONS = 20;

it('asks for the coordinator of transactions once in a while, not ahead of each step', async () => {
  const connection = connectKafka({ clientId: 'look-ups', brokers: [testStack().kafkaBrokers] });
  const id = `look-ups-${randomUUID()}`;
  const topics = [`${id}-a`, `${id}-b`];
  await createTopics(
    connection,
    topics.map((topic) => ({ topic, partitions: 1 })),
  );
  const producer = connection.kafka.producer({ idempotent: true, transactionalId: id, maxInFlightRequests: 1 });
  await producer.connect();
  let lookUps = 0;
  producer.on(producer.events.REQUEST, ({ payload }) => {
    if (payload.apiName === 'GroupCoordinator') lookUps++;
  });
  for (let count = 0; count < TRANSACTIONS; count++) {
    const tx = await producer.transaction();
    for (const topic of topics) await tx.send({ topic, messages: [{ key: 'k', value: 'v', partition: 0 }] });
    await tx.commit();
  }
  await producer.disconnect();
  expect(lookUps).toBeGreaterThan(0);
  expect(lookUps).toBeLessThan(2 * TRANSACTIONS);
});

/** The connection, with each request of its producers told. */
function listening({ kafka, clientId }: KafkaConnection, onRequest: (name: string) => void): KafkaConnection {
  const producer: typeof kafka.producer = (config) => {
    const made = kafka.producer(config);
    made.on(made.events.REQUEST, ({ payload }) => onRequest(payload.apiName));
    return made;
  };
  return { clientId, kafka: Object.assign(Object.create(kafka) as typeof kafka, { producer }) };
}

it('tells the coordinator all partitions of a transaction at once', async () => {
  const rig = await createTallyRig(1);
  const requests = new Map<string, number>();
  const count = (name: string): number => requests.get(name) ?? 0;
  const connection = listening(rig.connection, (name) => requests.set(name, count(name) + 1));
  const writer = await createLogWriter(rig.connection);
  try {
    // Each transaction writes to the changes and to the snapshots.
    await rig.start('one', { connection, maxTouchedPerPartition: 1 });
    for (let sent = 1; sent <= 10; sent++) {
      await writer.send(rig.topics.input, [{ key: `k${sent}`, value: Buffer.from('{"add":1}'), timestamp: sent }]);
      await eventually(`${sent} changes`, async () => (await rig.read(rig.topics.changes)).length === sent);
    }
    expect(await rig.read(rig.topics.snapshots)).toHaveLength(10);
    expect(count('EndTxn')).toBeGreaterThanOrEqual(10);
    // One that is refused while the last commit ends is asked again.
    expect(count('AddPartitionsToTxn')).toBeLessThan(1.5 * count('EndTxn'));
  } finally {
    await writer.close();
    await rig.dispose();
  }
});
