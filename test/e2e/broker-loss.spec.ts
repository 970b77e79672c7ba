import { createLogWriter, createTopics, connectKafka, type KafkaConnection } from '#libs/stream';
import { chaosRun, type ChaosReport } from '../chaos/chaos-run.ts';
import { startBrokerCluster, type BrokerCluster } from '../stack/broker-cluster.ts';
import { testStack } from '../stack/connect.ts';
import { readAll } from './support/log.ts';
import { differenceIn, PARTS } from './support/outcome.ts';

const SEED = 20_261_126;

let cluster: BrokerCluster;

beforeAll(async () => {
  cluster = await startBrokerCluster(3);
}, 120_000);
afterAll(() => cluster?.stop(), 60_000);

describe('killing one broker of three and starting it again while the scorer works', () => {
  let report: ChaosReport;

  beforeAll(async () => {
    const ground = {
      stack: testStack(),
      cluster,
      clickhouseServer: undefined,
      mountDisk: undefined,
      logsFolder: undefined,
    };
    const plan = { seed: SEED, kills: 0, rounds: 1, events: 4_000, faults: ['broker-loss'] } as const;
    report = await chaosRun(ground, plan, () => undefined);
  }, 300_000);

  it.each(PARTS)('ends in the same %s, none lost, none doubled', (part) => {
    expect(differenceIn(part, report.disturbed, report.undisturbed)).toBeUndefined();
  });

  it('tells subscribers nothing twice, and makes nothing a dead letter', () => {
    expect(report.disturbed.parts['class changes told'].length).toBeGreaterThan(500);
    expect(report.disturbed.repeatedIds).toEqual([]);
    expect(report.disturbed.parts['dead letters']).toEqual([]);
  });
});

describe('a writer of the log while a broker is lost', () => {
  const topic = 'written-over-a-loss';
  const EACH = 24;
  let connection: KafkaConnection;

  beforeAll(async () => {
    connection = connectKafka({ clientId: 'broker-loss', brokers: cluster.kafkaBrokers.split(',') });
    await createTopics(connection, [{ topic, partitions: 12, replicationFactor: 3 }]);
  }, 60_000);

  it('has every record in the log once that it was told is there', async () => {
    const writer = await createLogWriter(connection);
    const { broker } = cluster.nodes[1] as BrokerCluster['nodes'][number];
    let returned = false;
    const losing = (async () => {
      broker.kill();
      await broker.restart();
      returned = true;
    })();
    let written = 0;
    while (!returned) {
      const messages = Array.from({ length: EACH }, (_, i) => ({
        key: `k${i}`,
        value: Buffer.from(String(written + i)),
      }));
      await writer.send(topic, messages);
      written += EACH;
    }
    await losing;
    await writer.close();
    const values = (await readAll(connection, topic)).map(({ value }) => Number(value));
    expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: written }, (_, i) => i));
  }, 120_000);
});
