import { join } from 'node:path';
import { fullNameOf, keyOf, RECORD_SCHEMAS, TOPICS, type EnterpriseEvent } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import {
  connectKafka,
  connectRegistry,
  createLogWriter,
  createTopics,
  readTopic,
  registerSchemas,
  runSink,
  type AvroRegistry,
  type LogWriter,
  type OutgoingMessage,
  type Sink,
  type TopicRecord,
} from '#libs/stream';
import { connectWarehouse, type Warehouse } from '#libs/warehouse-client';
import { GroupCommit } from '../../apps/warehouse/src/group-commit.ts';
import { createPrepare } from '../../apps/warehouse/src/prepare.ts';
import { eventRow } from '../../apps/warehouse/src/rows.ts';
import { PENALTY, PENALTY_REMOVED, REGISTERED, RENAMED } from '../../apps/warehouse/src/sample-records.fixture.ts';
import { createStoreBatch } from '../../apps/warehouse/src/store-batch.ts';
import { createTableWriter } from '../../apps/warehouse/src/table-writer.ts';
import { applyMigrations } from '../../deploy/clickhouse/apply-migrations.ts';
import { testStack } from '../stack/connect.ts';
import { eventually } from './support/tally.ts';

const stack = testStack();
const unique = `${process.pid}_${Date.now()}`;
const database = `risk_sink_${unique}`;
const topic = `warehouse-sink-${unique}`;
const groupId = `warehouse-sink-${unique}`;
const T0 = Date.UTC(2026, 5, 1);

describe('the warehouse on the log', () => {
  const connection = connectKafka({ clientId: 'warehouse-sink-test', brokers: [stack.kafkaBrokers] });
  let registry: AvroRegistry;
  let log: LogWriter;
  let warehouse: Warehouse;
  const crashes: Error[] = [];

  const record = (event: EnterpriseEvent, timestamp: number): OutgoingMessage => ({
    key: keyOf(event.envelope.subject),
    value: registry.encode(fullNameOf(event), event),
    timestamp,
  });
  const tick = (at: number): OutgoingMessage => ({
    key: null,
    partition: 0,
    value: registry.encode('enterprise.events.ClockTick', { recordId: 'f'.repeat(32), at }),
    timestamp: at,
  });

  /** The path of the service over this test's topic; `insert` stands for ClickHouse. */
  function start(insert: Pick<Warehouse, 'insertRows'>): Promise<Sink> {
    const writer = createTableWriter(insert, () => undefined, { initialDelayMs: 10, maxDelayMs: 50 });
    const groups = new GroupCommit({
      write: (table, rows, signal) => writer.write(table, rows, signal),
      flushEveryMs: 0,
      flushRows: 1_000,
      maxRows: 1_000,
    });
    const prepare = createPrepare(registry, () => undefined);
    const store = createStoreBatch({
      registry,
      prepare: (values) => prepare.values(values),
      deadLetters: log,
      groups,
      appVersion: 'test',
    });
    return runSink(connection, {
      groupId,
      topics: [topic],
      sessionTimeoutMs: 6_000,
      handle: (batch) => store(batch, eventRow),
      onCrash: (error) => crashes.push(error),
    });
  }

  const applied = () =>
    warehouse.query<{ offset: number; applied: number }>(
      'SELECT log_offset AS offset, toUnixTimestamp64Milli(applied_at) AS applied FROM facts FINAL ORDER BY log_offset',
    );

  beforeAll(async () => {
    const clickhouse = {
      url: stack.clickhouseUrl,
      user: 'migrator',
      password: stack.clickhousePasswords.migrator,
      database,
    };
    await applyMigrations({ ...clickhouse, folder: join(packageRoot(), 'deploy/clickhouse/migrations') });
    warehouse = connectWarehouse(clickhouse);
    await createTopics(connection, [
      { topic, partitions: 1 },
      { topic: `${topic}.warehouse.dlt`, partitions: 1 },
    ]);
    const schemas = RECORD_SCHEMAS.filter((schema) => schema.topic === TOPICS.events.name);
    await registerSchemas({ url: stack.registryUrl }, schemas);
    registry = await connectRegistry({ url: stack.registryUrl }, schemas);
    log = await createLogWriter(connection);
  }, 60_000);
  afterAll(async () => {
    await log.close();
    await warehouse.command(`DROP DATABASE IF EXISTS ${database}`);
    await warehouse.close();
  });

  it('keeps rows, stream time and dead letters over a restart, and repeats what was not committed into the same rows', async () => {
    // 1. A tick moves time before the first fact; a poison record stands between.
    await log.send(topic, [
      tick(T0 + 50_000),
      record(REGISTERED, T0),
      { key: 'x', value: Buffer.from('poison'), timestamp: T0 },
    ]);
    const first = await start(warehouse);
    await eventually('the first row', async () => (await applied()).length === 1);
    await first.stop();

    // 2. ClickHouse takes the rows, but the answer is lost and the process ends before its commit.
    await log.send(topic, [record(PENALTY, T0 + 1_000), record(PENALTY_REMOVED, T0 + 90_000)]);
    const second = await start({
      async insertRows(table, rows) {
        await warehouse.insertRows(table, rows);
        throw new TypeError('the process ends here');
      },
    });
    await eventually('the crash', () => crashes.length > 0);
    await second.stop();
    expect(crashes.splice(0).map(({ message }) => message)).toContain('the process ends here');

    // 3. The next start repeats them and goes on.
    const third = await start(warehouse);
    await log.send(topic, [record(RENAMED, T0 + 2_000)]);
    await eventually('the last row', async () => (await applied()).length === 4);
    await third.stop();

    expect(await applied()).toEqual([
      { offset: 1, applied: T0 + 50_000 },
      { offset: 3, applied: T0 + 50_000 },
      { offset: 4, applied: T0 + 90_000 },
      { offset: 5, applied: T0 + 90_000 },
    ]);
    const dead: TopicRecord[] = [];
    await (
      await readTopic(connection, {
        topics: [`${topic}.warehouse.dlt`],
        from: 'beginning',
        untilEnd: true,
        onRecord: (each) => void dead.push(each),
      })
    ).done;
    expect(dead.map(({ value, headers }) => [value?.toString(), headers['dlt-offset']?.toString()])).toEqual([
      ['poison', '2'],
    ]);
  }, 60_000);

  it('waits for a ClickHouse that is away, and then has every row', async () => {
    let away = true;
    let tries = 0;
    const sink = await start({
      async insertRows(table, rows) {
        tries++;
        if (away) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
        await warehouse.insertRows(table, rows);
      },
    });
    await log.send(topic, [record(RENAMED, T0 + 100_000)]);
    await eventually('three tries', () => tries >= 3);
    expect((await applied()).length).toBe(4);
    away = false;
    await eventually('the row', async () => (await applied()).length === 5);
    await sink.stop();
    expect(crashes.splice(0)).toEqual([]);
  }, 60_000);
});
