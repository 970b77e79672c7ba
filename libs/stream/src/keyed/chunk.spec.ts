import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TopicRecord } from '../read-topic.ts';
import { Chunk, type ChunkFunctions, type ChunkOptions } from './chunk.ts';
import { lastRecordOf } from './last-record.ts';
import type { Outcome } from './outcome.ts';
import { PartitionState } from './partition-state.ts';
import { StateStore } from './state-store.ts';

type Count = number;

const identity = { clusterId: 'c', topic: 't', partition: 0, engineVersion: '1' };

const codec = {
  encode: (state: Count) => Buffer.from(String(state)),
  decode: (bytes: Buffer) => Number(bytes.toString()),
};

function record(offset: number, key: string, timestamp: number, value = ''): TopicRecord {
  return { topic: 't', partition: 0, offset, timestamp, key: Buffer.from(key), value: Buffer.from(value), headers: {} };
}

/** Counts records by key; a value is the due moment of the key's next review; a review asks for none. */
function counting(log: string[]): ChunkFunctions<Count> {
  const outcome = (what: string, key: string, state: Count, asOf: number, due: number | null): Outcome<Count> => {
    log.push(`${what} ${key}@${asOf}`);
    return {
      kind: 'accepted',
      state,
      nextDue: due,
      publishNow: false,
      outputs: [{ topic: 'out', message: { key, value: null } }],
    };
  };
  return {
    record: ({ value }, key, state, { asOf }) =>
      outcome('record', key, (state ?? 0) + 1, asOf, value?.length ? Number(value.toString()) : null),
    review: (key, state, { asOf }) => outcome('review', key, state, asOf, null),
  };
}

/** The same; the value `sweep` makes every key due. */
function sweeping(log: string[]): ChunkFunctions<Count> {
  const functions = counting(log);
  return {
    ...functions,
    record: (each, key, known, moment) =>
      each.value?.toString() === 'sweep'
        ? { kind: 'memory', memory: 'swept', reviewAll: true }
        : functions.record(each, key, known, moment),
  };
}

