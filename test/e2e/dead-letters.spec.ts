import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fullNameOf, keyOf, normaliseEvent, TOPICS, type ClassChanged, type EnterpriseEvent } from '#libs/contracts';
import { createLogWriter, partitionOf, type OutgoingMessage, type TopicRecord } from '#libs/stream';
import { testStack } from '../stack/connect.ts';
import { decodeAll, readAll } from './support/log.ts';
import type { ProgramResult } from './support/programs.ts';
import { proxyOf, type RegistryProxy } from './support/registry-proxy.ts';
import type { Service } from './support/services.ts';
import { BEARER, emptySystem, type System } from './support/system.ts';
import { until } from './support/until.ts';

const SUBJECT = { scheme: 'uscc', value: '91442000MA5123452K' };
const OTHER = { scheme: 'uscc', value: '91442000MA5123460E' };
const KEY = keyOf(SUBJECT);
const NOBODY = 'uscc:nobody';
const PARTITION = partitionOf(KEY, TOPICS.events.partitions);
const EVENTS = TOPICS.events.name;
const SCORERS = TOPICS.eventsScorerDeadLetters.name;
const WAREHOUSES = TOPICS.eventsWarehouseDeadLetters.name;
const UNKNOWN_ID = 0x7f_ff_ff_00;

