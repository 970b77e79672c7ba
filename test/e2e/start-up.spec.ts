import { readFileSync } from 'node:fs';
import { testStack } from '../stack/connect.ts';
import type { Service, ServiceName } from './support/services.ts';
import { emptySystem, type System } from './support/system.ts';
import { tcpProxyTo, type TcpProxy } from './support/tcp-proxy.ts';
import { until } from './support/until.ts';

const STREAM = 'Kafka (KAFKA_BROKERS) and the schema registry (SCHEMA_REGISTRY_URL)';
const ALL = `${STREAM} and ClickHouse (CLICKHOUSE_URL)`;
const NEEDS: readonly (readonly [ServiceName, string])[] = [
  ['scorer', STREAM],
  ['warehouse', ALL],
  ['intake', STREAM],
  ['console', ALL],
];

let system: System;
let proxies: { readonly kafka: TcpProxy; readonly registry: TcpProxy; readonly clickhouse: TcpProxy };

beforeAll(async () => {
  const { kafkaBrokers, registryUrl, clickhouseUrl } = testStack();
  const proxyOf = (url: string): Promise<TcpProxy> => tcpProxyTo(Number(new URL(url).port));
  const through = ({ port }: TcpProxy, url: string): string => Object.assign(new URL(url), { port }).href;
  proxies = {
    kafka: await proxyOf(`kafka://${kafkaBrokers}`),
    registry: await proxyOf(registryUrl),
    clickhouse: await proxyOf(clickhouseUrl),
  };
  system = await emptySystem('starts', {
    env: {
      KAFKA_BROKERS: `127.0.0.1:${proxies.kafka.port}`,
      SCHEMA_REGISTRY_URL: through(proxies.registry, registryUrl),
      CLICKHOUSE_URL: through(proxies.clickhouse, clickhouseUrl),
    },
  });
}, 120_000);
afterEach(() => {
  for (const proxy of Object.values(proxies)) proxy.mend();
});
afterAll(async () => {
  await system?.close();
  for (const proxy of Object.values(proxies ?? {})) proxy.close();
}, 60_000);

const logOf = ({ logFile }: Service): string => readFileSync(logFile, 'utf8');

/** Waits until a service that has just been launched says that it is not ready, and why. */
async function notReady(service: Service, why: string): Promise<void> {
  const says = async () => (await service.health('ready'))?.text === why;
  await until(`${service.name} says: ${why}`, says, { explain: () => service.lastLog() });
}

describe('services that start while Kafka, the registry and ClickHouse are away', () => {
  it('live, say what they wait for, and go on when it answers', async () => {
    for (const proxy of Object.values(proxies)) proxy.cut();
    const waiting = await Promise.all(
      NEEDS.map(async ([app, needs]) => {
        const service = await system.launch(app);
        await notReady(service, `waiting for ${needs}`);
        expect(await service.health('live')).toEqual({ ok: true, text: 'live' });
        const told = () => logOf(service).includes('"dependency":"Kafka (KAFKA_BROKERS)","attempt":1');
        await until(`${service.name} has logged what is away`, told);
        return service;
      }),
    );
    for (const proxy of Object.values(proxies)) proxy.mend();
    await Promise.all(waiting.map((service) => service.ready()));
    await Promise.all(waiting.map((service) => service.stop()));
  }, 90_000);

  it('end in order when they are told to while they wait', async () => {
    // Who asks waits: neither a refusal nor an answer comes.
    for (const proxy of Object.values(proxies)) proxy.hold();
    const stops = NEEDS.map(async ([app, needs]) => {
      const service = await system.launch(app);
      await notReady(service, `waiting for ${needs}`);
      await service.stop();
      expect(logOf(service)).toContain('"msg":"stopping"');
    });
    await Promise.all(stops);
  }, 60_000);

  it('end in order when they are told to before they have begun', async () => {
    const services = await Promise.all(NEEDS.map(([app]) => system.launch(app)));
    const stops = services.map(async (service) => {
      await until(`${service.name} listens`, async () => (await service.health('live'))?.ok, { everyMs: 5 });
      await service.stop();
    });
    await Promise.all(stops);
  }, 60_000);

  it('do not wait for what no waiting mends: a wrong password, a registry without the schemas', async () => {
    const { registryUrl } = testStack();
    const password = await system.launch('warehouse', { env: { CLICKHOUSE_PASSWORD: 'wrong' } });
    const schemas = await system.launch('scorer', { env: { SCHEMA_REGISTRY_URL: new URL('/', registryUrl).href } });
    for (const service of [password, schemas])
      await until(`${service.name} has ended`, () => !service.isRunning(), { explain: () => service.lastLog() });
    expect(logOf(password)).toMatch(/"level":"fatal".*Authentication failed/);
    expect(logOf(schemas)).toMatch(/"level":"fatal".*register the schemas first/);
  }, 60_000);
});
