import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { INestApplication } from '@nestjs/common';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullNameOf, TOPICS } from '#libs/contracts';
import { createLogger, createMetrics } from '#libs/service';
import { createDesk } from '../desk.ts';
import type { Closed } from '../open-loads.ts';
import { createMemoryLog, type MemoryLog } from '../history/memory-log.ts';
import { createIntakeMetrics } from '../metrics.ts';
import { createHttpApp } from './app.module.ts';
import { openApiDocument } from './openapi.ts';
import { openApiPath, openApiYaml } from './write-openapi.ts';

const SECRET = 'a-secret-of-twenty-four-characters';
const EVENTS = TOPICS.events.name;

interface Answer {
  readonly results: readonly { readonly outcome: string; readonly recordId?: string; readonly faults?: unknown[] }[];
}

const penalty = (number: string, more: object = {}): object => ({
  type: 'PenaltyDecided',
  source: 'zs-penalty',
  authority: '中山市市场监督管理局',
  number,
  subject: { scheme: 'uscc', value: '91442000MA5123452K' },
  occurredAt: '2026-01-10',
  content: { violationType: '食品安全', penaltyKinds: ['FINE'], fineFen: 5_000_000 },
  ...more,
});

describe('POST /v1/events', () => {
  let log: MemoryLog;
  let app: INestApplication;
  let url: string;
  let closed: Closed | undefined;

  beforeEach(async () => {
    log = createMemoryLog({ [EVENTS]: 3 });
    closed = undefined;
    const desk = createDesk({
      log,
      encoder: { encode: (fullName, value) => Buffer.from(JSON.stringify({ fullName, value })) },
      opening: {
        ruleSets: [{ id: 'general', version: '1.0.0', sha256: 'a'.repeat(64) }],
        calendar: { id: 'cn-working-days', version: '2026' },
      },
      logger: createLogger('test', 'fatal'),
      metrics: createIntakeMetrics(createMetrics('test')),
      limits: { maxBodyBytes: 20_000, maxEvents: 3, recentRecords: 10, writeTimeoutMs: 1_000 },
      closed: () => closed,
    });
    app = await createHttpApp({
      desk,
      tokens: [{ id: 'test', secret: SECRET }],
      logger: createLogger('test', 'fatal'),
    });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
  });
  afterEach(() => app.close());

  async function post(
    body: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Answer; headers: Headers }> {
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, body: (await response.json()) as Answer, headers: response.headers };
  }
  const send = (events: unknown): ReturnType<typeof post> => post(JSON.stringify(events));
  const types = (): string[] =>
    (log.topics.get(EVENTS) ?? []).map(
      ({ value }) => (JSON.parse(String(value)) as { fullName: string }).fullName.split('.').pop() ?? '',
    );
  const written = (): number => types().filter((type) => type === 'PenaltyDecided').length;

  it('answers the record and fact id of one event when the log has it, keyed by its subject', async () => {
    const { status, body } = await send(penalty('1号'));
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 1, duplicate: 0, rejected: 0 });
    expect(body.results[0]).toEqual({
      index: 0,
      outcome: 'accepted',
      recordId: expect.stringMatching(/^[0-9a-f]{32}$/),
      factId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(log.topics.get(EVENTS)?.at(-1)).toMatchObject({ key: Buffer.from('uscc:91442000MA5123452K') });
    expect(fullNameOf({ type: 'PenaltyDecided' } as never)).toBe('enterprise.events.PenaltyDecided');
  });

  it('opens an empty log with rule set and calendar in every partition, once', async () => {
    await send(penalty('1号'));
    await send(penalty('2号'));
    expect(types().slice(0, 6)).toEqual(Array(3).fill(['RuleSetActivated', 'CalendarActivated']).flat());
    expect(types()).toHaveLength(8);
  });

  it.each([
    ['an array', (events: object[]) => JSON.stringify(events), 'application/json'],
    ['{events}', (events: object[]) => JSON.stringify({ events }), 'application/json; charset=utf-8'],
    ['lines', (events: object[]) => events.map((event) => JSON.stringify(event)).join('\n'), 'application/x-ndjson'],
  ])('takes %s and refuses a faulty event without harm to the others', async (_form, write, contentType) => {
    const wrong = penalty('2号', {
      subject: { scheme: 'uscc', value: '91442000MA5123452X' },
      occurredAt: '2026-02-30',
    });
    const { status, body } = await post(write([penalty('1号'), wrong, penalty('3号')]), {
      'content-type': contentType,
    });
    expect(status).toBe(207);
    expect(body.results.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(body.results[1]?.faults).toEqual(
      expect.arrayContaining([
        { field: 'subject', rule: 'subject.uscc.check-character', message: expect.any(String) },
        { field: 'occurredAt', rule: 'event.occurred-at.real-date', message: expect.any(String) },
      ]),
    );
    expect(written()).toBe(2);
  });

  it('refuses unknown types event by event', async () => {
    const { status, body } = await send({ ...penalty('1号'), type: 'Rumour' });
    expect(status).toBe(422);
    expect(body.results[0]?.faults?.[0]).toMatchObject({ field: 'type', rule: 'event.type.known' });
    expect(types()).toEqual([]);
  });

  it('names a duplicate, in one request and in the next, and writes it once', async () => {
    const first = await send([penalty('1号'), penalty('1号')]);
    const second = await send(penalty('1号'));
    expect(first.body).toMatchObject({ accepted: 1, duplicate: 1 });
    expect(second.body.results[0]).toMatchObject({ outcome: 'duplicate', recordId: first.body.results[0]?.recordId });
    expect(written()).toBe(1);
  });

  it('answers 503 with Retry-After when the log does not acknowledge, and takes the same events afterwards', async () => {
    await send(penalty('1号'));
    log.failAfterAppends(0);
    const refused = await send(penalty('2号'));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.headers.get('content-type')).toMatch('application/problem+json');
    expect((await send(penalty('2号'))).body).toMatchObject({ accepted: 1, duplicate: 0 });
  });

  it('answers 503 with the id of an open load of the past', async () => {
    closed = { reason: 'history load city-2026 is open', historyLoad: 'city-2026' };
    const { status, body } = await send(penalty('1号'));
    expect(status).toBe(503);
    expect(body).toMatchObject({ title: 'Service Unavailable', historyLoad: 'city-2026' });
    expect(types()).toEqual([]);
  });

  it('answers 503 and writes nothing while nobody knows whether a load of the past is open', async () => {
    closed = { reason: 'the announcements of history loads cannot be followed' };
    const { status, body, headers } = await send(penalty('1号'));
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(body).toMatchObject({ detail: expect.stringMatching(/cannot be followed; send the events again/) });
    expect(types()).toEqual([]);
  });

  it.each([
    ['none', ''],
    ['another', `Bearer ${'x'.repeat(SECRET.length)}`],
    ['the secret under another scheme', `Basic ${SECRET}`],
    ['a beginning of it', `Bearer ${SECRET.slice(0, -1)}`],
  ])('answers 401 to a request with %s for a token, on every route', async (_which, authorization) => {
    for (const path of ['v1/events', 'v1/fact-types', 'openapi.json']) {
      const method = path === 'v1/events' ? 'POST' : 'GET';
      const response = await fetch(`${url}/${path}`, { method, headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await response.json()).toMatchObject({ status: 401, title: 'Unauthorized' });
    }
  });

  it('answers 400 with line and column to what is no JSON', async () => {
    const { status, body } = await post('[\n  {"type": }\n]');
    expect(status).toBe(400);
    expect(body).toMatchObject({ line: 2, column: 12 });
    const cut = await post('{"type": "PenaltyDecided"');
    expect(cut.status).toBe(400);
    expect(cut.body).toMatchObject({ line: 1 });
    const lines = await post('{}\n{"a":\n', { 'content-type': 'application/x-ndjson' });
    expect(lines.body).toMatchObject({ line: 2 });
  });

  it.each([
    ['too large a body', 413, JSON.stringify({ ...penalty('1号'), x: 'x'.repeat(30_000) }), {}],
    ['too many events', 413, JSON.stringify(Array(4).fill({})), {}],
    ['no event', 400, '[]', {}],
    ['a number', 400, '1', {}],
    ['bytes that are not UTF-8', 400, Buffer.from([0x22, 0xff, 0x22]), {}],
    ['another content type', 415, '{}', { 'content-type': 'text/plain' }],
    ['a compressed body', 415, '{}', { 'content-encoding': 'gzip' }],
  ])('refuses %s with %i', async (_what, status, body, headers) => {
    const answer = await post(body, headers);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status });
    expect(types()).toEqual([]);
  });

  it('refuses a body that grows beyond the limit without stating its length', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 40; chunk += 1) controller.enqueue(new TextEncoder().encode(' '.repeat(1_000)));
        controller.close();
      },
    });
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
  });

  it('gives the catalogue and its own description to bearers', async () => {
    const get = async (path: string): Promise<{ factTypes?: { id: string }[] }> => {
      const response = await fetch(`${url}/${path}`, { headers: { authorization: `Bearer ${SECRET}` } });
      return (await response.json()) as { factTypes?: { id: string }[] };
    };
    expect((await get('v1/fact-types')).factTypes?.map(({ id }) => id)).toContain('penalty.decision');
    expect(await get('openapi.json')).toMatchObject({ openapi: '3.1.0' });
  });
});

describe('schemas/openapi/intake.yaml', () => {
  it('describes what is accepted: its schemas compile and take a penalty, and refuse one without a number', () => {
    const { components } = openApiDocument() as { components: { schemas: Record<string, object> } };
    const ajv = new Ajv2020({ strict: false });
    const validate = ajv.compile({ $ref: '#/components/schemas/Event', components });
    expect(validate(penalty('1号'))).toBe(true);
    expect(validate(penalty('1号', { number: undefined }))).toBe(false);
    expect(validate(penalty('1号', { type: 'Rumour' }))).toBe(false);
  });

  it('is what the catalogue gives; else run: npm run build && node dist/apps/intake/src/http/write-openapi.js', async () => {
    expect(await readFile(openApiPath(), 'utf8')).toBe(openApiYaml());
  });
});
