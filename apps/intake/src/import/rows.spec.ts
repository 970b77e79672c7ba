import { encodingOf } from './text-file.ts';
import { readCsv, readJsonLines, type Row, type RowSource } from './rows.ts';

const names = { columns: { no: ['编号', 'Number'], name: ['名称'] }, required: ['no'] };

async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
}

async function rowsOf(source: RowSource | Promise<RowSource>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of (await source).rows) rows.push(row);
  return rows;
}

const csv = (text: string, size = 3): Promise<Row[]> => rowsOf(readCsv(pieces(text, size), names, 'test.csv'));

describe('reading CSV', () => {
  it('takes quotes, line ends in quotes, CRLF and empty lines, in whatever pieces the text comes', async () => {
    const text = '编号,名称,其他\r\n1,"a ""b"", c\nd",x\r\n\r\n2,e,\r\n';
    const expected = [
      { number: 2, cells: { no: '1', name: 'a "b", c\nd' }, original: ['1', 'a "b", c\nd', 'x'] },
      { number: 3, cells: { no: '2', name: 'e' }, original: ['2', 'e', ''] },
    ];
    for (const size of [1, 2, 7, 1_000]) expect(await csv(text, size)).toEqual(expected);
  });

  it('knows a heading in full width, other case and with spaces or a byte-order mark', async () => {
    expect(await csv('\ufeffＮＵＭＢＥＲ ;"名称"\n1;a\n', 1_000)).toMatchObject([{ cells: { no: '1', name: 'a' } }]);
    expect(await csv('number\t名称\n1\ta\n', 1_000)).toMatchObject([{ cells: { no: '1', name: 'a' } }]);
  });

  it('gives a row with missing or further cells as broken, and goes on', async () => {
    expect(await csv('no,name\n1\n2,b,c\n3,d,,\n')).toMatchObject([
      { number: 2, broken: '1 cells under 2 headings' },
      { number: 3, broken: '3 cells under 2 headings' },
      { number: 4, cells: { no: '3', name: 'd' } },
    ]);
  });

  it('gives a row whose quote never closes as broken, with all rows before it', async () => {
    expect(await csv('no,name\n1,a\n2,"b\n3,c\n')).toMatchObject([
      { number: 2, cells: { no: '1' } },
      { number: 3, broken: expect.stringContaining('Quote Not Closed') },
    ]);
  });

  it('refuses a file without the required columns and says which it has', async () => {
    await expect(csv('名称\na\n')).rejects.toThrow('test.csv has no column no (编号, Number); its columns are 名称');
    await expect(csv('')).rejects.toThrow('has no heading row');
  });
});

describe('reading JSON Lines', () => {
  it('takes members as cells and gives what is no object as broken', async () => {
    const text = '{"Number":1,"名称":"a","list":[1]}\r\n\n[1]\n{"编号":"2"\n{"编号":"3","名称":null}';
    expect(await rowsOf(readJsonLines(pieces(text, 5), names))).toMatchObject([
      { number: 1, cells: { no: '1', name: 'a' } },
      { number: 3, broken: 'not a JSON object' },
      { number: 4, broken: expect.stringContaining('not JSON') },
      { number: 5, cells: { no: '3' } },
    ]);
  });
});

describe('the encoding of a file', () => {
  it('is found by its mark or its bytes, also when the sample ends within a character', () => {
    const utf8 = Buffer.from('编号,名称');
    expect(encodingOf(utf8)).toBe('utf-8');
    expect(encodingOf(utf8.subarray(0, utf8.length - 1))).toBe('utf-8');
    expect(encodingOf(Buffer.from([0xb1, 0xe0, 0xba, 0xc5]))).toBe('gb18030');
    expect(encodingOf(Buffer.from([0xff, 0xfe, 0x16, 0x7f]))).toBe('utf-16le');
  });
});
