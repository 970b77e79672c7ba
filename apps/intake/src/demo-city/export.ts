import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { CitySettings } from './enterprises.ts';
import { cityHistory, type HistoryOptions } from './generate.ts';

/**
 * Writes the history as JSON Lines, one event a line in the form intake takes, in order of record time.
 * Answers the number of events. A name that ends in .gz is compressed.
 */
export async function exportCity(settings: CitySettings, out: string, options: HistoryOptions): Promise<number> {
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    let chunk = '';
    for await (const { event } of cityHistory(settings, options)) {
      chunk += `${JSON.stringify(event)}\n`;
      if (++count % 500 !== 0) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  }
  if (out.endsWith('.gz')) await pipeline(lines, createGzip(), createWriteStream(out));
  else await pipeline(lines, createWriteStream(out));
  return count;
}
