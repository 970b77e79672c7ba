import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { FileError } from './text-file.ts';

/** One row of a file. `number` counts as a spreadsheet does: the heading of a CSV file is row 1. */
export type Row =
  | {
      readonly number: number;
      /** Cells by the name used in the mapping. */
      readonly cells: Readonly<Record<string, string>>;
      /** The row as it stands in the file. */
      readonly original: readonly string[];
    }
  | { readonly number: number; readonly broken: string; readonly original: readonly string[] };

export interface RowSource {
  /** Headings as they stand in the file; of JSONL, the names used in the mapping. */
  readonly headings: readonly string[];
  /** The name used in the mapping → the heading the file has for it. */
  readonly headingOf: ReadonlyMap<string, string>;
  readonly rows: AsyncIterable<Row>;
}

export interface ColumnNames {
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly required: readonly string[];
}

const MAX_ROW_CHARACTERS = 1_048_576;

/** A heading as it is compared: half-width, without invisible characters, spaces at the ends and case. */
export function headingKey(heading: string): string {
  return heading
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\ufeff]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** A record of the parser with its place in the file, counted as it is parsed: what is skipped has a number too. */
interface Numbered {
  readonly number: number;
  readonly record: string[];
}

/**
 * Reads CSV (comma, semicolon or tab; quotes, CRLF) row by row. A row with another number of cells than the heading is
 * given as broken, and so is one whose quote never closes. Throws FileError when required columns are missing.
 */
export async function readCsv(text: AsyncIterable<string>, names: ColumnNames, path: string): Promise<RowSource> {
  const { first, all } = await peek(text);
  const skipped: Row[] = [];
  let number = 0;
  const numbered = (record: string[]): Numbered => ({ number: ++number, record });
  const parser = Readable.from(all, { objectMode: false, encoding: 'utf8' }).pipe(
    parse({
      bom: true,
      delimiter: delimiterOf(first),
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_ROW_CHARACTERS,
      // An error would discard rows that were parsed before it and not read yet.
      skip_records_with_error: true,
      on_record: numbered as unknown as (record: string[]) => string[],
      on_skip: (error) => {
        skipped.push({ number: ++number, broken: error?.message ?? 'cannot be parsed', original: [] });
        return undefined;
      },
    }),
  );
  const records = (parser as AsyncIterable<Numbered>)[Symbol.asyncIterator]();
  const heading = await records.next();
  if (heading.done === true) throw new FileError(`${path} has no heading row`);
  const headings = heading.value.record;
  const columns = columnsOf(headings, names, path);
  const headingOf = new Map(
    headings.flatMap((text, index) => (columns[index] === undefined ? [] : [[columns[index], text]])),
  );
  return { headings, headingOf, rows: csvRows({ [Symbol.asyncIterator]: () => records }, columns, skipped) };
}

async function* csvRows(
  records: AsyncIterable<Numbered>,
  columns: readonly (string | undefined)[],
  skipped: Row[],
): AsyncGenerator<Row> {
  for await (const { number, record } of records) {
    while ((skipped[0]?.number ?? Infinity) < number) yield skipped.shift() as Row;
    while (record.length > columns.length && record.at(-1) === '') record.pop();
    if (record.length !== columns.length) {
      yield { number, broken: `${record.length} cells under ${columns.length} headings`, original: record };
      continue;
    }
    const cells: Record<string, string> = {};
    record.forEach((cell, index) => {
      const column = columns[index];
      if (column !== undefined && (cells[column] ?? '') === '') cells[column] = cell;
    });
    yield { number, cells, original: record };
  }
  yield* skipped;
}

/** The separator that stands most often in the first line. */
function delimiterOf(text: string): string {
  const line = text.slice(0, (text.search(/[\r\n]/u) + 1 || text.length + 1) - 1);
  const count = (mark: string): number => line.split(mark).length;
  return [',', '\t', ';'].sort((a, b) => count(b) - count(a))[0] as string;
}

async function peek(text: AsyncIterable<string>): Promise<{ first: string; all: AsyncIterable<string> }> {
  const pieces = text[Symbol.asyncIterator]();
  const first = await pieces.next();
  const all = async function* (): AsyncGenerator<string> {
    if (first.done !== true) yield first.value;
    yield* { [Symbol.asyncIterator]: () => pieces };
  };
  return { first: first.done === true ? '' : first.value, all: all() };
}

/** For each heading, the name the mapping uses for it; undefined where the mapping does not use the column. */
function columnsOf(heading: readonly string[], names: ColumnNames, path: string): (string | undefined)[] {
  const byKey = new Map(
    Object.entries(names.columns).flatMap(([column, headings]) =>
      [column, ...headings].map((text): [string, string] => [headingKey(text), column]),
    ),
  );
  const columns = heading.map((text) => byKey.get(headingKey(text)));
  const missing = names.required.filter((column) => !columns.includes(column));
  if (missing.length === 0) return columns;
  const wanted = missing.map((column) => `${column} (${(names.columns[column] ?? []).join(', ')})`);
  throw new FileError(`${path} has no column ${wanted.join('; ')}; its columns are ${heading.join(', ')}`);
}

/** Reads JSON Lines: an object a line, its members being the cells; members that hold objects or lists are not used. */
export function readJsonLines(text: AsyncIterable<string>, names: ColumnNames): RowSource {
  return { headings: Object.keys(names.columns), headingOf: new Map(), rows: jsonRows(text, names) };
}

async function* jsonRows(text: AsyncIterable<string>, names: ColumnNames): AsyncGenerator<Row> {
  const headings = Object.entries(names.columns).map(([column, aliases]) => ({
    column,
    keys: [column, ...aliases].map(headingKey),
  }));
  let number = 0;
  for await (const line of lines(text)) {
    number += 1;
    if (line.trim() === '') continue;
    const members = membersOf(line);
    if (typeof members === 'string') {
      yield { number, broken: members, original: [line] };
      continue;
    }
    const cells: Record<string, string> = {};
    for (const { column, keys } of headings) {
      const cell = keys.map((key) => members.get(key)).find((value) => value !== undefined);
      if (cell !== undefined) cells[column] = cell;
    }
    yield { number, cells, original: headings.map(({ column }) => cells[column] ?? '') };
  }
}

function membersOf(line: string): ReadonlyMap<string, string> | string {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return 'not a JSON object';
  return new Map(
    Object.entries(document).flatMap(([name, value]): [string, string][] =>
      ['string', 'number', 'boolean'].includes(typeof value) ? [[headingKey(name), String(value)]] : [],
    ),
  );
}

async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of text) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) yield line.replace(/\r$/u, '');
    if (rest.length > MAX_ROW_CHARACTERS)
      throw new FileError(`a line of more than ${MAX_ROW_CHARACTERS} characters; is it JSON Lines?`);
  }
  if (rest !== '') yield rest;
}