const eventOf = (json: object): EnterpriseEvent => {
  const result = normaliseEvent(
    { source: 'e2e', authority: '中山市市场监督管理局', subject: SUBJECT, synthetic: true, ...json },
    { receivedAt: Date.now(), correlationId: 'dead-letters' },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.event;
};
const listing = (number: string, subject = SUBJECT): EnterpriseEvent =>
  eventOf({
    subject,
    type: 'AbnormalListed',
    number,
    occurredAt: '2026-11-02',
    codeSystem: 'gsxt-abnormal-reason',
    content: { reasonCode: '4' },
  });
const complaint = (number: string): EnterpriseEvent =>
  eventOf({ type: 'ComplaintAccepted', number, occurredAt: '2026-11-03', content: {} });

interface Poison {
  readonly what: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly reason: RegExp;
}

let system: System;
let proxy: RegistryProxy;
let scorer: Service;
let warehouse: Service;
let poison: readonly Poison[];
/** A good record of a schema that the registry denies to know until it is mended. */
let denied: Buffer;

beforeAll(async () => {
  system = await emptySystem('letters');
  proxy = await proxyOf(testStack().registryUrl);
  await register();
  denied = encoded(listing('被拒绝的列异', OTHER));
  proxy.deny(idOf(denied));
  [scorer, warehouse] = await startBoth();
  poison = [
    { what: 'bytes that are no Avro', key: KEY, value: Buffer.from('{"type":"x"}'), reason: /Confluent framing/ },
    ...Array.from({ length: 3 }, () => ({
      what: 'an unknown schema id',
      key: KEY,
      value: framed(UNKNOWN_ID, Buffer.from([1, 2, 3])),
      reason: /the registry knows no schema/,
    })),
    {
      what: 'a schema that the reader cannot resolve',
      key: KEY,
      value: framed(await registerUnresolvable(), Buffer.from([2, 65])),
      reason: /cannot be read as the enterprise\.events\.AnnualReportFiled known here/,
    },
    { what: 'a truncated record', key: KEY, value: encoded(complaint('截断')).subarray(0, 20), reason: /do not fit/ },
    { what: 'a record of 1 MB', key: KEY, value: Buffer.alloc(1_040_000, 7), reason: /Confluent framing/ },
    { what: 'a null value', key: KEY, value: null, reason: /the value is null/ },
    {
      what: 'a key that is not the payload’s',
      key: NOBODY,
      value: encoded(complaint('别人的键')),
      reason: /the key is not the subject/,
    },
    {
      what: 'a schema that the registry denies',
      key: keyOf(OTHER),
      value: denied,
      reason: /the registry knows no schema/,
    },
  ];
  await write(...poison.map(({ key, value }) => ({ key, value, partition: PARTITION })));
  await write({ key: KEY, value: encoded(complaint('好的')), partition: PARTITION });
}, 180_000);
afterAll(async () => {
  await system?.close();
  await proxy?.close();
}, 60_000);

/** The log's first writer activates the rule sets; the enterprise is in class A then. */
async function register(): Promise<void> {
  const intake = await system.start('intake');
  const registration = {
    type: 'EnterpriseRegistered',
    source: 'e2e',
    authority: '中山市市场监督管理局',
    subject: SUBJECT,
    synthetic: true,
    number: SUBJECT.value,
    occurredAt: '2010-03-01',
    content: { name: '死信公司', registeredAt: '2010-03-01', entityKind: 'ENTERPRISE', status: 'ACTIVE' },
  };
  const answer = await fetch(`${intake.url}/v1/events`, {
    method: 'POST',
    headers: { ...BEARER, 'content-type': 'application/json' },
    body: JSON.stringify([registration]),
  });
  expect(answer.status).toBe(200);
  await intake.stop();
}

function startBoth(): Promise<[Service, Service]> {
  const env = { SCHEMA_REGISTRY_URL: proxy.url };
  return Promise.all([system.start('scorer', { env }), system.start('warehouse', { env })]);
}

function encoded(event: EnterpriseEvent): Buffer {
  return system.registry.encode(fullNameOf(event), event);
}

function idOf(value: Buffer): number {
  return value.readInt32BE(1);
}

function framed(id: number, body: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return Buffer.concat([header, body]);
}

/** A schema that bears the name of a record of the log and has nothing else of it. */
async function registerUnresolvable(): Promise<number> {
  const schema = {
    type: 'record',
    namespace: 'enterprise.events',
    name: 'AnnualReportFiled',
    fields: [{ name: 'envelope', type: 'string' }],
  };
  const answer = await fetch(`${testStack().registryUrl}/subjects/e2e-unresolvable/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  return ((await answer.json()) as { id: number }).id;
}

async function write(...messages: OutgoingMessage[]): Promise<void> {
  const writer = await createLogWriter(system.kafka);
  await writer.send(EVENTS, messages);
  await writer.close();
}

async function changes(): Promise<ClassChanged[]> {
  const decoded = await decodeAll(system.registry, await readAll(system.kafka, TOPICS.classChanged.name));
  return decoded.map(({ decoded: value }) => value as ClassChanged);
}

async function storedFacts(): Promise<unknown[]> {
  const rows = await system.warehouse.queryCompact('SELECT fact_type FROM facts FINAL ORDER BY log_offset');
  return rows.map(([type]) => type);
}

async function lettersIn(topic: string, count: number): Promise<TopicRecord[]> {
  return until(`${count} letters in ${topic}`, async () => {
    const records = (await readAll(system.kafka, topic)).filter(({ headers }) => 'dlt-offset' in headers);
    return records.length >= count ? records : undefined;
  });
}

function command(...args: string[]): Promise<ProgramResult> {
  return system.run('deploy/dead-letters/main.js', args);
}

const header = ({ headers }: TopicRecord, name: string): string => headers[name]?.toString('utf8') ?? '';
const linesOf = ({ stdout }: ProgramResult): string[] => stdout.split('\n').filter((line) => line !== '');

describe('poison in the log', () => {
  it.each([
    ['the scorer', SCORERS],
    ['the warehouse', WAREHOUSES],
  ])('becomes dead letters of %s, byte for byte, each with its reason', async (_who, topic) => {
    const letters = await lettersIn(topic, poison.length);
    expect(letters).toHaveLength(poison.length);
    letters.forEach((letter, place) => {
      const { what, key, value, reason } = poison[place] as Poison;
      expect([what, header(letter, 'dlt-reason')]).toEqual([what, expect.stringMatching(reason)]);
      expect(letter.key?.toString('utf8') ?? null).toBe(key);
      expect(letter.value === null ? value === null : letter.value.equals(value ?? Buffer.alloc(0))).toBe(true);
    });
  });

  it('stops nobody: the good record behind it is scored and stored', async () => {
    await until('the enterprise is classified', async () => (await changes()).length === 1);
    await system.caughtUp(scorer, 'scorer', EVENTS);
    await system.caughtUp(warehouse, 'warehouse', EVENTS);
    expect(await storedFacts()).toEqual(['enterprise.registration', 'complaint.accepted']);
  });

  it('costs the registry one look-up for an id that it does not know, for each process', () => {
    expect(proxy.lookUps.get(UNKNOWN_ID)).toBe(2);
    expect(proxy.lookUps.get(idOf(denied))).toBe(2);
  });
});

describe('npm run dead-letters', () => {
  it('lists letters with topic, place, state, key and reason, and filters them', async () => {
    const all = await command('list', '--group', 'scorer');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf(all)).toHaveLength(poison.length);
    expect(linesOf(all)[0]).toMatch(
      new RegExp(`^${SCORERS} ${PARTITION}/\\d+  \\S+Z  waiting   from ${PARTITION}/\\d+  ${KEY}  .*Confluent framing`),
    );
    const one = await command('list', '--json', '--topic', SCORERS, '--reason', 'NOT THE SUBJECT');
    expect(linesOf(one).map((line) => JSON.parse(line))).toMatchObject([
      { topic: SCORERS, group: 'scorer', key: NOBODY, source: { topic: EVENTS, partition: PARTITION } },
    ]);
    expect(await command('list', '--key', 'uscc:another')).toMatchObject({ code: 3, stdout: '' });
  });

  it('shows headers and bytes, and what this version makes of them now', async () => {
    const { code, stdout } = await command('show', '--topic', WAREHOUSES, '--reason', 'Confluent framing');
    expect(code).toBe(0);
    expect(stdout).toContain('header    dlt-app-version=');
    expect(stdout).toContain('{"type":"x"}');
    expect(stdout).toContain('read now  not: the value does not start with the Confluent framing');
    expect(stdout).toContain('1040000 bytes');
  });

  it.each([[['replay']], [['drop']], [['drop', '--offset', 'x']], [['list', '--topic', 'nothing']], [['burn']]])(
    'refuses %j with the way to say it',
    async (args) => {
      const { code, stderr } = await command(...args);
      expect(code).toBe(2);
      expect(stderr.length).toBeGreaterThan(20);
    },
  );

  it('says what it would do and does nothing on a dry run', async () => {
    const before = (await readAll(system.kafka, EVENTS)).length;
    const replayed = await command('replay', '--group', 'scorer', '--key', keyOf(OTHER), '--dry-run');
    expect(replayed).toMatchObject({ code: 0, stdout: expect.stringContaining('1 would be replayed, 0 refused') });
    const dropped = await command('drop', '--everything', '--dry-run');
    expect(dropped).toMatchObject({ code: 0, stdout: expect.stringContaining('would be dropped') });
    expect((await readAll(system.kafka, EVENTS)).length).toBe(before);
    expect(linesOf(await command('list', '--group', 'scorer'))).toHaveLength(poison.length);
  });

  it('replays the original bytes once the cause is mended, and then the record counts everywhere', async () => {
    proxy.allowAll();
    // An id that was unknown once is remembered for the life of a process.
    await Promise.all([scorer.stop(), warehouse.stop()]);
    [scorer, warehouse] = await startBoth();
    const select = ['--key', keyOf(OTHER)];
    const { code, stdout } = await command('replay', '--group', 'scorer', ...select, '--note', 'registry restored');
    expect([code, linesOf({ stdout } as ProgramResult).at(-1)]).toEqual([0, '1 replayed, 0 refused']);
    const record = (await readAll(system.kafka, EVENTS)).find(({ headers }) => 'dlt-replay-of' in headers);
    expect(record).toMatchObject({ partition: PARTITION, value: denied });
    expect(record?.key?.toString('utf8')).toBe(keyOf(OTHER));
    const change = await until('its class changes', async () => (await changes())[1]);
    expect(change).toMatchObject({ from: null, to: 'C', input: { offset: record?.offset } });
    await system.caughtUp(warehouse, 'warehouse', EVENTS);
    expect(await storedFacts()).toContain('abnormal.listing');
  });

  it('refuses to replay a record twice, also when another group has a letter of it, unless told again', async () => {
    const select = ['--key', keyOf(OTHER)];
    const length = (await readAll(system.kafka, EVENTS)).length;
    const { code, stderr } = await command('replay', ...select);
    expect(code).toBe(4);
    expect(stderr).toMatch(/its record was replayed already;/);
    expect(stderr).toMatch(/its record was replayed already for scorer/);
    expect(await readAll(system.kafka, EVENTS)).toHaveLength(length);
    const again = await command('replay', '--group', 'scorer', ...select, '--again');
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('1 replayed') });
    await system.caughtUp(scorer, 'scorer', EVENTS);
    // The same record again: nothing changes.
    expect(await changes()).toHaveLength(2);
  });

  it('makes a letter again of what still cannot be read, which says whose replay it was', async () => {
    const select = ['--group', 'scorer', '--reason', 'the value is null'];
    const [first] = linesOf(await command('list', ...select, '--json')).map((line) => JSON.parse(line));
    expect(await command('replay', ...select)).toMatchObject({ code: 0 });
    const letters = await lettersIn(SCORERS, poison.length + 1);
    expect(header(letters.at(-1) as TopicRecord, 'dlt-replay-of')).toBe(`${SCORERS}/${PARTITION}/${first.offset}`);
  });

  it('drops by marking, and a rebuild from the beginning passes over every letter', async () => {
    const dropped = await command('drop', '--everything', '--note', 'looked at');
    expect(dropped.code).toBe(0);
    expect(await command('list')).toMatchObject({ code: 3 });
    const [shown] = linesOf(await command('list', '--state', 'dropped', '--json')).map((line) => JSON.parse(line));
    expect(shown).toMatchObject({ note: 'looked at' });
    await scorer.stop();
    await rm(join(system.folder, 'state', 'scorer'), { recursive: true });
    scorer = await system.start('scorer', { env: { SCHEMA_REGISTRY_URL: proxy.url } });
    await write({ key: KEY, value: encoded(listing('又一次')), partition: PARTITION });
    const change = await until('its class changes', async () => (await changes())[2]);
    expect(change).toMatchObject({ subject: SUBJECT, from: 'A', to: 'C' });
    expect(await lettersIn(SCORERS, poison.length + 1)).toHaveLength(poison.length + 1);
  });
});

describe('a bad deployment', () => {
  const POISON = Buffer.from('poison');
  const tick = (): Buffer =>
    system.registry.encode('enterprise.events.ClockTick', { recordId: '0'.repeat(32), at: Date.now() });

  beforeEach(async () => {
    for (const service of [scorer, warehouse]) if (service.isRunning()) await service.stop();
    await system.startOver([EVENTS, SCORERS, WAREHOUSES]);
    await rm(join(system.folder, 'state', 'scorer'), { recursive: true });
  }, 60_000);

  /** Starts both; each ends by itself, naming partition and limit, before one letter of that partition has left. */
  const bothStopWith = async (message: RegExp): Promise<void> => {
    const env = { SCHEMA_REGISTRY_URL: proxy.url };
    [scorer, warehouse] = await Promise.all([system.launch('scorer', { env }), system.launch('warehouse', { env })]);
    for (const service of [scorer, warehouse]) {
      await until(`${service.name} has stopped`, () => !service.isRunning(), { explain: () => service.lastLog() });
      const log = readFileSync(service.logFile, 'utf8');
      expect(log).toMatch(message);
      expect(log).toContain(`${EVENTS}/${PARTITION} `);
    }
    const letters = [...(await readAll(system.kafka, SCORERS)), ...(await readAll(system.kafka, WAREHOUSES))];
    expect(letters.filter(({ partition }) => partition === PARTITION)).toHaveLength(0);
  };

  it('stops at 100 poison messages in a row in one partition, and says so', async () => {
    const poison = (count: number, partition: number): OutgoingMessage[] =>
      Array.from({ length: count }, () => ({ key: KEY, value: POISON, partition }));
    // Ninety-nine in a row in another partition are no reason to stop: a limit is one partition's.
    await write(...poison(99, (PARTITION + 1) % TOPICS.events.partitions), ...poison(100, PARTITION));
    await bothStopWith(/100 records in a row could not be processed \(limit 100\)/);
  });

  it('stops when more than half of the last thousand are poison, and says so', async () => {
    // The last of the thousand is poison: the share is looked at when one cannot be processed.
    const messages = Array.from({ length: 1_000 }, (_, i) => ({
      key: null,
      value: i % 3 === 1 ? tick() : POISON,
      partition: PARTITION,
    }));
    await write(...messages);
    await bothStopWith(/of the last 1000 records could not be processed \(limit 50 %\)/);
  });
});
