import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  keyOf,
  RECORD_SCHEMAS,
  TOPICS,
  type ClassChanged,
  type EnterpriseEvent,
  type PositionUpdated,
  type RuleSetActivated,
} from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { connectKafka, connectRegistry, createLogWriter, createTopics, registerSchemas } from '#libs/stream';
import { connectWarehouse, type Warehouse } from '#libs/warehouse-client';
import { ENTERPRISE, EVENTS } from '../../apps/console/testing/enterprise-facts.ts';
import type { ChangeView } from '../../apps/console/src/reads/views.ts';
import { classChangeRow, eventRow, positionRow, type TableRow } from '../../apps/warehouse/src/rows.ts';
import { applyMigrations } from '../../deploy/clickhouse/apply-migrations.ts';
import { testStack } from '../stack/connect.ts';

const OVERRIDE_ID = 'd'.repeat(32);
const SECRET = 'component-test-secret-00000001';
const BEARER = { authorization: `Bearer ${SECRET}` };
const AS_OF = Date.UTC(2026, 0, 9, 16);
const database = `risk_console_${process.pid}`;
const stack = testStack();

const change: ClassChanged = {
  changeId: `console-${process.pid}`.padEnd(32, '0'),
  subject: ENTERPRISE,
  schemeId: 'general',
  from: 'A',
  to: 'C',
  direction: 'WORSENED',
  scoreBefore: 20_000,
  scoreAfter: 153_000,
  reasons: [{ indicator: 'R03', factIds: ['0'.repeat(32)], points: 90_000, kind: 'INDICATOR' }],
  ruleSet: 'general@1.0.0',
  cause: 'EVENT',
  causeRecordId: null,
  effectiveAt: AS_OF,
  input: { topic: TOPICS.events.name, partition: 0, offset: 1 },
  sequence: { offset: 1, ordinal: 0 },
  town: '442000118',
  industry: 'C1421',
  synthetic: true,
  correlationId: null,
  computedClass: 'D',
  overrideFactId: OVERRIDE_ID,
};

const position: PositionUpdated = {
  subject: ENTERPRISE,
  schemes: [
    {
      schemeId: 'general',
      score: 153_000,
      riskClass: 'C',
      groups: { REG: 133_000 },
      ruleSet: 'general@1.0.0',
      computedClass: null,
      overrideFactId: null,
    },
  ],
  ruleSet: 'general@1.0.0',
  evidenceLevel: 'NORMAL',
  town: '442000118',
  industry: 'C1421',
  registeredAt: null,
  status: 'ACTIVE',
  asOf: AS_OF,
  nextReviewAt: null,
  sequence: { offset: 1, ordinal: 0 },
  synthetic: true,
};

/** Activated before the facts came, and after the third of them. */
const activation = (id: string, version: string, at: number): RuleSetActivated => ({
  type: 'RuleSetActivated',
  recordId: 'a'.repeat(32),
  at,
  ruleSetId: id,
  version,
  sha256: 'b'.repeat(64),
  activationId: `${id}@${version}`,
  retired: false,
});
const ACTIVATED_LATER = AS_OF + 500;

let admin: Warehouse;
let service: ChildProcess;
let log = '';
let base: string;
let health: string;

beforeAll(async () => {
  admin = warehouseAs('migrator');
  await applyMigrations({
    url: stack.clickhouseUrl,
    user: 'migrator',
    password: stack.clickhousePasswords.migrator,
    database,
    folder: join(packageRoot(), 'deploy/clickhouse/migrations'),
  });
  await storeRows();
  await registerSchemas({ url: stack.registryUrl }, RECORD_SCHEMAS);
  const { name, partitions, config } = TOPICS.classChanged;
  await createTopics(connectKafka({ clientId: 'console-spec', brokers: [stack.kafkaBrokers] }), [
    { topic: name, partitions, config },
  ]);
  await startConsole();
}, 90_000);

afterAll(async () => {
  service.kill('SIGTERM');
  const [code] = service.exitCode === null ? ((await once(service, 'exit')) as [number | null]) : [service.exitCode];
  await admin.command(`DROP DATABASE IF EXISTS ${database}`);
  await admin.close();
  if (code !== 0) throw new Error(`the console did not stop in order (exit ${code}):\n${log}`);
}, 30_000);

function warehouseAs(user: 'migrator' | 'warehouse'): Warehouse {
  return connectWarehouse({ url: stack.clickhouseUrl, user, password: stack.clickhousePasswords[user], database });
}

