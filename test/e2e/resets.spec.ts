import { readFileSync } from 'node:fs';
import { TOPICS } from '#libs/contracts';
import { usccOf } from '../../apps/intake/src/demo-city/uscc.ts';
import { startBrokerCluster, type BrokerCluster } from '../stack/broker-cluster.ts';
import { testStack } from '../stack/connect.ts';
import { isRequest, type KafkaRequest } from './support/kafka-request.ts';
import { postEvents } from './support/post-events.ts';
import { registration } from './support/sample-events.ts';
import type { Service, ServiceName } from './support/services.ts';
import { BEARER, emptySystem, type System } from './support/system.ts';
import { tcpProxyTo, type TcpProxy } from './support/tcp-proxy.ts';
import { until } from './support/until.ts';

const ALL: readonly ServiceName[] = ['scorer', 'warehouse', 'intake', 'console'];
/** What services ask when they start: the number of it that is not answered, and who asks it. The first for metadata kafkajs repeats by itself. */
const REQUESTS: readonly (readonly [KafkaRequest, number, readonly ServiceName[]])[] = [
  ['Metadata', 2, ALL],
  ['OffsetFetch', 1, ALL],
  ['FindCoordinator', 1, ALL],
  ['JoinGroup', 1, ALL],
  ['SyncGroup', 1, ALL],
  ['InitProducerId', 1, ['scorer', 'warehouse', 'intake']],
  ['ListOffsets', 1, ['intake', 'console']],
];

/** All connections of the services to the broker, the registry and ClickHouse go through proxies; hence a broker of its own. */
let cluster: BrokerCluster;
let proxies: { readonly kafka: TcpProxy; readonly registry: TcpProxy; readonly clickhouse: TcpProxy };
let system: System;
const launched: Service[] = [];

beforeAll(async () => {
  cluster = await startBrokerCluster(1);
  const { registryUrl, clickhouseUrl } = testStack();
  const proxyOf = (url: string): Promise<TcpProxy> => tcpProxyTo(Number(new URL(url).port));
  const through = ({ port }: TcpProxy, url: string): string => Object.assign(new URL(url), { port }).href;
  proxies = {
    kafka: (cluster.nodes[0] as BrokerCluster['nodes'][number]).proxy,
    registry: await proxyOf(registryUrl),
    clickhouse: await proxyOf(clickhouseUrl),
  };
  system = await emptySystem('resets', {
    stack: { ...testStack(), kafkaBrokers: cluster.kafkaBrokers },
    env: {
      SCHEMA_REGISTRY_URL: through(proxies.registry, registryUrl),
      CLICKHOUSE_URL: through(proxies.clickhouse, clickhouseUrl),
    },
  });
}, 120_000);
afterEach(async () => {
  for (const proxy of Object.values(proxies)) proxy.mend();
  await Promise.all(launched.splice(0).map((service) => service.kill()));
});
afterAll(async () => {
  await system?.close();
  for (const proxy of Object.values(proxies ?? {})) proxy.close();
  await cluster?.stop();
}, 60_000);

async function launch(apps: readonly ServiceName[]): Promise<readonly Service[]> {
  const services = await Promise.all(apps.map((app) => system.launch(app)));
  launched.push(...services);
  return services;
}
const ready = (services: readonly Service[]): Promise<unknown> =>
  Promise.all(services.map((service) => service.ready()));
async function start(apps: readonly ServiceName[]): Promise<readonly Service[]> {
  const services = await launch(apps);
  await ready(services);
  return services;
}
const stop = (services: readonly Service[]): Promise<unknown> => Promise.all(services.map((service) => service.stop()));
const says = (service: Service, why: string): Promise<unknown> =>
  until(
    `${service.name} says: ${why}`,
    async () => {
      if (!service.isRunning()) throw new Error(`${service.name} has ended${service.lastLog()}`);
      return (await service.health('ready'))?.text.includes(why);
    },
    { explain: () => service.lastLog() },
  );

