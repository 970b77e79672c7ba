import { rmSync } from 'node:fs';
import { jest } from '@jest/globals';
import {
  createLogWriter,
  createTransactionalWriter,
  partitionOf,
  type ChunkReport,
  type LogWriter,
  type OutgoingMessage,
} from '#libs/stream';
import { createTallyRig, eventually, newestByKey, texts, type Tally, type TallyRig } from './support/tally.ts';

/** A group settles, restores and commits within seconds on an idle machine; a busy one must not fail for it. */
jest.setTimeout(60_000);

const T0 = Date.UTC(2026, 0, 10);
const add = (key: string, amount: number, timestamp = T0, extra: object = {}): OutgoingMessage => ({
  key,
  value: Buffer.from(JSON.stringify({ add: amount, ...extra })),
  timestamp,
});
const raw = (text: string, key: string | null, partition?: number, timestamp = T0): OutgoingMessage => ({
  key,
  value: Buffer.from(text),
  timestamp,
  partition,
});

describe('a keyed stream', () => {
  let rig: TallyRig;
  let writer: LogWriter;

  beforeEach(async () => {
    rig = await createTallyRig();
    writer = await createLogWriter(rig.connection);
  });
  afterEach(async () => {
    await writer.close();
    await rig.dispose();
  });

  const write = (...messages: OutgoingMessage[]): Promise<void> => writer.send(rig.topics.input, messages);
  const changesReach = (count: number): Promise<void> =>
    eventually(`${count} changes`, async () => (await rig.read(rig.topics.changes)).length >= count);
  const many = (count: number): OutgoingMessage[] => Array.from({ length: count }, (_, i) => add(`k${i % 50}`, i));

  it('applies each record once, in order, and publishes the newest snapshot of each key', async () => {
    await write(...many(500));
    await rig.start('one');
    await changesReach(500);
    await eventually('50 snapshots', async () => newestByKey(await rig.read(rig.topics.snapshots)).size === 50);
    const snapshots = newestByKey(await rig.read(rig.topics.snapshots));
    const sum = [...snapshots.values()].reduce<number>((total, each) => total + (each as { sum: number }).sum, 0);
    expect(sum).toBe((499 * 500) / 2);
    expect(rig.crashes).toEqual([]);
  });

  it('writes what a chunk tells even when it is more than a broker takes in one batch', async () => {
    const messages = Array.from({ length: 800 }, (_, i) => raw('{"add":1,"pad":4000}', `k${i}`, 0));
    for (let start = 0; start < messages.length; start += 200) await write(...messages.slice(start, start + 200));
    const events: string[] = [];
    await rig.start('one', { onEvent: (event) => events.push(event) });
    await changesReach(800);
    expect(await rig.read(rig.topics.changes)).toHaveLength(800);
    expect(Math.max(...rig.reports.map(({ outputs }) => outputs))).toBe(800);
    expect(events).not.toContain('transaction lost');
  });

  it('goes on after a stop without repeating or skipping', async () => {
    const first = await rig.start('one');
    await write(...many(200));
    await changesReach(200);
    await first.stop();
    await write(...many(200));
    await rig.start('one');
    await changesReach(400);
    const changes = texts(await rig.read(rig.topics.changes)) as { count: number }[];
    expect(changes).toHaveLength(400);
    expect(changes.filter(({ count }) => count === 8)).toHaveLength(50);
  });

  it('closes every connection that it opened', async () => {
    const sockets = (): number => process.getActiveResourcesInfo().filter((each) => each === 'TCPSocketWrap').length;
    await write(...many(100));
    const before = sockets();
    for (let round = 0; round < 3; round++) {
      // Both stores are flushed, so that both take-overs look for their last record in the log, at the same time.
      const processor = await rig.start('one', { maxTouchedPerPartition: 5 });
      await changesReach(100);
      await eventually('live', () => processor.status().live === 2);
      await processor.stop();
    }
    await eventually('all are closed', () => sockets() <= before);
  });

  it('rebuilds a lost store from the log to the same changes and snapshots', async () => {
    const first = await rig.start('one');
    await write(...many(300));
    await changesReach(300);
    await first.stop();
    rmSync(rig.stateDirectory('one'), { recursive: true });
    await rig.start('one');
    await write(...many(50));
    await changesReach(350);
    const changes = texts(await rig.read(rig.topics.changes)) as { count: number }[];
    expect(changes).toHaveLength(350);
    expect(changes.slice().sort((a, b) => b.count - a.count)[0]?.count).toBe(7);
  });

  it('publishes no snapshot that says the same, and another engine version publishes every one again', async () => {
    const sameSnapshot = (before: Tally, after: Tally): boolean => before.sum === after.sum;
    await write(...Array.from({ length: 100 }, (_, i) => add(`k${i % 10}`, i < 10 ? 1 : 0)));
    const first = await rig.start('one', { sameSnapshot });
    await changesReach(100);
    await eventually('10 snapshots', async () => (await rig.read(rig.topics.snapshots)).length >= 10);
    const snapshots = newestByKey(await rig.read(rig.topics.snapshots));
    await write(...Array.from({ length: 50 }, (_, i) => add(`k${i % 10}`, 0)));
    await changesReach(150);
    await first.stop();
    // Under another version the sum is worth as much: the same snapshots, from the same places in the log.
    const before = (await rig.read(rig.topics.snapshots)).length;
    const second = await rig.start('one', { sameSnapshot, engineVersion: '2' });
    await eventually('all again', async () => (await rig.read(rig.topics.snapshots)).length >= before + 10);
    await second.stop();
    const places = (each: unknown): unknown => {
      const { offset, ordinal, sum } = each as { offset: number; ordinal: number; sum: number };
      return { offset, ordinal, sum };
    };
    const again = newestByKey(await rig.read(rig.topics.snapshots));
    expect([...again].map(([key, each]) => [key, places(each)]).sort()).toEqual(
      [...snapshots].map(([key, each]) => [key, places(each)]).sort(),
    );
    await rig.start('one', { sameSnapshot, engineVersion: '2' });
    await write(add('k0', 0));
    await changesReach(151);
    expect(await rig.read(rig.topics.snapshots)).toHaveLength(before + 10);
  });

  it('throws away a store of another engine version and rebuilds it', async () => {
    const first = await rig.start('one');
    await write(...many(100));
    await changesReach(100);
    await first.stop();
    await rig.start('one', { engineVersion: '2' });
    await write(add('k0', 1));
    await changesReach(101);
    expect((texts(await rig.read(rig.topics.changes)) as { count: number }[]).at(-1)?.count).toBeDefined();
    expect(
      rig.reports.filter(({ silent }) => silent).reduce((sum, { records }) => sum + records, 0),
    ).toBeGreaterThanOrEqual(100);
  });

  it('fires reviews ahead of the record that passes their moment, each as of its due moment, once', async () => {
    await write(
      raw('{"add":1,"reviewAt":' + (T0 + 2_000) + '}', 'b', 0),
      raw('{"add":1,"reviewAt":' + (T0 + 1_000) + '}', 'a', 0),
      raw('{"add":1}', 'c', 0, T0 + 500),
    );
    const processor = await rig.start('one');
    await changesReach(3);
    expect((texts(await rig.read(rig.topics.changes)) as { why: string }[]).map(({ why }) => why)).toEqual([
      'add',
      'add',
      'add',
    ]);
    await write(raw('{"add":1}', 'c', 0, T0 + 5_000));
    await changesReach(6);
    await processor.stop();
    await rig.start('one');
    await write(raw('{"add":1}', 'c', 0, T0 + 6_000));
    await changesReach(7);
    const changes = texts(await rig.read(rig.topics.changes)) as {
      why: string;
      at: number;
      offset: number;
      ordinal: number;
    }[];
    expect(changes.slice(3).map(({ why, at, offset, ordinal }) => [why, at - T0, offset, ordinal])).toEqual([
      ['review', 1_000, 3, 0],
      ['review', 2_000, 3, 1],
      ['add', 5_000, 3, 2],
      ['add', 6_000, 4, 0],
    ]);
  });

  it('moves the time of an idle partition on with a clock tick, so that what is due fires', async () => {
    const now = Date.now();
    await write(add('k', 1, now, { reviewAt: now + 500 }));
    await rig.start('one');
    await changesReach(2);
    const changes = texts(await rig.read(rig.topics.changes)) as { why: string; at: number }[];
    expect(changes.map(({ why }) => why)).toEqual(['add', 'review']);
    expect(changes[1]?.at).toBe(now + 500);
  });

  it('reviews every key when a control record asks for it, at one point of the partition', async () => {
    await write(...Array.from({ length: 100 }, (_, i) => raw('{"add":1}', `k${i}`, 0)));
    await write(raw('sweep', null, 0, T0 + 10), raw('{"add":1}', 'k0', 0, T0 + 20));
    await rig.start('one');
    await changesReach(201);
    const changes = texts(await rig.read(rig.topics.changes)) as { why: string; at: number; memory: string }[];
    expect(changes.slice(100, 200).every(({ why, at }) => why === 'review' && at === T0 + 10)).toBe(true);
    expect(changes[200]?.memory).toBe(`swept at ${T0 + 10}`);
  });

  it.each(['with its store', 'from the log alone'])('goes on after a stop in the middle of that, %s', async (how) => {
    const count = 4_000;
    const options = { clockTick: () => undefined, maxTouchedPerPartition: 1 };
    const reviews = () => rig.reports.reduce((sum, each) => sum + each.reviews, 0);
    await write(...Array.from({ length: count }, (_, i) => raw('{"add":1}', `k${i}`, 0)), raw('sweep', null, 0));
    const first = await rig.start('one', options);
    // A full chunk is cut, and without a record behind it the rest of them waits.
    await eventually('some of them have fired', () => reviews() > 0);
    await first.stop();
    expect(reviews()).toBeLessThan(count);
    if (how !== 'with its store') rmSync(rig.stateDirectory('one'), { recursive: true });
    await rig.start('one', options);
    await write(raw('{"add":1}', 'k0', 0));
    await changesReach(2 * count + 1);
    const changes = texts(await rig.read(rig.topics.changes)) as { why: string; reviewed: number[] }[];
    expect(changes.map(({ why }) => why)).toEqual([
      ...Array.from({ length: count }, () => 'add'),
      ...Array.from({ length: count }, () => 'review'),
      'add',
    ]);
    expect(changes.every(({ why, reviewed }) => why === 'add' || reviewed.length === 1)).toBe(true);
  });

  it('sets poison aside with its bytes and reason, and passes it over in a rebuild', async () => {
    await write(raw('{"add":1}', 'k', 0), raw('poison pill', 'k', 0), raw('{"add":2}', 'k', 0));
    const first = await rig.start('one');
    await changesReach(2);
    await first.stop();
    const [dead] = await rig.read(rig.topics.deadLetters);
    expect(dead?.value?.toString('utf8')).toBe('poison pill');
    expect(dead?.headers['dlt-offset']?.toString('utf8')).toBe('1');
    expect(dead?.headers['dlt-reason']?.toString('utf8')).toBe('poison');
    rmSync(rig.stateDirectory('one'), { recursive: true });
    await rig.start('one');
    await write(raw('{"add":3}', 'k', 0));
    await changesReach(3);
    expect(await rig.read(rig.topics.deadLetters)).toHaveLength(1);
    expect((texts(await rig.read(rig.topics.changes)) as { sum: number }[]).at(-1)?.sum).toBe(6);
  });

  it('stops instead of draining the topic into the dead letters', async () => {
    await write(...Array.from({ length: 20 }, (_, i) => raw(`poison ${i}`, 'k', 0)));
    await rig.start('one', { deadLetterLimits: { maxConsecutive: 10, maxRatio: 1, window: 1_000 } });
    await eventually('a crash', () => rig.crashes.length > 0);
    expect(rig.crashes[0]?.message).toMatch(/10 records in a row could not be processed/);
    expect(await rig.read(rig.topics.deadLetters)).toHaveLength(0);
  });

  it('finishes a rebuild whose last records were aborted', async () => {
    const first = await rig.start('one');
    await write(raw('{"add":1}', 'k', 0));
    await changesReach(1);
    await first.stop();
    const transactional = createTransactionalWriter(rig.connection, {
      transactionalId: `${rig.topics.input}-aborting`,
    });
    await expect(
      transactional.transaction(async (tx) => {
        await tx.send(rig.topics.input, [raw('{"add":100}', 'k', 0)]);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const fencing = createTransactionalWriter(rig.connection, {
      transactionalId: `${rig.topics.input}-aborting`,
    });
    await fencing.transaction((tx) => tx.send(rig.topics.input, [raw('{"add":10}', 'k', 0)]));
    await fencing.close();
    rmSync(rig.stateDirectory('one'), { recursive: true });
    const second = await rig.start('one');
    await eventually('live', () => second.status().live === 2);
    await changesReach(2);
    expect((texts(await rig.read(rig.topics.changes)) as { sum: number }[]).at(-1)?.sum).toBe(11);
  });

  it('lets a stalled owner that wakes write no outputs, no offsets and no state', async () => {
    const stalled: (() => void)[] = [];
    const lost: unknown[] = [];
    await write(...many(100));
    const first = await rig.start('one', {
      async handle(chunk, replay) {
        await replay(chunk);
        await new Promise<void>((resolve) => stalled.push(resolve));
      },
      onEvent: (event, fields) => event === 'transaction lost' && lost.push(fields),
    });
    await eventually('the first owner is in a chunk of each partition', () => stalled.length === 2);
    const second = await rig.start('two');
    // The stalled member does not rejoin: the group goes on without it once its session has timed out.
    await changesReach(100);
    await write(...many(100));
    await changesReach(200);
    await eventually('the second owner has committed all', () => second.status().lag === 0);
    const offsets = await rig.committed();
    for (const wake of stalled) wake();
    await eventually('the first owner has lost what it had staged', () => lost.length === 2);
    expect(await rig.committed()).toEqual(offsets);
    await Promise.all([first.stop(), second.stop()]);
    expect(await rig.committed()).toEqual(offsets);
    // Whoever comes next goes on where the second owner stood, also over the first one's store.
    await rig.start('one');
    await write(...many(50));
    await changesReach(250);
    const changes = texts(await rig.read(rig.topics.changes)) as { count: number }[];
    expect(changes.filter(({ count }) => count === 5)).toHaveLength(50);
    expect(changes).toHaveLength(250);
  });

  it('keeps the state of partitions that stay with a process over a rebalance', async () => {
    const wide = await createTallyRig(4);
    try {
      const replayed = { one: new Set<number>(), two: new Set<number>() };
      const watch = (who: 'one' | 'two') => ({
        onChunk: ({ silent, partition }: ChunkReport) => void (silent && replayed[who].add(partition)),
      });
      await writer.send(
        wide.topics.input,
        Array.from({ length: 400 }, (_, i) => raw('{"add":1}', `k${i % 50}`, i % 4)),
      );
      const first = await wide.start('one', watch('one'));
      const told = async (): Promise<number> => (await wide.read(wide.topics.changes)).length;
      await eventually('400 changes', async () => (await told()) === 400);
      // Nothing has been flushed to the store yet: whoever takes a partition over has to replay it from the log.
      const second = await wide.start('two', watch('two'));
      await eventually('each has a share', () => first.status().live === 2 && second.status().live === 2);
      expect(replayed.two.size).toBe(2);
      expect(replayed.one.size).toBe(0);
    } finally {
      await wide.dispose();
    }
  });

  it('sends earlier records on under another key, where that key belongs, once, whatever is lost after it', async () => {
    const home = partitionOf('k1', 2);
    const away = ['a', 'b', 'c', 'd', 'e'].find((key) => partitionOf(key, 2) !== home) as string;
    const first = await rig.start('one');
    await write(...Array.from({ length: 300 }, (_, i) => raw(`{"add":${i}}`, 'k1', home, T0 + i)));
    await changesReach(300);
    await write(raw(`{"add":1,"again":[299,7,7,120],"to":"${away}"}`, 'k1', home, T0 + 500));
    await changesReach(305);
    const sent = (await rig.read(rig.topics.input)).filter(({ key }) => String(key) === away);
    expect(sent.map(({ value, timestamp }) => [String(value), timestamp - T0])).toEqual([
      ['{"add":299}', 500],
      ['{"add":7}', 500],
      ['{"add":7}', 500],
      ['{"add":120}', 500],
    ]);
    expect(new Set(sent.map(({ partition }) => partition))).toEqual(new Set([1 - home]));
    await eventually('no lag behind the end of a transaction', () => first.status().lag === 0);
    await first.stop();
    rmSync(rig.stateDirectory('one'), { recursive: true });
    await rig.start('one');
    await write(add(away, 1), add('k1', 1));
    await changesReach(307);
    const sums = (texts(await rig.read(rig.topics.changes)) as { sum: number }[]).map(({ sum }) => sum);
    expect(sums).toContain(299 + 7 + 7 + 120 + 1);
    expect((await rig.read(rig.topics.input)).filter(({ key }) => String(key) === away)).toHaveLength(5);
  });

  it('does a chunk anew, once, when a dependency fails after the chunk has changed its memory', async () => {
    let failures = 0;
    await rig.start('one', {
      async handle(chunk, replay) {
        await replay(chunk);
        if (failures++ < 2) throw Object.assign(new Error('the registry did not answer'), { retriable: true });
      },
    });
    await write(...many(100));
    await changesReach(100);
    const changes = texts(await rig.read(rig.topics.changes)) as { count: number }[];
    expect(changes).toHaveLength(100);
    expect(changes.filter(({ count }) => count === 2)).toHaveLength(50);
    expect(failures).toBeGreaterThan(2);
    expect(rig.crashes).toEqual([]);
  });

  it('stops when a record that is wanted again is in the log no more', async () => {
    await rig.start('one');
    await write(raw('{"add":1,"again":[77],"to":"b"}', 'a', 0));
    await eventually('a crash', () => rig.crashes.length > 0);
    expect(rig.crashes[0]?.message).toMatch(/does not hold offset 77/);
    expect(await rig.read(rig.topics.changes)).toHaveLength(0);
  });

  it('throws away a store of another log that bears the same name', async () => {
    await write(...Array.from({ length: 20 }, () => raw('{"add":1}', 'k', 0)));
    const first = await rig.start('one');
    await changesReach(20);
    await first.stop();
    await rig.emptyInput();
    await writer.close();
    writer = await createLogWriter(rig.connection);
    await write(...Array.from({ length: 30 }, () => raw('{"add":100}', 'k', 0)));
    // A process without a store takes the new log over; the one that comes back has a store of the old one, not ahead of it.
    const second = await rig.start('two');
    await changesReach(50);
    await second.stop();
    await rig.start('one');
    await write(raw('{"add":1}', 'k', 0));
    await changesReach(51);
    expect((texts(await rig.read(rig.topics.changes)) as { sum: number }[]).at(-1)?.sum).toBe(3_001);
  });

  it('waits for a dependency that does not answer, says so, and loses nothing', async () => {
    const events: string[] = [];
    let refusals = 2;
    await write(...many(20));
    const processor = await rig.start('one', {
      onEvent: (event) => events.push(event),
      async beforeReplay() {
        if (refusals-- > 0) throw Object.assign(new Error('the registry did not answer'), { retriable: true });
      },
    });
    await eventually(
      'it says what it waits for',
      () => processor.status().waitingFor === 'the registry did not answer',
    );
    await changesReach(20);
    await eventually('it waits no longer', () => processor.status().waitingFor === undefined);
    expect(await rig.read(rig.topics.changes)).toHaveLength(20);
    expect(events).toContain('dependency away');
    expect(events).not.toContain('transaction lost');
    expect(rig.crashes).toEqual([]);
  });

  it('refuses a state directory that another process of this machine holds', async () => {
    await rig.start('one');
    await expect(rig.start('one')).rejects.toThrow(/in use by process/);
  });
});
