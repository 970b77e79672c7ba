import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { RowFault } from './map-row.ts';
import type { RowSource } from './rows.ts';

/** The refused rows of one import, beside its file: one line for each fault, with the row as it stood. */
export interface RejectedFile {
  readonly path: string;
  write(row: number, faults: readonly RowFault[], original: readonly string[]): Promise<void>;
  /** Puts the file in its place; without a refused row it removes the one of an earlier run. Answers its path, if there is one. */
  finish(): Promise<string | undefined>;
}

/** Writes FILE.rejected.csv under another name first, so that a broken-off run leaves the earlier one whole. */
export function rejectedFileOf(file: string, { headings, headingOf }: Omit<RowSource, 'rows'>): RejectedFile {
  const path = `${file}.rejected.csv`;
  const draft = `${path}.part`;
  let stream: WriteStream | undefined;

  const line = async (cells: readonly (string | number)[]): Promise<void> => {
    stream ??= createWriteStream(draft);
    if (!stream.write(`${cells.map(csvCell).join(',')}\r\n`)) await once(stream, 'drain');
  };

  return {
    path,
    async write(row, faults, original) {
      // The byte-order mark makes spreadsheets read the file as UTF-8.
      if (stream === undefined) await line(['\ufeffrow', 'column', 'rule', 'message', ...headings]);
      for (const { columns, rule, message } of faults) {
        const named = columns.map((column) => headingOf.get(column) ?? column).join(' + ');
        await line([row, named, rule, message, ...original]);
      }
    },
    async finish() {
      if (stream === undefined) {
        await rm(path, { force: true });
        return undefined;
      }
      stream.end();
      await once(stream, 'finish');
      await rename(draft, path);
      return path;
    },
  };
}

/** Quotes where CSV needs it, and puts an apostrophe before what a spreadsheet would run as a formula. */
function csvCell(cell: string | number): string {
  const text = String(cell);
  const safe = /^[=+@\t]|^-(?!\d)/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