describe('a chunk', () => {
  let root: string;
  let store: StateStore;
  let state: PartitionState<Count>;
  let log: string[];
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'chunk-'));
    store = await StateStore.open(root, identity, () => true);
    state = new PartitionState(store, { codec }, 0);
    log = [];
  });
  afterEach(async () => {
    await store.close();
    rmSync(root, { recursive: true, force: true });
  });

  const chunk = (records: TopicRecord[], options: Partial<ChunkOptions> = {}) =>
    new Chunk(records, state, { partition: 0, limit: 1_000, ...options });

  it('assesses a record that is earlier than stream time as of stream time', () => {
    chunk([record(0, 'a', 100), record(1, 'b', 40)]).replay(counting(log));
    expect(log).toEqual(['record a@100', 'record b@100']);
  });

  it('is cut between reviews when it is full, and goes on after the cut with the same ordinals', () => {
    const functions = counting(log);
    chunk([record(0, 'a', 1, '10'), record(1, 'b', 1, '11'), record(2, 'c', 1, '12')]).replay(functions);
    const rest = [record(3, 'z', 20)];
    const first = chunk(rest, { limit: 2 });
    first.replay(functions);
    expect(first.stage).toMatchObject({ applied: 0, reviewsFired: 1 });
    expect(state.position).toEqual({ offset: 3, cursor: { due: 10, key: 'a' }, ordinal: 1 });
    chunk(rest).replay(functions);
    expect(log.slice(3)).toEqual(['review a@10', 'review b@11', 'review c@12', 'record z@20']);
    expect(state.position).toEqual({ offset: 4, cursor: null, ordinal: 0 });
  });

  it('carries the trace of a record on to what it leads to, and none to a review', () => {
    const headers = { traceparent: Buffer.from('00-a-b-01'), tracestate: Buffer.from('x=1'), other: Buffer.from('o') };
    const { traceparent } = headers;
    const staged = chunk([
      { ...record(0, 'a', 1, '10'), headers },
      { ...record(1, 'b', 1), headers: { traceparent } },
      record(2, 'c', 20),
    ]);
    staged.replay(counting(log));
    expect(staged.stage.outputs.map(({ message }) => message.headers)).toEqual([
      { traceparent, tracestate: headers.tracestate },
      { traceparent },
      undefined,
      undefined,
    ]);
  });

  it('goes on with a step of the trace where there is one, for a record that leads to outputs and is not replayed', () => {
    const asked: number[] = [];
    const traceStep = ({ offset }: TopicRecord) => {
      asked.push(offset);
      return { headers: { traceparent: `00-a-${offset}-01` }, end: () => undefined };
    };
    const headers = { traceparent: Buffer.from('00-a-b-01'), tracestate: Buffer.from('x=1') };
    const records = [{ ...record(0, 'a', 1), headers }, record(1, 'b', 1), { ...record(2, '', 1), headers }];
    const functions = counting(log);
    const quiet: ChunkFunctions<Count> = {
      ...functions,
      record: (each, key, known, moment) =>
        each.offset === 2 ? { kind: 'unchanged' } : functions.record(each, key, known, moment),
    };
    const live = chunk(records, { traceStep });
    live.replay(quiet);
    chunk(records, { traceStep, silentThrough: 0 }).replay(quiet);
    expect(asked).toEqual([0]);
    expect(live.stage.outputs.map(({ message }) => message.headers)).toEqual([{ traceparent: '00-a-0-01' }, undefined]);
    expect(live.stage.traceSteps).toHaveLength(1);
  });

  it('refuses a next review that is not later than the moment of the outcome', () => {
    expect(() => chunk([record(0, 'a', 5, '5')]).replay(counting(log))).toThrow(/would never move on/);
  });

  it('stages nothing while state is rebuilt, and marks what was published before the crash', () => {
    const silent = chunk([record(0, 'a', 1), record(1, 'b', 2)], { silentThrough: 1 });
    silent.replay(counting(log));
    expect(silent.stage.outputs).toEqual([]);
    expect(state.unpublished().map(([key]) => key)).toEqual(['b']);
  });

  it('ends a rebuild at the review the commit was cut after', () => {
    chunk([record(0, 'a', 1, '10'), record(1, 'b', 1, '11')]).replay(counting(log));
    chunk([], { silentThrough: 0, reviewsThrough: { due: 10, key: 'a' } }).replay(counting(log));
    expect(log.slice(2)).toEqual(['review a@10']);
  });

  it('reads earlier records again for an outcome and adds what they become to the same transaction', async () => {
    const functions = counting(log);
    const earlier = [record(0, 'a', 1, ''), record(1, 'a', 2, '')];
    const asking: ChunkFunctions<Count> = {
      ...functions,
      record: (each, key, known, moment) => ({
        ...(functions.record(each, key, known, moment) as Extract<Outcome<Count>, { kind: 'accepted' }>),
        outputs: [],
        readAgain: {
          offsets: [1, 0],
          outputsOf: (records) =>
            records.map(({ offset }) => ({ topic: String(offset), message: { key: 'b', value: null } })),
        },
      }),
    };
    const prepared: number[] = [];
    const read = async (offsets: Iterable<number>) =>
      new Map([...offsets].map((offset) => [offset, earlier[offset] as TopicRecord]));
    const live = chunk([record(2, 'a', 3), record(3, 'a', 4)], { read, limit: 2 });
    live.replay(asking);
    expect(live.stage.applied).toBe(1);
    await live.readAgain(async (values) => void prepared.push(values.length));
    expect(live.stage.outputs.map(({ topic }) => topic)).toEqual(['1', '0']);
    expect(prepared).toEqual([2]);

    const silent = chunk([record(3, 'a', 4)], { silentThrough: 4 });
    silent.replay(asking);
    await silent.readAgain(async () => undefined);
    expect(silent.stage.outputs).toEqual([]);
  });

  describe('that was cut while the keys fired that a control record had made due', () => {
    const sweep = { ...record(4, '', 10), key: null, value: Buffer.from('sweep') };
    const records = [...['a', 'b', 'c', 'd'].map((key, at) => record(at, key, at, at === 0 ? '50' : '')), sweep];
    const committed = { offset: 5, cursor: { due: 10, key: 'b' }, ordinal: 2 };
    const goesOn = (): string[] => {
      log.length = 0;
      chunk([record(5, 'a', 20)]).replay(sweeping(log));
      return log;
    };
    const rest = ['review c@10', 'review d@10', 'record a@20'];

    it('is followed by the rest of them after a crash, with the store as it was flushed at the cut', async () => {
      chunk(records.slice(0, 4)).replay(sweeping(log));
      chunk([sweep], { limit: 4 }).replay(sweeping(log));
      expect(state.position).toEqual(committed);
      state.markPublished(state.unpublished());
      await state.beginFlush();
      state = new PartitionState(store, { codec }, 0);
      expect(goesOn()).toEqual(rest);
      state.markPublished(state.unpublished());
      await state.beginFlush();
      // All of them have fired: the next start makes nobody due again.
      state = new PartitionState(store, { codec }, 0);
      expect(state.reviews.peek()).toBeUndefined();
    });

    it('is followed by the rest of them after a rebuild from the log, which fires none of them silently', () => {
      chunk(records, { silentThrough: 5 }).replay(sweeping(log));
      chunk([], { silentThrough: 5, reviewsThrough: committed.cursor }).replay(sweeping(log));
      expect(state.position).toEqual(committed);
      expect(goesOn()).toEqual(rest);
    });
  });

  it('leaves in the store which record is the last one, also while state is rebuilt', async () => {
    const records = [record(0, 'a', 1), record(1, 'b', 2)];
    chunk(records, { silentThrough: 2 }).replay(counting(log));
    await state.beginFlush();
    expect(store.meta()?.last).toEqual(lastRecordOf(records[1] as TopicRecord));
  });

  it('sets a record aside under whose key the store keeps nothing; the store gives back all others', async () => {
    const kept = ['企'.repeat(170), 'x'.repeat(512), 'a\u0000b', '\u0001'].map((text) => Buffer.from(text));
    const keys = [
      ...[...kept, Buffer.alloc(512, 0xff)],
      ...[Buffer.alloc(513, 'k'), Buffer.alloc(100_000, 'k'), Buffer.from(`a\u0001${'x'.repeat(80)}`)],
    ];
    const staged = chunk(keys.map((key, at) => ({ ...record(at, '', 1, '9'), key })));
    staged.replay(counting(log));
    expect(staged.stage.deadLetters.map(({ record: { offset }, reason }) => [offset, reason])).toEqual([
      [5, 'the key has 513 bytes; expected at most 512'],
      [6, 'the key has 100000 bytes; expected at most 512'],
      [7, 'the key has 82 bytes and control characters; expected fewer than 64, or none'],
    ]);
    state.markPublished(state.unpublished());
    await state.beginFlush();
    state = new PartitionState(store, { codec }, 0);
    const known = keys.slice(0, 5).map((key) => key.toString());
    expect(new Set(state.keys())).toEqual(new Set(known));
    expect(known.map((key) => state.get(key))).toEqual(known.map(() => 1));
  });

  it('keeps no state of a record without a key', () => {
    expect(() => chunk([record(0, '', 1)]).replay(counting(log))).toThrow(/without a key was accepted/);
  });

  it('carries the trace of a record on to what earlier ones become because of it: not theirs, and none with a review', async () => {
    const traced = (offset: number, time: number): TopicRecord => ({
      ...record(offset, 'a', time),
      headers: { traceparent: Buffer.from(`00-${offset}-b-01`) },
    });
    const again: Outcome<Count> = {
      ...{ kind: 'accepted', state: 1, nextDue: null, publishNow: false, outputs: [] },
      readAgain: {
        offsets: [0],
        outputsOf: (records) => records.map(({ key }) => ({ topic: 'on', message: { key, value: null } })),
      },
    };
    const functions: ChunkFunctions<Count> = {
      record: ({ offset }) => (offset === 3 ? { ...again, nextDue: 50 } : again),
      review: () => again,
    };
    const sentOn = async (records: TopicRecord[], options: Partial<ChunkOptions> = {}): Promise<Chunk<Count>> => {
      const staged = chunk(records, { read: async () => new Map([[0, traced(0, 1)]]), ...options });
      staged.replay(functions);
      await staged.readAgain(async () => undefined);
      return staged;
    };
    const headersOf = ({ stage }: Chunk<Count>) =>
      stage.outputs.map(({ message }) => String(message.headers?.['traceparent']));
    const ownTraces = await sentOn([traced(1, 2), record(2, 'a', 3), traced(3, 4), traced(4, 60)]);
    expect(headersOf(ownTraces)).toEqual(['00-1-b-01', 'undefined', '00-3-b-01', 'undefined', '00-4-b-01']);
    const traceStep = () => ({ headers: { traceparent: '00-step-c-01' }, end: () => undefined });
    const stepped = await sentOn([traced(5, 70)], { traceStep });
    expect(headersOf(stepped)).toEqual(['00-step-c-01']);
    expect(stepped.stage.traceSteps).toHaveLength(1);
  });

  it('gives the same states and outcomes whether records come one by one or all at once', () => {
    const records = Array.from({ length: 200 }, (_, i) => record(i, `k${i % 7}`, i * 3, String(i * 3 + 1 + (i % 11))));
    chunk(records).replay(counting(log));
    const atOnce = { log, position: state.position, sums: [...state.keys()].map((key) => [key, state.get(key)]) };
    state = new PartitionState(store, { codec }, 0);
    const oneByOne: string[] = [];
    for (const each of records) chunk([each]).replay(counting(oneByOne));
    expect({
      log: oneByOne,
      position: state.position,
      sums: [...state.keys()].map((key) => [key, state.get(key)]),
    }).toEqual(atOnce);
  });

  describe('of keys whose snapshot stays the same', () => {
    const sameParity = (before: Count, after: Count): boolean => before % 2 === after % 2;
    const skipping: ChunkFunctions<Count> = {
      ...counting([]),
      record: ({ value }, _key, known) => {
        const by = Number(value?.toString());
        return { kind: 'accepted', state: (known ?? 0) + by, nextDue: null, publishNow: false, outputs: [] };
      },
    };
    const adding = (offset: number, by: number): TopicRecord => record(offset, 'a', 100 + offset, String(by));
    beforeEach(() => (state = new PartitionState(store, { codec, sameSnapshot: sameParity }, 0)));

    it('publishes nothing more, and says from which record the snapshot holds', () => {
      chunk([adding(0, 1), adding(1, 2)]).replay(skipping);
      expect(state.get('a')).toBe(3);
      expect(state.touched('a')).toMatchObject({
        since: { offset: 0, ordinal: 0, asOf: 100, due: null },
        due: null,
        published: false,
      });
      state.markPublished(state.unpublished());
      chunk([adding(2, 2)]).replay(skipping);
      expect([state.get('a'), state.unpublishedCount]).toEqual([5, 0]);
      chunk([adding(3, 1)]).replay(skipping);
      expect([state.held('a')?.since.offset, state.unpublishedCount]).toEqual([3, 1]);
    });

    it('never forgets a snapshot that is not out yet, however often the key is touched', () => {
      chunk([adding(0, 1)]).replay(skipping);
      chunk([adding(1, 2), adding(2, 2)]).replay(skipping);
      expect(state.unpublished().map(([key, { since }]) => [key, since.offset])).toEqual([['a', 0]]);
    });

    it('knows after a flush and in a rebuild what it knew before', async () => {
      chunk([adding(0, 1)]).replay(skipping);
      state.markPublished(state.unpublished());
      await state.beginFlush();
      // Of a store at offset 1: what follows was committed, and published below offset 3.
      state = new PartitionState(store, { codec, sameSnapshot: sameParity }, 0);
      chunk([adding(1, 2)], { silentThrough: 3 }).replay(skipping);
      expect([state.held('a')?.since.offset, state.unpublishedCount]).toEqual([0, 0]);
      chunk([adding(2, 1), adding(3, 2)], { silentThrough: 3 }).replay(skipping);
      expect([state.held('a')?.since.offset, state.unpublishedCount]).toEqual([2, 0]);
      chunk([adding(4, 1)], { silentThrough: 3 }).replay(skipping);
      expect([state.held('a')?.since.offset, state.unpublishedCount]).toEqual([4, 1]);
    });
  });

  it('knows each of more keys than it keeps as objects, in memory and in the store', async () => {
    const keys = Array.from({ length: 6_000 }, (_, at) => `key ${at}`);
    for (const round of [0, 1])
      chunk(
        keys.map((key, at) => record(round * keys.length + at, key, 1)),
        { limit: 10_000 },
      ).replay(counting(log));
    expect(keys.map((key) => state.get(key))).toEqual(keys.map(() => 2));
    state.markPublished(state.unpublished());
    await state.beginFlush();
    expect(state.touchedCount).toBe(0);
    expect(keys.map((key) => state.get(key))).toEqual(keys.map(() => 2));
  });

  it('keeps reading the newest state while a flush is under way and after it', async () => {
    chunk([record(0, 'a', 1)]).replay(counting(log));
    state.markPublished(state.unpublished());
    const flushing = state.beginFlush();
    chunk([record(1, 'a', 2)]).replay(counting(log));
    expect(state.get('a')).toBe(2);
    await flushing;
    expect(state.get('a')).toBe(2);
    expect(store.meta()?.offset).toBe(1);
  });
});
