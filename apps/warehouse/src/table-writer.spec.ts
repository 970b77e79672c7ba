import { defineTable, WarehouseError, type Cell, type Table } from '#libs/warehouse-client';
import { createTableWriter, type Retry } from './table-writer.ts';

const table = defineTable<{ readonly n: number }>()('facts', ['n']) as unknown as Table<Record<string, Cell>>;
const refused = (code: string): WarehouseError =>
  new WarehouseError('insert into facts (1 rows)', Object.assign(new Error('text'), { code }));
const quick = { initialDelayMs: 1, maxDelayMs: 2 };
const running = new AbortController().signal;

describe('the writer of a table', () => {
  it('repeats a transient failure until the rows are in, and says meanwhile what fails', async () => {
    const retries: Retry[] = [];
    let tries = 0;
    const writer = createTableWriter(
      {
        insertRows: async () => {
          if (++tries <= 5) throw refused('ECONNREFUSED');
        },
      },
      (retry) => {
        retries.push(retry);
        expect([...writer.failing()]).toEqual([['facts', 'ECONNREFUSED']]);
      },
      quick,
    );
    await writer.write(table, [{ n: 1 }], running);
    expect(tries).toBe(6);
    expect(retries.map(({ attempt, code, rows }) => [attempt, code, rows])).toEqual(
      [1, 2, 3, 4, 5].map((attempt) => [attempt, 'ECONNREFUSED', 1]),
    );
    expect(writer.failing().size).toBe(0);
  });

  it('rejects at once what no repetition mends, naming table and code', async () => {
    const writer = createTableWriter({ insertRows: () => Promise.reject(refused('EACCES')) }, () => undefined, quick);
    await expect(writer.write(table, [{ n: 1 }], running)).rejects.toThrow(
      'insert into facts (1 rows) failed with EACCES',
    );
  });

  it('stops repeating by the signal', async () => {
    const abort = new AbortController();
    const writer = createTableWriter(
      { insertRows: () => Promise.reject(refused('ECONNRESET')) },
      ({ attempt }) => attempt === 3 && abort.abort(new Error('stopping')),
      quick,
    );
    await expect(writer.write(table, [{ n: 1 }], abort.signal)).rejects.toThrow('stopping');
  });
});
