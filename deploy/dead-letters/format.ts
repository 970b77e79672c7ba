import type { Letter } from './letter.ts';

/** What a person sees of one letter in a list: its place, time, state, where its record stood, key, reason. */
export function listLine({ record, source, state, reason }: Letter): string {
  const { topic, partition, offset, key } = record;
  const time = new Date(record.timestamp).toISOString();
  const place = `${topic} ${partition}/${offset}`;
  return `${place}  ${time}  ${state.padEnd(8)}  from ${source.partition}/${source.offset}  ${key?.toString('utf8') ?? '-'}  ${reason}`;
}

/** The same for a program; the value in hex only when asked for. */
export function letterJson(letter: Letter, withValue: boolean): object {
  const { record, source, group, reason, state, note, replayOf } = letter;
  const { topic, partition, offset, timestamp, key, value } = record;
  return {
    topic,
    partition,
    offset,
    timestamp,
    state,
    note,
    source,
    group,
    key: key?.toString('utf8') ?? null,
    reason,
    replayOf,
    bytes: value?.length ?? null,
    ...(withValue ? { headers: headersOf(letter), value: value === null ? null : value.toString('hex') } : {}),
  };
}

const SHOWN_BYTES = 2_048;

/** One letter in full: headers, bytes, and what a reader of this version makes of them now. */
export function shown(letter: Letter, readNow: string): string {
  const { record, source, state, note, reason, replayOf, group } = letter;
  const { value } = record;
  return [
    `${record.topic} ${record.partition}/${record.offset}`,
    `  state     ${state}${note === '' ? '' : ` (${note})`}`,
    `  reason    ${reason}`,
    `  group     ${group}`,
    `  from      ${source.topic} ${source.partition}/${source.offset}`,
    `  replay of ${replayOf ?? '-'}`,
    `  key       ${record.key?.toString('utf8') ?? '-'}`,
    ...Object.entries(headersOf(letter)).map(([name, text]) => `  header    ${name}=${text}`),
    `  read now  ${readNow}`,
    value === null ? '  value     null' : `  value     ${value.length} bytes`,
    ...(value === null ? [] : hexLines(value.subarray(0, SHOWN_BYTES))),
    ...(value === null || value.length <= SHOWN_BYTES ? [] : [`    … --json prints all of it`]),
  ].join('\n');
}

function headersOf({ record }: Letter): Record<string, string> {
  return Object.fromEntries(Object.entries(record.headers).map(([name, text]) => [name, text.toString('utf8')]));
}

function hexLines(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += 16) {
    const row = bytes.subarray(start, start + 16);
    const text = row.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
    lines.push(`    ${start.toString(16).padStart(4, '0')}  ${row.toString('hex').padEnd(32)}  ${text}`);
  }
  return lines;
}
