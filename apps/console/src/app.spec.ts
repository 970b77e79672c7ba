import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { pino } from 'pino';
import { parse } from 'yaml';
import { packageRoot } from '#libs/service';
import { bareExplanation, changeOf, enterpriseOf, MemoryAudit, MemoryReads, NOON } from '../testing/fakes.ts';
import { createConsoleApp } from './app.module.ts';
import { createFeedHub, FEED_LIMITS, type FeedHub } from './feed/feed-hub.ts';
import { AuditedReads } from './reads/audited-reads.ts';

const SECRET = 'operator-secret-000000000001';
const BEARER = { authorization: `Bearer ${SECRET}` };
const DOCUMENT = parse(readFileSync(join(packageRoot(), 'schemas/openapi/console.yaml'), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: readonly unknown[] }>>>>;
};

let app: NestExpressApplication;
let hub: FeedHub;
let base: string;
let now: number;
let reads: MemoryReads;
let audit: MemoryAudit;

beforeEach(async () => {
  now = NOON;
  reads = new MemoryReads();
  audit = new MemoryAudit();
  const logger = pino({ level: 'silent' });
  const clock = () => now;
  hub = createFeedHub(
    { audit, namesOf: (subjects) => reads.namesOf(subjects), logger, now: clock },
    { ...FEED_LIMITS, flushMs: 1 },
  );
  app = await createConsoleApp({
    tokens: [{ id: 'operator', secret: SECRET }],
    reads: new AuditedReads({
      reads,
      audit,
      explain: bareExplanation,
      latestFromLog: (limit) => hub.latest(limit),
      now: clock,
    }),
    hub,
    logger,
    secureCookie: false,
    now: clock,
  });
  await app.listen(0, '127.0.0.1');
  base = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
});

afterEach(async () => {
  await hub.close();
  await app.close();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(base + path, { headers, redirect: 'manual' });

async function signIn(token: string): Promise<Response> {
  return fetch(`${base}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
}

describe('who may see what', () => {
  const guarded = Object.entries(DOCUMENT.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, operation]) => operation.security?.length !== 0)
      .map(([method]) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'uscc')] as const),
  );

  it.each([
    ...guarded,
    ['GET', '/api/none'],
    ['GET', '/api/../api/changes'],
    ['POST', '/'],
    ['GET', '/metrics'],
  ] as const)('answers nobody unknown on %s %s', async (method, path) => {
    const response = await fetch(base + path, { method });
    expect(response.status).toBe(401);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ error: { code: 'unauthorised', message: expect.any(String) } });
    expect(audit.rows).toEqual([]);
  });

  it.each(['operator', `operator:${SECRET}`, `${SECRET}1`, 'x'])('does not take "%s" for a token', async (token) => {
    expect((await get('/api/changes', { authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await signIn(token)).status).toBe(401);
  });

  it('gives the bare page to everyone, without data and with nothing from elsewhere or inline', async () => {
    const response = await get('/');
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(page).not.toMatch(/https?:\/\/|<script>|<style|style=|onclick=/);
    for (const file of ['/style.css', '/favicon.svg', '/js/main.js', '/js/texts.js']) {
      expect((await get(file)).status).toBe(200);
    }
    expect((await get('/js/')).status).toBe(401);
    expect((await get('/%2e%2e/package.json')).status).toBe(401);
  });

  it('turns a token into a cookie that scripts and other sites cannot use, and knows its viewer by it', async () => {
    const response = await signIn(SECRET);
    expect(await response.json()).toEqual({ viewer: 'operator' });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^risk_console=v1\./);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
    expect(cookie).not.toContain(SECRET);
    const session = { cookie: cookie.split(';')[0] as string };
    expect(await (await get('/session', session)).json()).toEqual({ viewer: 'operator' });
    now += 12 * 3600 * 1000;
    expect((await get('/session', session)).status).toBe(401);
  });

  it('slows down whoever guesses tokens, while a signed-in viewer goes on', async () => {
    const cookie = (await signIn(SECRET)).headers.get('set-cookie')?.split(';')[0] ?? '';
    for (let guess = 0; guess < 10; guess++) expect((await signIn(`guess-${guess}`)).status).toBe(401);
    const refused = await signIn(SECRET);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect((await get('/api/changes', { cookie })).status).toBe(200);
    now += 60_000;
    expect((await signIn(SECRET)).status).toBe(200);
  });

  it('refuses a body that is no JSON, too large, or not a token, without telling why in detail', async () => {
    const post = (body: string) =>
      fetch(`${base}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect((await post('{')).status).toBe(400);
    expect((await post(JSON.stringify({ token: 'x'.repeat(5000) }))).status).toBe(413);
    expect((await post('{"token":1}')).status).toBe(400);
    expect((await post('{"token":"x","more":1}')).status).toBe(400);
  });
});

