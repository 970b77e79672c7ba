import { setTimeout as sleep } from 'node:timers/promises';
import { defineTable, type Cell, type Table } from '#libs/warehouse-client';
import { GroupCommit, type FlushReport, type GroupCommitOptions } from './group-commit.ts';
import type { TableRow } from './rows.ts';

type Row = { readonly n: number };
type AnyTable = Table<Record<string, Cell>>;

const FACTS = defineTable<Row>()('facts', ['n']) as unknown as AnyTable;
const POSITIONS = defineTable<Row>()('positions', ['n']) as unknown as AnyTable;
const rowsOf = (table: AnyTable, ...ns: number[]): TableRow[] => ns.map((n) => ({ table, row: { n } }));

/** Inserts that the test answers by hand. */
class ManualTables {
  readonly calls: { table: string; ns: number[]; done(): void; fail(error: Error): void }[] = [];
  readonly write: GroupCommitOptions['write'] = (table, rows, signal) =>
    new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      this.calls.push({ table: table.name, ns: rows.map((row) => row['n'] as number), done: resolve, fail: reject });
    });

  async called(count: number): Promise<void> {
    const deadline = Date.now() + 2_000;
    while (this.calls.length < count) {
      if (Date.now() > deadline) throw new Error(`${this.calls.length} inserts came, ${count} were expected`);
      await sleep(2);
    }
  }
}

function groupsOver(tables: ManualTables, options: Partial<GroupCommitOptions> = {}): GroupCommit {
  return new GroupCommit({
    write: tables.write,
    flushEveryMs: 0,
    flushRows: 1_000,
    maxRows: 10_000,
    ...options,
  });
}

function watched(promise: Promise<void>): { settled: string } {
  const state = { settled: 'no' };
  promise.then(
    () => (state.settled = 'durable'),
    (error: Error) => (state.settled = error.message),
  );
  return state;
}

describe('a group commit', () => {
  let tables: ManualTables;
  beforeEach(() => (tables = new ManualTables()));

  it('is durable for a partition only once every table has acknowledged', async () => {
    const groups = groupsOver(tables);
    const batch = watched(groups.add({ rows: [...rowsOf(FACTS, 1), ...rowsOf(POSITIONS, 2)], behind: true }));
    await tables.called(2);
    tables.calls[0]?.done();
    await sleep(20);
    expect(batch.settled).toBe('no');
    tables.calls[1]?.done();
    await sleep(5);
    expect(batch.settled).toBe('durable');
  });

  it('puts batches of many partitions into one insert for each table', async () => {
    const reports: FlushReport[] = [];
    const groups = groupsOver(tables, { onFlush: (report) => reports.push(report) });
    const batches = [
      groups.add({ rows: rowsOf(FACTS, 1, 2), behind: true }),
      groups.add({ rows: rowsOf(FACTS, 3), behind: true }),
      groups.add({ rows: rowsOf(POSITIONS, 4), behind: true }),
    ];
    await tables.called(2);
    expect(tables.calls.map(({ table, ns }) => [table, ns])).toEqual([
      ['facts', [1, 2, 3]],
      ['positions', [4]],
    ]);
    for (const call of tables.calls) call.done();
    await Promise.all(batches);
    expect(reports).toMatchObject([{ rows: 4, batches: 3, tables: { facts: 3, positions: 1 } }]);
  });

  it('has one group in flight and one filling', async () => {
    const groups = groupsOver(tables);
    const first = groups.add({ rows: rowsOf(FACTS, 1), behind: true });
    await tables.called(1);
    const second = watched(groups.add({ rows: rowsOf(FACTS, 2), behind: true }));
    const third = groups.add({ rows: rowsOf(FACTS, 3), behind: true });
    await sleep(30);
    expect(tables.calls).toHaveLength(1);
    tables.calls[0]?.done();
    await first;
    expect(second.settled).toBe('no');
    await tables.called(2);
    expect(tables.calls[1]?.ns).toEqual([2, 3]);
    tables.calls[1]?.done();
    await third;
  });

  it('writes a full group without waiting for more', async () => {
    const groups = groupsOver(tables, { flushRows: 3 });
    const batch = groups.add({ rows: rowsOf(FACTS, 1, 2, 3), behind: true });
    expect(tables.calls).toHaveLength(1);
    tables.calls[0]?.done();
    await batch;
  });

  it('makes no insert for a batch without rows', async () => {
    await groupsOver(tables).add({ rows: [], behind: false });
    expect(tables.calls).toHaveLength(0);
  });

  it('keeps its pace when nothing is behind, and none when something is', async () => {
    const groups = groupsOver(tables, { flushEveryMs: 80 });
    const startedAt = performance.now();
    const live = groups.add({ rows: rowsOf(FACTS, 1), behind: false }).then(() => performance.now() - startedAt);
    const late = groups.add({ rows: rowsOf(FACTS, 2), behind: true }).then(() => performance.now() - startedAt);
    await tables.called(1);
    tables.calls[0]?.done();
    expect(await late).toBeLessThan(70);
    expect(await live).toBeGreaterThanOrEqual(79);
  });

  it('takes no further batch while the buffer is full, and takes it after a flush', async () => {
    const groups = groupsOver(tables, { maxRows: 2 });
    await groups.room();
    const batch = groups.add({ rows: rowsOf(FACTS, 1, 2), behind: true });
    const room = watched(groups.room());
    await tables.called(1);
    expect([room.settled, groups.buffered]).toEqual(['no', 2]);
    tables.calls[0]?.done();
    await batch;
    await sleep(1);
    expect([room.settled, groups.buffered]).toEqual(['durable', 0]);
  });

  it('fails every waiting batch, and every later one, when a table refuses its rows for good', async () => {
    const groups = groupsOver(tables);
    const first = watched(groups.add({ rows: [...rowsOf(FACTS, 1), ...rowsOf(POSITIONS, 1)], behind: true }));
    await tables.called(2);
    const second = watched(groups.add({ rows: rowsOf(FACTS, 2), behind: true }));
    tables.calls[0]?.fail(new Error('facts: 27'));
    await sleep(5);
    expect([first.settled, second.settled]).toEqual(['facts: 27', 'facts: 27']);
    await expect(groups.add({ rows: rowsOf(FACTS, 3), behind: true })).rejects.toThrow('facts: 27');
    await expect(groups.room()).rejects.toThrow('facts: 27');
    expect(tables.calls).toHaveLength(2);
  });

  it('writes what it holds when it is closed', async () => {
    const groups = groupsOver(tables, { flushEveryMs: 60_000 });
    const batch = groups.add({ rows: rowsOf(FACTS, 1), behind: false });
    const closed = groups.close(1_000);
    await tables.called(1);
    tables.calls[0]?.done();
    await Promise.all([batch, closed]);
    await expect(groups.add({ rows: rowsOf(FACTS, 2), behind: false })).rejects.toThrow('stopping');
  });

  it('gives up when ClickHouse does not answer within the grace of a stop', async () => {
    const groups = groupsOver(tables);
    const batch = watched(groups.add({ rows: rowsOf(FACTS, 1), behind: true }));
    await tables.called(1);
    const filling = watched(groups.add({ rows: rowsOf(FACTS, 2), behind: true }));
    await groups.close(20);
    expect([batch.settled, filling.settled]).toEqual(['the warehouse is stopping', 'the warehouse is stopping']);
  });
});
