import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import type { DryRunReport, Mover } from './report.ts';

/** A JSON file `{ movers, report }` written as the movers come: a city's worth of them need not fit in memory. */
export interface MoversFile {
  add(schemeId: string, mover: Mover): void;
  /** The file has its name only now: one that is there is whole. */
  end(report: DryRunReport): void;
}

const CHUNK = 1 << 16;

export function moversFile(path: string): MoversFile {
  const unfinished = `${path}.unfinished`;
  const file = openSync(unfinished, 'w', 0o600);
  let waiting = '{"movers":[';
  let isFirst = true;
  const write = (text: string): void => {
    waiting += text;
    if (waiting.length < CHUNK) return;
    writeSync(file, waiting);
    waiting = '';
  };
  return {
    add(schemeId, mover) {
      write(`${isFirst ? '' : ','}\n${JSON.stringify({ schemeId, ...mover })}`);
      isFirst = false;
    },
    end(report) {
      writeSync(file, `${waiting}\n],"report":${JSON.stringify(report)}}\n`);
      closeSync(file);
      renameSync(unfinished, path);
    },
  };
}