async function storeRows(): Promise<void> {
  const writer = warehouseAs('warehouse');
  const context = (offset: number, appliedAt = AS_OF + offset, key?: string) => ({
    ...{ key, partition: 0, offset, recordTime: AS_OF, appliedAt },
  });
  const facts = EVENTS.map((event: EnterpriseEvent, offset) =>
    eventRow(`enterprise.events.${event.type}`, event, context(offset, AS_OF + offset, keyOf(event.envelope.subject))),
  );
  const activated = [
    eventRow(
      'enterprise.events.RuleSetActivated',
      activation('general', '1.0.0', AS_OF - 1000),
      context(100, AS_OF - 1000),
    ),
    ...['general@2.0.0', 'food-production@1.0.0'].map((identity, place) => {
      const [id = '', version = ''] = identity.split('@');
      const record = activation(id, version, ACTIVATED_LATER);
      return eventRow('enterprise.events.RuleSetActivated', record, context(101 + place, ACTIVATED_LATER));
    }),
  ];
  const results = [
    positionRow('risk.PositionUpdated', position, context(1)),
    classChangeRow('risk.ClassChanged', { ...change, changeId: 'earlier' }, context(1)),
  ];
  for (const row of [...facts, ...activated, ...results] as TableRow[]) await writer.insertRows(row.table, [row.row]);
  await writer.close();
}