describe('services that start', () => {
  it.each(REQUESTS)(
    'start all the same when every connection is reset in the middle of a request: %s, number %i',
    async (request, nth, apps) => {
      let resets = 0;
      for (const app of apps) {
        const asks = isRequest(request, app);
        let times = 0;
        proxies.kafka.when(
          (piece) => asks(piece) && ++times === nth,
          () => {
            resets++;
            proxies.kafka.reset();
          },
        );
      }
      const services = await launch(apps);
      await ready(services);
      expect(resets).toBe(apps.length);
      await stop(services);
    },
    90_000,
  );

  it('start all the same when the connections to the registry and to ClickHouse are reset', async () => {
    const resetting = (proxy: TcpProxy, text: string): void =>
      proxy.when(
        (piece) => piece.includes(text),
        () => proxy.reset(),
      );
    for (const look of [1, 2, 3]) resetting(proxies.registry, look === 1 ? '/schemas/types' : '/subjects/');
    resetting(proxies.clickhouse, 'SELECT 1');
    const services = await launch(ALL);
    await ready(services);
    await stop(services);
  }, 90_000);

  it('wait, live, and say so when the broker is lost before they have joined, and start when it is back', async () => {
    let asking = 0;
    const lose = (): void => {
      // None is answered before all of them have come so far.
      if (++asking === ALL.length) proxies.kafka.cut();
    };
    for (const app of ALL) proxies.kafka.when(isRequest('OffsetFetch', app), lose);
    const services = await launch(ALL);
    await Promise.all(services.map((service) => says(service, 'waiting for Kafka (KAFKA_BROKERS)')));
    for (const service of services) expect(await service.health('live')).toEqual({ ok: true, text: 'live' });
    proxies.kafka.mend();
    await ready(services);
    await stop(services);
  }, 120_000);
});

/** Work is under way: intake waits for an acknowledgement, scorer and warehouse have records. */
async function startAndWork(first: number): Promise<readonly Service[]> {
  const services = await start(ALL);
  const intake = services[ALL.indexOf('intake')] as Service;
  const events = Array.from({ length: 200 }, (_, i) => registration(usccOf(first, i, 'COMPANY')));
  await postEvents(intake, events);
  void postEvents(
    intake,
    events.map((event) => ({ ...event, number: `${event.number}-again` })),
  ).catch(() => undefined);
  return services;
}

describe('services that are told to stop', () => {
  it('end in order when every connection is reset while they join, having been told to stop', async () => {
    const services = await launch(ALL);
    const stops = services.map(async (service, index) => {
      const join = new Promise<void>((joins) =>
        proxies.kafka.when(isRequest('JoinGroup', ALL[index] as ServiceName), joins),
      );
      await join;
      const stopped = service.stop();
      await until(`${service.name} knows it`, () => readFileSync(service.logFile, 'utf8').includes('"stopping"'));
      proxies.kafka.reset();
      await stopped;
    });
    await Promise.all(stops);
  }, 90_000);

  it.each([
    ['refuses connections', (proxy: TcpProxy) => proxy.cut()],
    ['does not answer', (proxy: TcpProxy) => proxy.hold()],
  ])(
    'end in order when the broker %s',
    async (_, lose) => {
      const services = await startAndWork(2_000);
      lose(proxies.kafka);
      await stop(services);
    },
    90_000,
  );
});

describe('a warehouse that runs', () => {
  it('goes on when every connection is reset, again and again, while it looks for the coordinator of its group', async () => {
    const [intake] = (await start(['intake'])) as [Service];
    await postEvents(intake, [registration(usccOf(3, 1, 'COMPANY'))]);
    const asks = isRequest('FindCoordinator', 'warehouse');
    let resets = 0;
    for (let time = 1; time <= 3; time++) {
      let asked = 0;
      proxies.kafka.when(
        // It is asked twice until the warehouse has joined, and next with its first records.
        (piece) => asks(piece) && ++asked > 2,
        () => {
          resets++;
          proxies.kafka.reset();
        },
      );
    }
    const [warehouse] = (await start(['warehouse'])) as [Service];
    await until('the search was cut off three times', async () => resets === 3, { explain: () => warehouse.lastLog() });
    await system.caughtUp(warehouse, 'warehouse', TOPICS.events.name);
    await stop([intake, warehouse]);
  }, 90_000);
});

describe('an intake that runs', () => {
  it('takes nothing while it cannot follow the history loads, says so, and goes on when it can', async () => {
    const [intake] = (await start(['intake'])) as [Service];
    proxies.kafka.cut();
    await says(intake, 'the announcements of history loads cannot be followed');
    const refused = await fetch(`${intake.url}/v1/events`, {
      method: 'POST',
      headers: { ...BEARER, 'content-type': 'application/json' },
      body: JSON.stringify(registration(usccOf(1, 1, 'COMPANY'))),
    });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('send the events again') });
    proxies.kafka.mend();
    await intake.ready();
    await postEvents(intake, [registration(usccOf(1, 1, 'COMPANY'))]);
    await stop([intake]);
  }, 120_000);
});
