import { randomUUID } from 'node:crypto';
import { connectKafka, createTopics } from '#libs/stream';
import { testStack } from '../stack/connect.ts';

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
