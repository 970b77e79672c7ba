import { cp, mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { keyOf, RECORD_SCHEMAS, TOPIC_LIST, TOPICS, toLogRecord, type LogRecord } from '#libs/contracts';
import { connectLog, type Log } from '#libs/event-log';
import { createLogger, createMetrics, packageRoot } from '#libs/service';
import {
  connectKafka,
  connectRegistry,
  createTopics,
  partitionOf,
  registerSchemas,
  topicOffsets,
  type AvroRegistry,
  type KafkaConnection,
} from '#libs/stream';
import { defaultOpening } from '../../apps/intake/src/default-opening.ts';
import { createDesk } from '../../apps/intake/src/desk.ts';
import { beginningOf, closeLoad, writeHistory } from '../../apps/intake/src/history/load-history.ts';
import { createHttpApp } from '../../apps/intake/src/http/app.module.ts';
import { emptyCounts, eventsOfFile, type FileImport } from '../../apps/intake/src/import/import-file.ts';
import { importLive } from '../../apps/intake/src/import/import-live.ts';
import { compileMapping } from '../../apps/intake/src/import/map-row.ts';
import { readMapping } from '../../apps/intake/src/import/mapping-file.ts';
import { pastRecords } from '../../apps/intake/src/import/past-records.ts';
import { createIntakeMetrics } from '../../apps/intake/src/metrics.ts';
import { followLoads, type OpenLoads } from '../../apps/intake/src/open-loads.ts';
import { testStack } from '../stack/connect.ts';
import { eventually } from './support/tally.ts';

const SECRET = 'a-secret-of-twenty-four-characters';
const PARTITIONS = TOPICS.events.partitions;
const CHICAGO = 'chicago-food-inspections.sample.csv.gz';

interface Stored {
  readonly partition: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly record: LogRecord;
}

/** With what each partition of a log begins. */
const OPENING = [...defaultOpening().ruleSets.map(() => 'RuleSetActivated'), 'CalendarActivated'];

describe('intake on a real log', () => {
  let kafka: KafkaConnection;
  let registry: AvroRegistry;
  let folder: string;
  let log: Log;
  let prefix: string;
  let tests = 0;

  beforeAll(async () => {
    const { kafkaBrokers, registryUrl } = testStack();
    kafka = connectKafka({ clientId: 'intake-spec', brokers: [kafkaBrokers] });
    await registerSchemas({ url: registryUrl }, RECORD_SCHEMAS);
    registry = await connectRegistry({ url: registryUrl }, RECORD_SCHEMAS);
    folder = await mkdtemp(join(tmpdir(), 'intake-spec-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    prefix = `intake-${process.pid}-${Date.now()}-${tests++}-`;
    const names: readonly string[] = [TOPICS.events.name, TOPICS.historyLoads.name];
    const topics = TOPIC_LIST.filter(({ name }) => names.includes(name)).map(({ name, partitions, config }) => ({
      topic: prefix + name,
      partitions,
      config,
    }));
    // A broker under load names a topic before it serves it.
    await eventually('the topics are served', async () => {
      try {
        await createTopics(kafka, topics);
        await Promise.all(topics.map(({ topic }) => topicOffsets(kafka, topic)));
        return true;
      } catch {
        return false;
      }
    });
    log = await connectLog(kafka, prefix);
  });
  afterEach(() => log.close());

  async function stored(): Promise<Stored[]> {
    const records: Stored[] = [];
    await log.read(TOPICS.events.name, async ({ partition, timestamp, key, value }) => {
      await registry.prepare([value]);
      const { fullName, value: decoded } = registry.decode(value);
      records.push({
        partition,
        timestamp,
        key: key?.toString('utf8') ?? null,
        record: toLogRecord(fullName, decoded),
      });
      return true;
    });
    return records;
  }
  const facts = (records: readonly Stored[]): Stored[] => records.filter(({ key }) => key !== null);

  async function fileOf(name: string, mapping: string, receivedAt = Date.now()): Promise<FileImport> {
    const path = join(folder, name);
    await cp(join(packageRoot(), 'test/fixtures', name), path);
    const mapper = compileMapping(await readMapping(mapping), { correlationId: 'intake-spec', receivedAt });
    return { path, mapper, counts: emptyCounts() };
  }

  async function importChicago(): Promise<number> {
    const file = await fileOf(CHICAGO, 'chicago-food-inspections');
    const target = { log, encoder: registry, opening: defaultOpening(), counts: file.counts, now: Date.now };
    return importLive(target, eventsOfFile(file));
  }

  it('writes an import behind the opening of the log, keyed by licence, at record time now', async () => {
    const began = Date.now();
    expect(await importChicago()).toBe(300);
    const records = await stored();
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const types = records.filter((record) => record.partition === partition).map(({ record }) => record.type);
      expect(types.slice(0, OPENING.length)).toEqual(OPENING);
    }
    expect(facts(records)).toHaveLength(300);
    for (const { key, partition, timestamp, record } of facts(records)) {
      expect(key).toBe('envelope' in record && keyOf(record.envelope.subject));
      expect(partition).toBe(partitionOf(key as string, PARTITIONS));
      expect(timestamp).toBeGreaterThanOrEqual(began);
    }
  });

  it('writes the same record ids when an import is repeated, and opens the log once', async () => {
    await importChicago();
    await importChicago();
    const records = await stored();
    const ids = facts(records).map(({ record }) => 'envelope' in record && record.envelope.recordId);
    expect(ids).toHaveLength(600);
    expect(new Set(ids).size).toBe(300);
    expect(records.filter(({ record }) => record.type === 'CalendarActivated')).toHaveLength(PARTITIONS);
  });

  it('loads the past as the past: record time of each source, in order, between brackets', async () => {
    const asOf = await beginningOf(log, registry, { loadId: 'past' }, Date.now());
    const files = [
      await fileOf(CHICAGO, 'chicago-food-inspections', asOf),
      await fileOf('double-publicity-penalties.csv', 'double-publicity-penalties', asOf),
    ];
    const events = pastRecords(files, { now: asOf, directory: folder });
    const summary = await writeHistory(log, registry, {
      loadId: 'past',
      events,
      opening: defaultOpening(),
      asOf,
    });
    expect(summary).toMatchObject({ written: 307, skipped: 0 });
    const records = await stored();
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const own = records.filter((record) => record.partition === partition);
      const opening = own.slice(0, OPENING.length + 1);
      expect(opening.map(({ record }) => record.type)).toEqual([...OPENING, 'HistoryLoadStarted']);
      expect(opening.every(({ timestamp }) => timestamp === summary.from)).toBe(true);
      expect(own.at(-1)?.record.type).toBe('HistoryLoadEnded');
      const times = own.map(({ timestamp }) => timestamp);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
    const chicago = facts(records).find(({ key }) => key === 'chicago-licence:82474');
    expect(chicago?.timestamp).toBe(Date.parse('2011-09-03T00:00:00+08:00'));
    await expect(beginningOf(log, registry, { loadId: 'again' }, Date.now())).rejects.toThrow(/already holds about/);
  });

  describe('over HTTP', () => {
    let app: INestApplication;
    let loads: OpenLoads;
    let url: string;

    beforeEach(async () => {
      loads = await followLoads(kafka, registry, { prefix });
      const desk = createDesk({
        log,
        encoder: registry,
        opening: defaultOpening(),
        logger: createLogger('intake', 'fatal'),
        metrics: createIntakeMetrics(createMetrics('intake')),
        limits: { maxBodyBytes: 1_048_576, maxEvents: 1_000, recentRecords: 1_000, writeTimeoutMs: 10_000 },
        closed: () => loads.closed(),
      });
      const tokens = [{ id: 'spec', secret: SECRET }];
      app = await createHttpApp({ desk, tokens, logger: createLogger('intake', 'fatal') });
      await app.listen(0, '127.0.0.1');
      url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}/v1/events`;
    });
    afterEach(async () => {
      await app.close();
      await loads.stop();
    });

    const post = (event: object): Promise<Response> =>
      fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
        body: JSON.stringify(event),
      });
    const complaint = (number: string): object => ({
      type: 'ComplaintAccepted',
      source: '12315',
      authority: '中山市市场监督管理局',
      number,
      subject: { scheme: 'uscc', value: '91442000MA5123452K' },
      occurredAt: '2026-01-10',
    });

    it('has the accepted event in the log, under the answered ids, when it answers', async () => {
      const response = await post(complaint('T-1'));
      expect(response.status).toBe(200);
      const { results } = (await response.json()) as { results: { recordId: string; factId: string }[] };
      const [written] = facts(await stored());
      expect(written).toMatchObject({
        key: 'uscc:91442000MA5123452K',
        record: { type: 'ComplaintAccepted', envelope: { recordId: results[0]?.recordId, factId: results[0]?.factId } },
      });
    });

    it('answers 503 while a load of the past is open, and takes events again when it is closed', async () => {
      const file = await fileOf(CHICAGO, 'chicago-food-inspections');
      const past = pastRecords([file], { now: Date.now(), directory: folder });
      const broken = async function* (): typeof past {
        let count = 0;
        for await (const record of past) {
          if (count++ === 100) throw new Error('broken off');
          yield record;
        }
        return undefined;
      };
      const load = { loadId: 'broken', events: broken(), opening: defaultOpening() };
      await expect(writeHistory(log, registry, load)).rejects.toThrow('broken off');
      await eventually('intake knows of the load', async () => (await post(complaint('T-2'))).status === 503);
      expect(await (await post(complaint('T-2'))).json()).toMatchObject({ historyLoad: 'broken' });
      expect(await closeLoad(log, registry, 'broken', Date.now())).toBe(true);
      await eventually('intake takes events', async () => (await post(complaint('T-2'))).status === 200);
    });
  });
});
