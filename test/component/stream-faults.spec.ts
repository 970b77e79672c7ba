import { createLogWriter, type LogWriter, type OutgoingMessage } from '#libs/stream';
import { startBrokerCluster, type BrokerCluster } from '../stack/broker-cluster.ts';
import type { TcpProxy } from '../e2e/support/tcp-proxy.ts';
import { createTallyRig, eventually, texts, type TallyRig } from './support/tally.ts';

const KEYS = 50;

/** kafkajs waits for 30 seconds for an answer that it does not know to be cut off. */
const UNDER_WAY_MS = 60_000;

/** The connections to the broker go through a proxy that can reset and refuse them; hence a broker of its own. */
describe('a stream whose connections to the broker', () => {
  let cluster: BrokerCluster;
  let proxy: TcpProxy;
  let rig: TallyRig;
  let writer: LogWriter;

  beforeAll(async () => {
    cluster = await startBrokerCluster(1);
    proxy = (cluster.nodes[0] as BrokerCluster['nodes'][number]).proxy;
  }, 120_000);
  afterAll(() => cluster?.stop(), 60_000);
  beforeEach(async () => {
    rig = await createTallyRig(2, cluster.kafkaBrokers);
    writer = await createLogWriter(rig.connection);
  });
  afterEach(async () => {
    proxy.mend();
    await writer.close();
    await rig.dispose();
  });

  const many = (count: number): OutgoingMessage[] =>
    Array.from({ length: count }, (_, i) => ({ key: `k${i % KEYS}`, value: Buffer.from('{"add":1}') }));

  it('are reset again and again, applies each record once and goes on', async () => {
    const rounds = 8;
    const events: string[] = [];
    await rig.start('one', { onEvent: (event) => events.push(event) });
    for (let round = 1; round <= rounds; round++) {
      await writer.send(rig.topics.input, many(KEYS * 4));
      await eventually('work is under way', () => rig.reports.length >= round, UNDER_WAY_MS);
      expect(proxy.reset()).toBeGreaterThan(0);
    }
    const all = KEYS * 4 * rounds;
    await eventually(`${all} changes`, async () => (await rig.read(rig.topics.changes)).length >= all);
    const changes = texts(await rig.read(rig.topics.changes)) as { count: number }[];
    // The writer repeats what was reset as the same batches: the log, too, has each record once.
    expect(changes).toHaveLength(all);
    expect(changes.filter(({ count }) => count === 4 * rounds)).toHaveLength(KEYS);
    expect(rig.crashes).toEqual([]);
  });
});
