import {
  brokenReleaseChain,
  chainReleaseStep,
  keyOf,
  TOPICS,
  type ReleaseStatement,
  type RuleSetReleaseStep,
} from '#libs/contracts';
import { createLogWriter, partitionOf, type TopicRecord } from '#libs/stream';
import { decodeAll, readAll } from './support/log.ts';
import type { Service } from './support/services.ts';
import { subscribe, type Subscriber } from './support/subscriber.ts';
import { BEARER, emptySystem, type System } from './support/system.ts';
import { until } from './support/until.ts';

const SUBJECT = { scheme: 'uscc', value: '91442000MA5123452K' };
const OTHER = { scheme: 'uscc', value: '91442000MA5123460E' };
const COMMON = { source: 'e2e', authority: '中山市市场监督管理局', subject: SUBJECT, synthetic: true };
const REGISTRATION = {
  ...COMMON,
  type: 'EnterpriseRegistered',
  number: SUBJECT.value,
  occurredAt: '2010-03-01',
  content: {
    name: '中山市演示软件有限公司',
    registeredAt: '2010-03-01',
    town: '442000118',
    industry: 'I6510',
    entityKind: 'ENTERPRISE',
    status: 'ACTIVE',
  },
};
const LISTING = {
  ...COMMON,
  type: 'AbnormalListed',
  number: '中市监列异〔2026〕4号',
  occurredAt: '2026-11-02',
  codeSystem: 'gsxt-abnormal-reason',
  content: { reasonCode: '4' },
};
const RETRACTION = {
  ...COMMON,
  type: 'FactStatusChanged',
  factType: 'abnormal.listing',
  register: 'STANDING',
  number: LISTING.number,
  occurredAt: '2026-11-03',
  content: { value: 'RETRACTED', reason: '更正' },
};

interface Receipt {
  readonly outcome: 'accepted' | 'duplicate' | 'rejected';
  readonly recordId: string;
  readonly factId: string;
  readonly faults?: readonly { readonly field: string; readonly rule: string }[];
}

interface Explanation {
  readonly name: string;
  readonly schemes: readonly {
    readonly score: number;
    readonly riskClass: string;
    readonly ruleSet: { readonly identity: string };
    readonly lines: readonly { readonly points: number }[];
  }[];
  readonly stored: readonly { readonly score: number; readonly riskClass: string; readonly ruleSet: string }[];
  readonly facts: readonly {
    readonly factId: string;
    readonly standings: readonly { readonly schemeId: string; readonly status: string }[];
  }[];
}

let system: System;
let intake: Service;
let console: Service;
let subscriber: Subscriber;

beforeAll(async () => {
  system = await emptySystem('pipeline');
  [intake, console] = await Promise.all([
    system.start('intake'),
    system.start('console'),
    system.start('scorer'),
    system.start('warehouse'),
  ]);
  subscriber = await subscribe(system.kafka, system.registry);
}, 120_000);
afterAll(async () => {
  await subscriber?.stop();
  await system?.close();
}, 60_000);

async function post(...events: object[]): Promise<{ status: number; receipts: Receipt[] }> {
  const response = await fetch(`${intake.url}/v1/events`, {
    method: 'POST',
    headers: { ...BEARER, 'content-type': 'application/json', 'x-correlation-id': 'e2e-request' },
    body: JSON.stringify(events),
  });
  const { results } = (await response.json()) as { results: Receipt[] };
  return { status: response.status, receipts: results };
}

/** What the console shows of the enterprise, once it shows this class. */
async function explained(riskClass: string): Promise<Explanation> {
  return until(`the console shows class ${riskClass}`, async () => {
    const response = await fetch(`${console.url}/api/enterprises/${SUBJECT.scheme}/${SUBJECT.value}`, {
      headers: BEARER,
    });
    if (!response.ok) return undefined;
    const explanation = (await response.json()) as Explanation;
    const [now, stored] = [explanation.schemes[0], explanation.stored[0]];
    return now?.riskClass === riskClass && stored?.riskClass === riskClass ? explanation : undefined;
  });
}

/** Why a fact counts or not in the general scheme, as the console says. */
function statusOf(factId: string, facts: Explanation['facts']): string | undefined {
  const fact = facts.find((one) => one.factId === factId);
  return fact?.standings.find(({ schemeId }) => schemeId === 'general')?.status;
}

async function currentClass(riskClass: string): Promise<Record<string, unknown>> {
  return until(`current_class has class ${riskClass}`, async () => {
    const [row] = await system.warehouse.query<Record<string, unknown>>(
      'SELECT * FROM current_class WHERE subject_value = {value:String}',
      { value: SUBJECT.value },
    );
    return row?.['risk_class'] === riskClass ? row : undefined;
  });
}

