import { rmSync } from 'node:fs';
import { jest } from '@jest/globals';
import { TOPICS } from '#libs/contracts';
import { createLogWriter, createTopics, type LogWriter, type OutgoingMessage, type RenewalOptions } from '#libs/stream';
import { heartbeatsOf } from './support/heartbeats.ts';
import { brokenConnection, doubting, refused, type Step, type Truth } from './support/doubting.ts';
import { createTallyRig, eventually, GROUP, newestByKey, texts, type Tally, type TallyRig } from './support/tally.ts';

/** A group settles, restores and commits within seconds on an idle machine; a busy one must not fail for it. */
jest.setTimeout(90_000);

const T0 = Date.UTC(2026, 0, 10);
const KEYS = 50;
const MINUTE = 60_000;

const raw = (text: string, key: string | null = 'k', timestamp = T0): OutgoingMessage => ({
  key,
  value: Buffer.from(text),
  timestamp,
  partition: 0,
});
const adding = (count: number, prefix = 'k'): OutgoingMessage[] =>
  Array.from({ length: count }, (_, i) => raw('{"add":1}', `${prefix}${i % KEYS}`));

describe('a rule of the stream', () => {
  let rig: TallyRig;
  let writer: LogWriter;
  let events: string[];

  beforeEach(async () => {
    rig = await createTallyRig(1);
    writer = await createLogWriter(rig.connection);
    events = [];
  });
  afterEach(async () => {
    await writer.close();
    await rig.dispose();
  });

  const onEvent = (event: string): void => void events.push(event);
  const lost = (): number => events.filter((event) => event === 'transaction lost').length;
  const write = async (messages: readonly OutgoingMessage[]): Promise<void> => {
    for (let start = 0; start < messages.length; start += 5_000)
      await writer.send(rig.topics.input, messages.slice(start, start + 5_000));
  };
  const changesReach = (count: number): Promise<void> =>
    eventually(`${count} changes`, async () => (await rig.read(rig.topics.changes)).length >= count);
  const reviews = (): number => rig.reports.reduce((sum, each) => sum + each.reviews, 0);
  const repeated = (): number => events.filter((event) => event === 'transaction repeated').length;
  const inDoubt = (step: Step, truth: Truth, at: readonly number[], failure = brokenConnection) => {
    let seen = 0;
    return doubting(rig.connection, (each) => (each === step && at.includes(++seen) ? truth : undefined), failure);
  };

  it.each<[Step, Truth, string]>([
    ['send', 'done', 'is lost'],
    ['send', 'not done', 'is lost'],
    ['sendOffsets', 'done', 'is lost'],
    ['commit', 'done', 'is lost'],
    ['commit', 'not done', 'is lost'],
    ['send', 'not done', 'refuses it'],
    ['sendOffsets', 'done', 'refuses it'],
    ['commit', 'done', 'refuses it'],
    ['commit', 'not done', 'refuses it'],
  ])('applies each record once when the answer to a %s that was %s %s', async (step, truth, answer) => {
    await write(adding(200));
    const isRefused = answer === 'refuses it';
    const connection = inDoubt(step, truth, [2, 5], isRefused ? refused : brokenConnection);
    await rig.start('one', { connection, recordsPerChunk: 20, onEvent });
    await changesReach(200);
    const places = (texts(await rig.read(rig.topics.changes)) as { offset: number; count: number }[]).map(
      ({ offset, count }) => [offset, count],
    );
    expect(places).toEqual(Array.from({ length: 200 }, (_, i) => [i, 1 + Math.floor(i / KEYS)]));
    await eventually(
      'snapshots of the last states',
      async () =>
        [...newestByKey(await rig.read(rig.topics.snapshots)).values()].filter(
          (each) => (each as { count: number }).count === 4,
        ).length === KEYS,
    );
    // What is refused for good costs the memory of the partition; what may pass is asked for once more.
    expect([lost(), repeated()]).toEqual(isRefused ? [2, 0] : [0, 2]);
    expect(rig.crashes).toEqual([]);
  });

  it('publishes after a crash what was committed and not published, although nothing touches it again', async () => {
    // Under a backlog snapshots wait; the first chunk publishes its own at once.
    await write([...adding(100, 'first'), ...adding(400, 'dirty'), ...adding(9_500, 'later')]);
    let chunks = 0;
    const first = await rig.start('one', {
      recordsPerChunk: 100,
      async handle(chunk, replay) {
        await replay(chunk);
        if (++chunks === 8) throw new Error('killed');
      },
    });
    await eventually('it is dead', () => rig.crashes.length > 0);
    await first.stop();
    expect((await rig.read(rig.topics.changes)).length).toBe(700);
    const dirty = async (): Promise<unknown[]> =>
      [...newestByKey(await rig.read(rig.topics.snapshots))].filter(([key]) => key.startsWith('dirty'));
    expect(await dirty()).toEqual([]);
    await rig.start('one');
    await changesReach(10_000);
    await eventually('their snapshots', async () => (await dirty()).length === KEYS);
    for (const [, snapshot] of (await dirty()) as [string, { count: number }][]) expect(snapshot.count).toBe(8);
  });

  it('tells once, before anything new, what another engine version makes otherwise, whatever is lost in between', async () => {
    // More than one transaction's worth differs: an addition of 0 counts the same in any engine.
    const keys = 2_600;
    await write(Array.from({ length: keys }, (_, i) => raw(`{"add":${i % 2}}`, `key${i}`)));
    const first = await rig.start('one');
    await changesReach(keys);
    await eventually('all snapshots', async () => (await rig.read(rig.topics.snapshots)).length >= keys);
    await first.stop();
    const renewal: RenewalOptions<Tally> = {
      topic: rig.topics.snapshots,
      prepare: async () => undefined,
      outputsOf(key, published, { state: { sum } }, { offset, ordinal }) {
        const from = (JSON.parse(published.toString()) as Tally).sum;
        const value = Buffer.from(JSON.stringify({ why: 'model', from, sum, offset, ordinal }));
        return from === sum ? [] : [{ topic: rig.topics.changes, message: { key, value } }];
      },
    };
    const version2 = { engineVersion: '2', weight: 10, renewal, onEvent };
    let commits = 0;
    // The first part's answer is lost, then the second part itself.
    const connection = doubting(
      rig.connection,
      (step) => (step === 'commit' ? ([undefined, 'done', 'not done'] as const)[++commits] : undefined),
      refused,
    );
    const second = await rig.start('one', { ...version2, connection });
    await write([raw('{"add":1}', 'key1')]);
    await changesReach(keys + keys / 2 + 1);
    await second.stop();
    expect(lost()).toBe(2);
    await rig.start('one', version2);
    await write([raw('{"add":1}', 'key3')]);
    await changesReach(keys + keys / 2 + 2);
    const changes = await rig.read(rig.topics.changes);
    const told = changes.slice(keys, -2);
    expect(new Set(told.map(({ key }) => String(key))).size).toBe(keys / 2);
    expect(new Set(told.map(({ value }) => String(value)))).toEqual(
      new Set([`{"why":"model","from":1,"sum":10,"offset":${keys - 1},"ordinal":${2 ** 30}}`]),
    );
    const after = texts(changes.slice(-2)) as { why: string; sum: number; offset: number; ordinal: number }[];
    expect(after.map(({ why, sum, offset, ordinal }) => [why, sum, offset, ordinal])).toEqual([
      ['add', 20, keys, 0],
      ['add', 20, keys + 1, 0],
    ]);
    const sums = [...newestByKey(await rig.read(rig.topics.snapshots)).values()].map((each) => (each as Tally).sum);
    expect(sums.filter((sum) => sum === 10 || sum === 20)).toHaveLength(keys / 2);
    expect(rig.crashes).toEqual([]);
  });

  it('stops when the log begins after what a rebuild needs', async () => {
    const first = await rig.start('one');
    await write(adding(100));
    await changesReach(100);
    await first.stop();
    rmSync(rig.stateDirectory('one'), { recursive: true });
    const admin = rig.connection.kafka.admin();
    await admin.connect();
    await admin.fetchTopicOffsets(rig.topics.input);
    await admin.deleteTopicRecords({ topic: rig.topics.input, partitions: [{ partition: 0, offset: '40' }] });
    await admin.disconnect();
    await rig.start('one');
    await eventually('a crash', () => rig.crashes.length > 0);
    expect(rig.crashes[0]?.message).toMatch(/rebuilt from offset 0, but the log begins at 40; .*nothing was processed/);
  });

  it('stops when more is committed than the log holds', async () => {
    const { input: topic } = rig.topics;
    const producer = rig.connection.kafka.producer({ transactionalId: topic, idempotent: true });
    await producer.connect();
    const tx = await producer.transaction();
    // As after a restore of the group's offsets beside a log that was not restored.
    const partitions = [{ partition: 0, offset: '100', metadata: '{"v":1,"p":100,"n":0,"e":"1"}' }];
    await tx.sendOffsets({ consumerGroupId: GROUP, topics: [{ topic, partitions }] });
    await tx.commit();
    await producer.disconnect();
    await rig.start('one');
    await eventually('a crash', () => rig.crashes.length > 0);
    expect(rig.crashes[0]?.message).toMatch(/offset 100 is committed, but the log ends at 0; this is another log/);
  });

  it('keeps a review over a restart, and fires it once, when stream time reaches it and never before', async () => {
    const due = T0 + MINUTE;
    const options = { clockTick: () => undefined, maxTouchedPerPartition: 1 };
    await write([raw(`{"add":1,"reviewAt":${due}}`, 'a'), raw(`{"add":1,"reviewAt":${due + 10}}`, 'c')]);
    const first = await rig.start('one', options);
    await changesReach(2);
    await first.stop();
    // Each key is flushed at once: the second start has its reviews from the store, the third one from the log.
    const second = await rig.start('one', options);
    await write([raw('{"add":1}', 'b', due - 1)]);
    await changesReach(3);
    expect(reviews()).toBe(0);
    await write([raw('{"add":1}', 'b', due), raw('{"add":1}', 'b', due + 9)]);
    await changesReach(6);
    await second.stop();
    rmSync(rig.stateDirectory('one'), { recursive: true });
    await rig.start('one', options);
    await write([raw('{"add":1}', 'b', due + 10), raw('{"add":1}', 'b', due + 11)]);
    await changesReach(9);
    const changes = texts(await rig.read(rig.topics.changes)) as { why: string; at: number }[];
    expect(changes.map(({ why, at }) => [why, at - due])).toEqual([
      ['add', -MINUTE],
      ['add', -MINUTE],
      ['add', -1],
      ['review', 0],
      ['add', 0],
      ['add', 9],
      ['review', 10],
      ['add', 10],
      ['add', 11],
    ]);
  });

  it('goes on, chunk by chunk and as a member of its group, while 100,000 reviews are due at one moment', async () => {
    const count = 100_000;
    const due = T0 + MINUTE;
    await write(Array.from({ length: count }, (_, i) => raw(`{"add":1,"reviewAt":${due}}`, `key${i}`)));
    const { connection, times: heartbeats } = heartbeatsOf(rig.connection);
    const sum = (what: 'records' | 'reviews' | 'outputs'): number =>
      rig.reports.reduce((total, each) => total + each[what], 0);
    await rig.start('one', { connection, onEvent, clockTick: () => undefined });
    await eventually('all records', () => sum('records') === count, 60_000);
    expect(sum('reviews')).toBe(0);
    const before = heartbeats.length;
    await write([raw('{"add":1}', 'last', due)]);
    await eventually('all reviews and the record behind them', () => sum('records') === count + 1, 60_000);
    expect(sum('reviews')).toBe(count);
    expect(sum('outputs')).toBe(2 * count + 1);
    const firing = rig.reports.filter((each) => each.reviews > 0);
    expect(firing.length).toBeGreaterThanOrEqual(20);
    expect(Math.max(...firing.map((each) => each.reviews))).toBeLessThanOrEqual(5_000);
    expect(heartbeats.length).toBeGreaterThan(before);
    expect(events.filter((event) => event === 'assigned')).toHaveLength(1);
    expect(lost()).toBe(0);
    expect(rig.crashes).toEqual([]);
  });

  it('lets no record from the far future into the log of events: the broker refuses it with all that is sent with it', async () => {
    const topic = `${rig.topics.input}.guarded`;
    await createTopics(rig.connection, [{ topic, partitions: 1, config: TOPICS.events.config }]);
    await expect(
      writer.send(topic, [raw('{"add":0}', 'k', Date.now()), raw('{"add":1}', 'k', Date.now() + 10 * MINUTE)]),
    ).rejects.toThrow(/timestamp/i);
    await writer.send(topic, [raw('{"add":2}', 'k', Date.now() + 10_000)]);
    expect((await rig.read(topic)).map(({ value }) => String(value))).toEqual(['{"add":2}']);
  });

  it('does not move time on by itself while a loader that may be dead holds it', async () => {
    const asked: string[] = [];
    const clockTick = (memory: string): OutgoingMessage | undefined => {
      asked.push(memory);
      return memory === `swept at ${T0}` ? undefined : { key: null, value: Buffer.from('tick') };
    };
    await write([raw('sweep', null), raw(`{"add":1,"reviewAt":${T0 + 1}}`, 'a')]);
    await rig.start('one', { clockTick });
    await changesReach(1);
    await eventually('it has wanted to tick again and again', () => asked.length >= 5);
    expect(reviews()).toBe(0);
    expect(await rig.read(rig.topics.input)).toHaveLength(2);
    // Whoever ends the load lets time go on: the same record that changes the memory, or the next one.
    await write([raw('sweep', null, T0 + 1)]);
    await eventually('the review', () => reviews() > 0);
  });

  it.each<Truth>(['done', 'not done'])(
    'goes on when the answer to a clock tick is lost that was %s: it goes out again as it was and fires the review once',
    async (truth) => {
      await write([raw(`{"add":1,"reviewAt":${T0 + 1}}`, 'a')]);
      await rig.start('one', { connection: inDoubt('send alone', truth, [1]), onEvent });
      await eventually('the review', () => reviews() > 0);
      await eventually('the tick', () => events.includes('clock tick'));
      expect(await rig.read(rig.topics.input)).toHaveLength(2);
      expect(reviews()).toBe(1);
      expect([lost(), rig.crashes]).toEqual([0, []]);
    },
  );

  it('tells when a clock tick is not taken, and tries it again', async () => {
    await write([raw(`{"add":1,"reviewAt":${T0 + 1}}`, 'a')]);
    const away = (): boolean => !events.includes('dependency away');
    const connection = doubting(rig.connection, (step) => (step === 'send alone' && away() ? 'not done' : undefined));
    await rig.start('one', { connection, onEvent });
    await eventually('the review', () => reviews() > 0, 60_000);
    await eventually('the tick', () => events.includes('clock tick'));
    expect(events.filter((event) => event === 'dependency away')).toHaveLength(1);
    expect([reviews(), lost(), rig.crashes]).toEqual([1, 0, []]);
  });

  it('stops when a clock tick is refused for good', async () => {
    await write([raw(`{"add":1,"reviewAt":${T0 + 1}}`, 'a')]);
    await rig.start('one', { onEvent, clockTick: () => ({ key: null, value: Buffer.alloc(2 * 1024 * 1024) }) });
    await eventually('the process is told to end', () => rig.crashes.length > 0);
    expect(rig.crashes[0]?.message).toMatch(/larger than the max message size/);
    expect(events).not.toContain('dependency away');
  });

  it('fires once what two owners have written a tick for', async () => {
    await write([raw(`{"add":1,"reviewAt":${T0 + MINUTE}}`, 'a')]);
    await rig.start('one', { clockTick: () => undefined });
    await changesReach(1);
    await write([raw('tick', null, T0 + 2 * MINUTE), raw('tick', null, T0 + 2 * MINUTE + 7)]);
    await changesReach(2);
    await write([raw('{"add":1}', 'b', T0 + 3 * MINUTE)]);
    await changesReach(3);
    const changes = texts(await rig.read(rig.topics.changes)) as { why: string; at: number }[];
    expect(changes.map(({ why, at }) => [why, at - T0])).toEqual([
      ['add', 0],
      ['review', MINUTE],
      ['add', 3 * MINUTE],
    ]);
  });
});
