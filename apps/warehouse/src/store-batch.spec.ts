import { UndecodableError, type OutgoingMessage, type SinkBatch, type SinkRecord } from '#libs/stream';
import type { RowBatch } from './group-commit.ts';
import { UnmappableError, type RowContext, type RowMaker } from './rows.ts';
import { createStoreBatch, type StoreBatch } from './store-batch.ts';

/** Values of these tests: `row`, `tick` (no row), `poison` (cannot be decoded), `odd` (no row can be made), `bug`. */
function record(offset: number, value: string, timestamp = 1_000 + offset): SinkRecord {
  return {
    topic: 'events',
    partition: 3,
    offset,
    timestamp,
    key: Buffer.from('k'),
    value: Buffer.from(value),
    headers: {},
  };
}

function batchOf(records: readonly SinkRecord[], rest: Partial<SinkBatch> = {}): SinkBatch {
  const highWatermark = (records.at(-1)?.offset ?? 0) + 1;
  return { topic: 'events', partition: 3, records, highWatermark, committedMetadata: null, ...rest };
}

const table = { name: 'facts', columns: [] };
const toRow: RowMaker = (_, value, context) => {
  if (value === 'odd') throw new UnmappableError('odd');
  if (value === 'bug') throw new TypeError('a bug');
  return value === 'tick' ? undefined : { table, row: context as unknown as Record<string, number> };
};

interface Effects {
  readonly log: string[];
  readonly rows: RowContext[];
  readonly batches: RowBatch[];
  readonly dead: OutgoingMessage[];
  durable: () => Promise<void>;
}

function storeWith(effects: Effects): StoreBatch {
  return createStoreBatch({
    registry: {
      decode(value) {
        if (value?.toString() === 'poison') throw new UndecodableError('poison');
        return { fullName: 'x.Y', name: 'Y', value: value?.toString() };
      },
    },
    prepare: async () => void effects.log.push('prepared'),
    deadLetters: {
      async send(topic, messages) {
        effects.log.push(`dead letters to ${topic}`);
        effects.dead.push(...messages);
      },
    },
    groups: {
      room: async () => void effects.log.push('room'),
      async add(batch) {
        effects.log.push('rows');
        effects.batches.push(batch);
        effects.rows.push(...batch.rows.map(({ row }) => row as unknown as RowContext));
        await effects.durable();
      },
    },
    appVersion: '1.2.3',
  });
}

describe('storing a batch', () => {
  let effects: Effects;
  let store: StoreBatch;
  beforeEach(() => {
    effects = { log: [], rows: [], batches: [], dead: [], durable: async () => undefined };
    store = storeWith(effects);
  });

  it('is done only when its rows are durable', async () => {
    let acknowledge: () => void = () => undefined;
    effects.durable = () => new Promise((resolve) => (acknowledge = resolve));
    let done = false;
    const stored = store(batchOf([record(1, 'row')]), toRow).then(() => (done = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([effects.log, done]).toEqual([['room', 'prepared', 'rows'], false]);
    acknowledge();
    await stored;
  });

  it('applies each record at the greatest record time so far, control records and dead letters included', async () => {
    const records = [
      record(1, 'row', 50),
      record(2, 'tick', 90),
      record(3, 'row', 60),
      record(4, 'poison', 95),
      record(5, 'row', 1),
    ];
    const { metadata } = await store(batchOf(records), toRow);
    expect(effects.rows.map(({ offset, appliedAt }) => [offset, appliedAt])).toEqual([
      [1, 50],
      [3, 90],
      [5, 95],
    ]);
    expect(metadata).toBe('{"streamTime":95}');
  });

  it('goes on from the stream time of the last commit', async () => {
    await store(batchOf([record(9, 'row', 10)], { committedMetadata: '{"streamTime":77}' }), toRow);
    expect(effects.rows[0]?.appliedAt).toBe(77);
  });

  it('sends what cannot be decoded or mapped to the dead letters, with its bytes, and keeps the rest', async () => {
    await store(batchOf([record(1, 'row'), record(2, 'poison'), record(3, 'odd'), record(4, 'row')]), toRow);
    expect(effects.log).toContain('dead letters to events.warehouse.dlt');
    expect(effects.rows.map(({ offset }) => offset)).toEqual([1, 4]);
    expect(effects.dead.map(({ value, key, partition }) => [value?.toString(), key?.toString(), partition])).toEqual([
      ['poison', 'k', 3],
      ['odd', 'k', 3],
    ]);
    expect(effects.dead[0]?.headers).toMatchObject({
      'dlt-topic': 'events',
      'dlt-partition': '3',
      'dlt-offset': '2',
      'dlt-reason': 'UndecodableError: poison',
      'dlt-app-version': '1.2.3',
    });
  });

  it('is not done when the dead letters could not be written', async () => {
    const failing = createStoreBatch({
      registry: {
        decode: () => {
          throw new UndecodableError('poison');
        },
      },
      prepare: async () => undefined,
      deadLetters: { send: () => Promise.reject(new Error('no broker')) },
      groups: { room: async () => undefined, add: async () => undefined },
      appVersion: '1.2.3',
    });
    await expect(failing(batchOf([record(1, 'poison')]), toRow)).rejects.toThrow('no broker');
  });

  it('stops before anything has left when too many records in a row are dead letters', async () => {
    const records = Array.from({ length: 150 }, (_, index) => record(index, 'poison'));
    await expect(store(batchOf(records), toRow)).rejects.toThrow(/events\/3 at offset 99: 100 records in a row/);
    expect(effects.dead).toEqual([]);
    expect(effects.log).toEqual(['room', 'prepared']);
  });

  it('does not hide a fault of its own among the dead letters', async () => {
    await expect(store(batchOf([record(1, 'bug')]), toRow)).rejects.toThrow('a bug');
    expect(effects.dead).toEqual([]);
  });

  it('knows whether more waits in the partition', async () => {
    await store(batchOf([record(1, 'row')], { highWatermark: 2 }), toRow);
    await store(batchOf([record(2, 'row')], { highWatermark: 9 }), toRow);
    expect(effects.batches.map(({ behind }) => behind)).toEqual([false, true]);
  });
});