describe('an enterprise from the first event on', () => {
  let listing: Receipt;

  it('is first classified when its registration is accepted', async () => {
    const { status, receipts } = await post(REGISTRATION);
    expect(status).toBe(200);
    const [first] = await subscriber.changesOf(SUBJECT.value, 1);
    expect(first).toMatchObject({
      subject: SUBJECT,
      from: null,
      to: 'A',
      direction: 'FIRST',
      scoreBefore: null,
      causeRecordId: receipts[0]?.recordId,
    });
  });

  it('worsens with a listing: subscribers learn from what to what, why, by which rules and from which record', async () => {
    const { status, receipts } = await post(LISTING);
    expect(status).toBe(200);
    listing = receipts[0] as Receipt;
    const change = (await subscriber.changesOf(SUBJECT.value, 2))[1];
    expect(change).toMatchObject({
      schemeId: 'general',
      from: 'A',
      to: 'C',
      direction: 'WORSENED',
      scoreBefore: 0,
      scoreAfter: 100_000,
      ruleSet: 'general@2.0.0',
      cause: 'EVENT',
      causeRecordId: listing.recordId,
      correlationId: 'e2e-request',
      town: '442000118',
      industry: 'I6510',
      synthetic: true,
    });
    expect(change?.reasons).toContainEqual({
      indicator: 'R10',
      kind: 'INDICATOR',
      points: 100_000,
      factIds: [listing.factId],
    });
    const [{ partition, offset } = { partition: -1, offset: -1 }] = await recordsOf(listing.recordId);
    expect(change?.input).toEqual({ topic: TOPICS.events.name, partition, offset });
    expect(change?.sequence.offset).toBe(offset);
    expect(change?.changeId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('stands in ClickHouse with the same change, class and reasons', async () => {
    const change = (await subscriber.changesOf(SUBJECT.value, 2))[1];
    expect(await currentClass('C')).toMatchObject({ score: 100_000, rule_set: 'general@2.0.0', town: '442000118' });
    const rows = await system.warehouse.query<Record<string, unknown>>(
      `SELECT change_id, class_from, class_to, score_after, reasons.indicator AS indicators, sequence_offset
       FROM class_changes FINAL WHERE subject_value = {value:String} ORDER BY sequence_offset`,
      { value: SUBJECT.value },
    );
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual({
      change_id: change?.changeId,
      class_from: 'A',
      class_to: 'C',
      score_after: 100_000,
      indicators: change?.reasons.map(({ indicator }) => indicator),
      sequence_offset: change?.sequence.offset,
    });
  });

  it('is explained on the console with the same score, whose lines add up to it', async () => {
    const { name, schemes, stored, facts } = await explained('C');
    expect(name).toBe(REGISTRATION.content.name);
    const [scheme] = schemes;
    expect(scheme?.score).toBe(100_000);
    expect(stored[0]?.score).toBe(100_000);
    expect(scheme?.ruleSet.identity).toBe(stored[0]?.ruleSet);
    expect(scheme?.lines.reduce((sum, { points }) => sum + points, 0)).toBe(scheme?.score);
    expect(statusOf(listing.factId, facts)).toBe('COUNTS');
  });

  it('is as before when the listing is retracted, everywhere', async () => {
    expect((await post(RETRACTION)).status).toBe(200);
    const change = (await subscriber.changesOf(SUBJECT.value, 3))[2];
    expect(change).toMatchObject({ from: 'C', to: 'A', direction: 'IMPROVED', scoreBefore: 100_000, scoreAfter: 0 });
    expect(await currentClass('A')).toMatchObject({ score: 0 });
    const { facts } = await explained('A');
    expect(statusOf(listing.factId, facts)).toBe('RETRACTED');
  });

  it('does not change when the same events are sent again', async () => {
    const { status, receipts } = await post(REGISTRATION, LISTING, RETRACTION);
    expect(status).toBe(200);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate', 'duplicate']);
  });

  it('takes no harm from a wrong event in the same request', async () => {
    const wrong = { ...LISTING, subject: { scheme: 'uscc', value: '91442000MA5123452X' } };
    const { status, receipts } = await post(wrong, { ...REGISTRATION, subject: OTHER, number: OTHER.value });
    expect(status).toBe(207);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted']);
    expect(receipts[0]?.faults?.[0]).toMatchObject({
      field: 'subject',
      rule: expect.stringContaining('uscc.check-character'),
    });
    expect(await subscriber.changesOf(OTHER.value, 1)).toMatchObject([{ to: 'A' }]);
  });
});

describe('the release of a rule set', () => {
  const stated: ReleaseStatement = {
    ruleSetId: 'general',
    version: '1.0.0',
    schemeId: 'general',
    sha256: 'a'.repeat(64),
    step: 'CHECKED',
    by: 'a.li',
    at: Date.UTC(2026, 10, 2),
    note: '季度调整',
    activationId: null,
    previous: null,
    dryRun: null,
  };
  const checked = chainReleaseStep(stated, undefined);
  const dryRun = chainReleaseStep({ ...stated, step: 'DRY_RUN', dryRun: '{"moves":0}' }, checked);
  const { name: topic } = TOPICS.ruleSetReleases;

  it('stands step by step in ClickHouse, and what nobody can read in its dead letters', async () => {
    const encoded = [checked, dryRun].map((step) => system.registry.encode('risk.RuleSetReleaseStep', step));
    const writer = await createLogWriter(system.kafka);
    const poison = Buffer.from('approved by nobody');
    const key = 'general@1.0.0';
    await writer.send(
      topic,
      [...encoded, poison].map((value) => ({ key, value })),
    );
    await writer.close();
    const letters = await until('the dead letter has arrived', async () => {
      const records = await readAll(system.kafka, TOPICS.ruleSetReleasesWarehouseDeadLetters.name);
      return records.length > 0 ? records : undefined;
    });
    expect(letters.map(({ value }) => String(value))).toEqual([String(poison)]);
    const rows = await until('both steps are stored', async () => {
      const stored = await system.warehouse.query(
        `SELECT rule_set, step, done_by, note, dry_run, follows FROM rule_set_release_steps ORDER BY position`,
      );
      return stored.length >= 2 ? stored : undefined;
    });
    const row = { rule_set: key, done_by: 'a.li', note: '季度调整', follows: true };
    expect(rows).toEqual([
      { ...row, step: 'CHECKED', dry_run: null },
      { ...row, step: 'DRY_RUN', dry_run: '{"moves":0}' },
    ]);
  });

  it('is a chain as read from the topic', async () => {
    const records = await decodeAll(system.registry, (await readAll(system.kafka, topic)).slice(0, 2));
    expect(brokenReleaseChain(records.map(({ decoded }) => decoded as RuleSetReleaseStep))).toBeUndefined();
  });
});

describe('records that nobody can read', () => {
  const key = keyOf(SUBJECT);
  const partition = partitionOf(key, TOPICS.events.partitions);
  const poison: Buffer[] = [];

  beforeAll(async () => {
    const [good] = await readAll(system.kafka, TOPICS.events.name);
    const truncated = good?.value?.subarray(0, 9) ?? Buffer.alloc(0);
    const [change] = await readAll(system.kafka, TOPICS.classChanged.name);
    poison.push(
      Buffer.from('{"type":"AbnormalListed"}'),
      Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]),
      truncated,
      change?.value ?? Buffer.alloc(0),
    );
    const writer = await createLogWriter(system.kafka);
    await writer.send(
      TOPICS.events.name,
      poison.map((value, index) => ({ key, value, partition, headers: { origin: `poison-${index}` } })),
    );
    await writer.close();
  });

  it.each([TOPICS.eventsScorerDeadLetters.name, TOPICS.eventsWarehouseDeadLetters.name])(
    'are kept in %s, byte for byte, with place and reason',
    async (topic) => {
      const letters = await until('all have arrived', async () => {
        const records = await readAll(system.kafka, topic);
        return records.length >= poison.length ? records : undefined;
      });
      expect(letters.map(({ value }) => value?.toString('hex'))).toEqual(poison.map((value) => value.toString('hex')));
      expect(letters.map(({ key: kept }) => String(kept))).toEqual(poison.map(() => key));
      expect(letters.map((letter) => header(letter, 'origin'))).toEqual(poison.map((_, index) => `poison-${index}`));
      for (const letter of letters) {
        expect(header(letter, 'dlt-topic')).toBe(TOPICS.events.name);
        expect(header(letter, 'dlt-partition')).toBe(String(partition));
        expect(Number(header(letter, 'dlt-offset'))).toBeGreaterThan(0);
        expect(header(letter, 'dlt-reason').length).toBeGreaterThan(20);
      }
    },
  );

  it('stop nobody: the next event of the same enterprise is scored and stored', async () => {
    await post({ ...LISTING, number: '中市监列异〔2026〕5号', content: { reasonCode: '1' } });
    const changes = await subscriber.changesOf(SUBJECT.value, 4);
    expect(changes[3]).toMatchObject({ from: 'A', to: 'B', scoreAfter: 60_000 });
    expect(await currentClass('B')).toMatchObject({ score: 60_000 });
  });
});

const header = ({ headers }: TopicRecord, name: string): string => headers[name]?.toString('utf8') ?? '';

/** Where in the log a record with this id stands. */
async function recordsOf(recordId: string): Promise<{ partition: number; offset: number }[]> {
  return until('the record is stored', async () => {
    const rows = await system.warehouse.query<{ partition: number; offset: number }>(
      'SELECT log_partition AS partition, log_offset AS offset FROM facts FINAL WHERE record_id = {id:String}',
      { id: recordId },
    );
    return rows.length > 0 ? rows : undefined;
  });
}
