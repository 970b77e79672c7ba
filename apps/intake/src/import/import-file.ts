import type { MappedEvent, RowFault, RowMapper } from './map-row.ts';
import { rejectedFileOf } from './rejected-file.ts';
import { readCsv, readJsonLines, type Row, type RowSource } from './rows.ts';
import { openTextFile, type Encoding } from './text-file.ts';

/** What became of the rows of one file. */
export interface FileCounts {
  rows: number;
  events: number;
  /** Events that an earlier row of the file states word for word. */
  duplicates: number;
  refusedRows: number;
  /** Faults by rule. */
  readonly faults: Map<string, number>;
  rejectedPath: string | undefined;
}

export interface FileImport {
  readonly path: string;
  readonly mapper: RowMapper;
  readonly encoding?: Encoding | undefined;
  readonly counts: FileCounts;
  /** Told of each row, with the bytes read so far. */
  onProgress?(rows: number, bytesRead: number, bytes: number): void;
}

export function emptyCounts(): FileCounts {
  return { rows: 0, events: 0, duplicates: 0, refusedRows: 0, faults: new Map(), rejectedPath: undefined };
}

/**
 * The events of a file, row by row; refused rows go to FILE.rejected.csv and into `counts`. Reads only as fast as it is
 * asked. Throws FileError when the file cannot be read as one of its mapping.
 */
export async function* eventsOfFile(file: FileImport): AsyncGenerator<MappedEvent> {
  const { path, mapper, counts } = file;
  const text = await openTextFile(path, file.encoding);
  const source = await rowsOf(path, text.text(), mapper);
  const rejected = rejectedFileOf(path, source);
  for await (const row of source.rows) {
    counts.rows += 1;
    const mapped = mapRow(mapper, row);
    file.onProgress?.(counts.rows, text.bytesRead(), text.bytes);
    if (mapped.ok) {
      counts.events += mapped.events.length;
      yield* mapped.events;
      continue;
    }
    counts.refusedRows += 1;
    for (const { rule } of mapped.faults) counts.faults.set(rule, (counts.faults.get(rule) ?? 0) + 1);
    await rejected.write(row.number, mapped.faults, row.original);
  }
  counts.rejectedPath = await rejected.finish();
}

function rowsOf(path: string, text: AsyncIterable<string>, mapper: RowMapper): Promise<RowSource> | RowSource {
  if (/\.(jsonl|ndjson)(\.gz)?$/iu.test(path)) return readJsonLines(text, mapper);
  return readCsv(text, mapper, path);
}

function mapRow(mapper: RowMapper, row: Row): ReturnType<RowMapper['map']> {
  if ('broken' in row)
    return { ok: false, faults: [{ columns: [], rule: 'row', message: row.broken } satisfies RowFault] };
  return mapper.map(row.cells);
}