describe('a read of a class', () => {
  it('is on record for each enterprise of a search', async () => {
    reads.enterprises = [enterpriseOf('9144A'), enterpriseOf('9144B'), enterpriseOf('9999')];
    const response = await get('/api/enterprises?query=9144', BEARER);
    const { enterprises } = (await response.json()) as { enterprises: unknown[] };
    expect(enterprises).toHaveLength(2);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(audit.rows).toEqual([
      {
        tokenId: 'operator',
        subject: { scheme: 'uscc', value: '9144A' },
        schemeId: 'general',
        via: 'search',
        at: NOON,
      },
      {
        tokenId: 'operator',
        subject: { scheme: 'uscc', value: '9144B' },
        schemeId: 'general',
        via: 'search',
        at: NOON,
      },
    ]);
  });

  it('is on record for the enterprise that is explained', async () => {
    reads.enterprises = [enterpriseOf('9144A')];
    expect((await get('/api/enterprises/uscc/9144A', BEARER)).status).toBe(200);
    expect(audit.rows.map(({ via, subject }) => [via, subject.value])).toEqual([['enterprise', '9144A']]);
  });

  it('is on record for each change listed, also those that only the log has yet', async () => {
    reads.changes = [changeOf(1)];
    hub.push(changeOf(2));
    hub.push(changeOf(1));
    const { changes } = (await (await get('/api/changes', BEARER)).json()) as {
      changes: { changeId: string; name: string }[];
    };
    expect(changes.map(({ changeId, name }) => [changeId, name])).toEqual([
      ['change-2', '企业enterprise-2'],
      ['change-1', '企业enterprise-1'],
    ]);
    expect(audit.rows.map(({ via }) => via)).toEqual(['recent', 'recent']);
  });

  it('is refused when it cannot be put on record', async () => {
    reads.enterprises = [enterpriseOf('9144A')];
    reads.changes = [changeOf(1)];
    audit.failing = true;
    for (const path of ['/api/enterprises?query=9144', '/api/enterprises/uscc/9144A', '/api/changes']) {
      const response = await get(path, BEARER);
      expect(response.status).toBe(503);
      expect(await response.text()).not.toMatch(/general|"B"|table/);
    }
  });

  it('is not needed for numbers that name no enterprise', async () => {
    expect((await get('/api/distribution', BEARER)).status).toBe(200);
    expect(audit.rows).toEqual([]);
  });

  it('of nobody known is 404, of a wrong request 400', async () => {
    expect((await get('/api/enterprises/uscc/none', BEARER)).status).toBe(404);
    for (const path of [
      '/api/enterprises',
      '/api/enterprises?query=%20',
      '/api/changes?limit=0',
      '/api/changes?limit=1000',
      '/api/enterprises/uscc/9144A?asOf=yesterday',
    ]) {
      expect([path, (await get(path, BEARER)).status]).toEqual([path, 400]);
    }
  });
});

describe('the feed route', () => {
  it('streams a change with its id, and lets go of a viewer that closes', async () => {
    const abort = new AbortController();
    const response = await fetch(`${base}/api/feed`, { headers: BEARER, signal: abort.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    hub.push(changeOf(1));
    while (!text.includes('class-changed')) text += (await reader?.read())?.value ?? '';
    expect(text).toMatch(/^retry: 3000\n\n: open\n\nid: change-1\nevent: class-changed\ndata: \{/);
    abort.abort();
    for (let tries = 0; hub.viewers() > 0 && tries < 200; tries++) await new Promise((done) => setTimeout(done, 5));
    expect(hub.viewers()).toBe(0);
  });
});

describe('the description of the interface', () => {
  it('is served to those signed in', async () => {
    const document = (await (await get('/openapi.json', BEARER)).json()) as typeof DOCUMENT;
    expect(Object.keys(document.paths)).toEqual(Object.keys(DOCUMENT.paths));
  });
});