async function startConsole(): Promise<void> {
  const [port, healthPort] = [await freePort(), await freePort()];
  base = `http://127.0.0.1:${port}`;
  health = `http://127.0.0.1:${healthPort}`;
  service = spawn(process.execPath, ['--enable-source-maps', join(packageRoot(), 'dist/apps/console/src/main.js')], {
    env: {
      PATH: process.env['PATH'],
      KAFKA_BROKERS: stack.kafkaBrokers,
      SCHEMA_REGISTRY_URL: stack.registryUrl,
      CLICKHOUSE_URL: stack.clickhouseUrl,
      CLICKHOUSE_USER: 'console',
      CLICKHOUSE_PASSWORD: stack.clickhousePasswords.console,
      CLICKHOUSE_DATABASE: database,
      RISK_API_TOKENS: `tester:${SECRET}`,
      HTTP_PORT: String(port),
      HEALTH_PORT: String(healthPort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [service.stdout, service.stderr]) stream?.on('data', (text: Buffer) => (log += text.toString()));
  await until('the console is ready', async () => (await fetch(`${health}/ready`).catch(() => undefined))?.ok === true);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline || service.exitCode !== null) throw new Error(`not in time: ${what}\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function read<T>(path: string): Promise<T> {
  const response = await fetch(base + path, { headers: BEARER });
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}\n${log}`);
  return (await response.json()) as T;
}

const auditedBy = (via: string) =>
  admin.query<{ token_id: string; subject_value: string; scheme_id: string; recent: number }>(
    `SELECT token_id, subject_value, scheme_id, toUInt8(at > now64(3) - INTERVAL 5 MINUTE) AS recent
     FROM read_audit WHERE via = {via:String}`,
    { via },
  );
const READ = { token_id: 'tester', subject_value: ENTERPRISE.value, scheme_id: 'general', recent: 1 };

describe('the console on the real stack', () => {
  it.each([
    '/api/distribution',
    '/api/changes',
    '/api/enterprises?query=9144',
    `/api/enterprises/uscc/${ENTERPRISE.value}`,
    '/api/feed',
    '/openapi.json',
    '/session',
  ])('answers nobody unknown on %s', async (path) => {
    expect((await fetch(base + path)).status).toBe(401);
    expect((await fetch(base + path, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  });

  it('explains a score from the facts in ClickHouse, equal to the stored one, and leaves a record of the read', async () => {
    const asOf = encodeURIComponent(new Date(AS_OF).toISOString());
    const explanation = await read<Record<string, unknown>>(`/api/enterprises/uscc/${ENTERPRISE.value}?asOf=${asOf}`);
    expect(explanation).toMatchObject({
      name: '中山市味真食品有限公司',
      town: { code: '442000118', label: { zh: '小榄镇' } },
      schemes: [
        {
          schemeId: 'general',
          score: 153_000,
          riskClass: 'C',
          ruleSet: { identity: 'general@1.0.0', origin: 'STORED' },
        },
        { schemeId: 'food-production', ruleSet: { identity: 'food-production@1.0.0', origin: 'ACTIVE' } },
      ],
      stored: [{ schemeId: 'general', score: 153_000, riskClass: 'C', ruleSet: 'general@1.0.0', computedClass: null }],
    });
    expect(explanation['facts']).toHaveLength(6);
    expect(await auditedBy('enterprise')).toEqual([
      { ...READ, scheme_id: 'general' },
      { ...READ, scheme_id: 'food-production' },
    ]);
  });

  it.each([
    [AS_OF + 100, [['general@1.0.0', AS_OF - 1000]]],
    [
      ACTIVATED_LATER,
      [
        ['general@2.0.0', ACTIVATED_LATER],
        ['food-production@1.0.0', ACTIVATED_LATER],
      ],
    ],
  ] as const)('explains a past moment by the rule sets active at it: %d', async (knownAt, expected) => {
    const moment = encodeURIComponent(new Date(knownAt).toISOString());
    const { schemes } = await read<{ schemes: { ruleSet: { identity: string; activatedAt: string } }[] }>(
      `/api/enterprises/uscc/${ENTERPRISE.value}?asOf=${moment}&knownAt=${moment}`,
    );
    expect(schemes.map(({ ruleSet: { identity, activatedAt } }) => [identity, Date.parse(activatedAt)])).toEqual(
      expected,
    );
  });

  it('uses only what was known at the moment asked for', async () => {
    const known = encodeURIComponent(new Date(AS_OF + 1).toISOString());
    const explanation = await read<{ facts: { factType: string }[] }>(
      `/api/enterprises/uscc/${ENTERPRISE.value}?knownAt=${known}`,
    );
    expect(explanation.facts.map(({ factType }) => factType)).toEqual(['licence.grant', 'enterprise.registration']);
  });

  it.each(['91442000MA', '91442000ma', '味真食品', '中山市味真'])(
    'finds an enterprise by "%s", on record',
    async (query) => {
      const before = (await auditedBy('search')).length;
      const { enterprises } = await read<{ enterprises: unknown[] }>(
        `/api/enterprises?query=${encodeURIComponent(query)}`,
      );
      expect(enterprises).toMatchObject([{ subject: ENTERPRISE, classes: [{ riskClass: 'C' }] }]);
      expect((await auditedBy('search')).slice(before)).toEqual([READ]);
    },
  );

  it('counts the classes by town and industry', async () => {
    const { schemes } = await read<{ schemes: unknown[] }>('/api/distribution');
    const counts = { A: 0, B: 0, C: 1, D: 0 };
    expect(schemes).toEqual([
      {
        schemeId: 'general',
        schemeLabel: { zh: '通用型企业信用风险分类', en: expect.any(String) as string },
        overall: counts,
        byTown: [{ code: '442000118', label: { zh: '小榄镇', en: 'Xiaolan' }, counts }],
        byIndustry: [{ code: 'C', label: { zh: '制造业', en: 'Manufacturing' }, counts }],
      },
    ]);
  });

  it('delivers a class change that was written to Kafka, named and on record', async () => {
    const abort = new AbortController();
    const response = await fetch(`${base}/api/feed`, { headers: BEARER, signal: abort.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const connection = connectKafka({ clientId: 'console-spec', brokers: [stack.kafkaBrokers] });
    const registry = await connectRegistry({ url: stack.registryUrl }, RECORD_SCHEMAS, ['risk.ClassChanged']);
    const writer = await createLogWriter(connection);
    const key = `${ENTERPRISE.scheme}:${ENTERPRISE.value}`;
    const written = Date.now();
    await writer.send(TOPICS.classChanged.name, [{ key, value: registry.encode('risk.ClassChanged', change) }]);
    let text = '';
    while (!text.includes(`id: ${change.changeId}`) || !text.endsWith('\n\n')) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done) throw new Error(`the feed ended\n${log}`);
      text += value;
    }
    expect(Date.now() - written).toBeLessThan(5_000);
    expect(text).toContain('"name":"中山市味真食品有限公司"');
    expect(text).toContain('"label":{"zh":"行政处罚-严重"');
    expect(await auditedBy('feed')).toEqual([READ]);
    abort.abort();
    await writer.close();
  });

  it('lists the change from the log before the warehouse has it, with those that it has', async () => {
    const { changes } = await read<{
      changes: Pick<ChangeView, 'changeId' | 'name' | 'computedClass' | 'overrideFactId'>[];
    }>('/api/changes?limit=10');
    for (const { computedClass, overrideFactId } of changes) {
      expect([computedClass, overrideFactId]).toEqual(['D', OVERRIDE_ID]);
    }
    expect(changes.map(({ changeId }) => changeId).sort()).toEqual([change.changeId, 'earlier'].sort());
    expect(changes.map(({ name }) => name)).toEqual(Array(2).fill('中山市味真食品有限公司'));
    expect(await auditedBy('recent')).toEqual([READ, READ]);
  });

  it('refuses a read that cannot be put on record', async () => {
    await admin.command('RENAME TABLE read_audit TO read_audit_away');
    try {
      const response = await fetch(`${base}/api/enterprises/uscc/${ENTERPRISE.value}`, { headers: BEARER });
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ error: { code: 'read_not_recorded' } });
    } finally {
      await admin.command('RENAME TABLE read_audit_away TO read_audit');
    }
  });
});
