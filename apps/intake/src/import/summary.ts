import type { FileCounts } from './import-file.ts';

export interface ImportedFile {
  readonly path: string;
  /** Name and version of its mapping. */
  readonly mapping: string;
  readonly counts: FileCounts;
}

const number = new Intl.NumberFormat('en-US');

/** What a run did, file by file: rows, events, repetitions, refused rows by rule, and where these are. */
export function summaryOf(files: readonly ImportedFile[], last: string): string {
  return [...files.flatMap(linesOf), last, ''].join('\n');
}

function linesOf({ path, mapping, counts }: ImportedFile): string[] {
  const { rows, events, duplicates, refusedRows, faults, rejectedPath } = counts;
  const lines = [
    `${path} (${mapping})`,
    `  ${number.format(rows)} rows, ${number.format(events)} events, ${number.format(duplicates)} duplicates inside the file, ${number.format(refusedRows)} rows refused`,
  ];
  const byRule = [...faults].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  for (const [rule, times] of byRule) lines.push(`    ${rule}: ${number.format(times)}`);
  if (rejectedPath !== undefined) lines.push(`  refused rows: ${rejectedPath}`);
  return lines;
}
