import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { buildUscc, TOPICS } from '#libs/contracts';
import { decodeAll, readAll } from './support/log.ts';
import { common, listing } from './support/sample-events.ts';
import { BEARER, emptySystem, type System } from './support/system.ts';
import { until } from './support/until.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const LINK_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const [FOLLOWED, OTHER, FROM, TO] = ['MA700001', 'MA700002', 'MA700003', 'MA700004'].map((each) =>
  buildUscc('91', '442000', each),
) as [string, string, string, string];
const LINK = {
  ...common(FROM),
  ...{ type: 'EnterpriseLinked', number: 'M-1' },
  content: { to: { scheme: 'uscc', value: TO }, kind: 'MERGED', effectiveAt: '2026-11-02' },
};

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}
interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

let system: System;
let collector: Server;
let env: NodeJS.ProcessEnv;
const spans: Span[] = [];
beforeAll(async () => {
  system = await emptySystem('tracing');
  collector = createServer((request, response) => {
    void json(request).then((body) => {
      for (const { scopeSpans } of (body as Export).resourceSpans)
        spans.push(...scopeSpans.flatMap((each) => each.spans));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: '200' };
}, 60_000);
afterAll(async () => {
  collector?.close();
  await system?.close();
}, 60_000);

it('follows one event from the request to the class change and the rows, with one trace', async () => {
  const [intake, scorer, warehouse] = [
    await system.start('intake', { env }),
    await system.start('scorer', { env }),
    await system.start('warehouse', { env }),
  ];
  await post(intake.url, listing(OTHER), {});
  await post(intake.url, listing(FOLLOWED), { traceparent: `00-${TRACE}-${CALLER}-01` });
  await system.caughtUp(scorer, 'scorer', TOPICS.events.name);
  await until('the rows of the event and of its class change', async () =>
    [`assess ${TOPICS.events.name}`, `store ${TOPICS.events.name}`, `store ${TOPICS.classChanged.name}`].every((span) =>
      spans.some(({ name, traceId }) => name === span && traceId === TRACE),
    ),
  );

  const followed = spans.filter(({ traceId }) => traceId === TRACE);
  const request = followed.find(({ name }) => name === 'POST /v1/events');
  expect(request?.parentSpanId).toBe(CALLER);
  const assessed = followed.filter(({ name }) => name === `assess ${TOPICS.events.name}`);
  expect(assessed.map(({ parentSpanId }) => parentSpanId)).toEqual([request?.spanId]);
  const origins = [
    { topic: TOPICS.events.name, from: request?.spanId },
    { topic: TOPICS.classChanged.name, from: assessed[0]?.spanId },
  ];
  for (const { topic, from } of origins) {
    expect((await headersOf(topic)).filter((each) => each === `00-${TRACE}-${from}-01`)).toHaveLength(1);
    const stored = followed.filter(({ name }) => name === `store ${topic}`);
    expect(stored.map(({ parentSpanId }) => parentSpanId)).toEqual([from]);
  }
  // A request without a trace begins one of its own.
  const own = spans.filter(({ name, traceId }) => name === 'POST /v1/events' && traceId !== TRACE);
  expect(own.map(({ parentSpanId }) => parentSpanId ?? '')).toEqual(['']);
  for (const service of [intake, scorer, warehouse]) await service.stop();
}, 120_000);

it('goes on from a link to the facts that it sends to another enterprise', async () => {
  const [intake, scorer] = [await system.start('intake', { env }), await system.start('scorer', { env })];
  await post(intake.url, listing(FROM), {});
  await post(intake.url, LINK, { traceparent: `00-${LINK_TRACE}-${CALLER}-01` });
  const carried = async () =>
    (await decodeAll(system.registry, await readAll(system.kafka, TOPICS.events.name))).filter(({ fullName }) =>
      fullName.endsWith('.FactCarried'),
    );
  await until('the fact is carried', async () => (await carried()).length > 0);
  // What they have to tell of it they tell before they end.
  for (const service of [intake, scorer]) await service.stop();
  const spanOf = (name: string, parent: string | undefined) =>
    spans.find((each) => each.traceId === LINK_TRACE && each.name === name && each.parentSpanId === parent);
  const assessed = spanOf(`assess ${TOPICS.events.name}`, spanOf('POST /v1/events', CALLER)?.spanId);
  expect((await carried()).map(({ headers }) => String(headers['traceparent']))).toEqual([
    `00-${LINK_TRACE}-${assessed?.spanId}-01`,
  ]);
}, 60_000);

it('writes no header where tracing is off', async () => {
  const traced = async () => (await headersOf(TOPICS.events.name)).filter((each) => each !== undefined);
  const before = await traced();
  const intake = await system.start('intake');
  await post(intake.url, listing(OTHER), { traceparent: `00-${TRACE}-${CALLER}-01` });
  expect(await traced()).toEqual(before);
  await intake.stop();
}, 60_000);

async function headersOf(topic: string): Promise<(string | undefined)[]> {
  return (await readAll(system.kafka, topic)).map(({ headers }) => headers['traceparent']?.toString());
}

async function post(url: string, event: object, headers: Record<string, string>): Promise<void> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { ...BEARER, ...headers, 'content-type': 'application/json' },
    body: JSON.stringify([event]),
  });
  expect(await response.json()).toMatchObject({ accepted: 1 });
}
