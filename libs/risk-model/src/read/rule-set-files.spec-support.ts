import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { RuleSetError } from './reader.ts';
import { readRuleSet } from './read-rule-set.ts';

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a file to be broken in any place */
export type File = any;

/** A file of schemas/rule-sets, parsed. */
export function fileOf(name: string): File {
  return parse(readFileSync(`schemas/rule-sets/${name}.yaml`, 'utf8'));
}

/** Every fault of a file as `path: message`; none when it is accepted. */
export function faultsOf(file: unknown): string[] {
  return faultsIn(() => readRuleSet(file));
}

export function faultsIn(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof RuleSetError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

export function indicatorOf(file: File, code: string): File {
  return file.indicators.find((item: File) => item.code === code);
}

/** A path as a test writes it, `R01.cap`, as the file has it, `indicators[24].cap`. */
export function placed(file: File, path: string): string {
  return path.replace(/^([A-Z]+\d+)\b/u, (code) => {
    const place = file.indicators.findIndex((item: File) => item.code === code);
    return place < 0 ? code : `indicators[${place}]`;
  });
}
