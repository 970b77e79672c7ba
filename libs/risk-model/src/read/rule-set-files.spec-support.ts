import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Reader, RuleSetError } from './reader.ts';
import type { RuleSetFault } from './reader.ts';
import { readRuleSet } from './read-rule-set.ts';

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a file to be broken in any place */
export type File = any;

const FILES = new Map<string, File>();

/** A released file of schemas/rule-sets, to be changed at will. */
export function fileOf(name: string): File {
  if (!FILES.has(name)) FILES.set(name, parse(readFileSync(`schemas/rule-sets/${name}.yaml`, 'utf8')));
  return structuredClone(FILES.get(name));
}

/** What reading a value at `a` gives, and what is said of it. */
export function reading<T>(value: unknown, read: (reader: Reader) => T): [T, string[]] {
  const faults: RuleSetFault[] = [];
  const result = read(new Reader(value, 'a', faults));
  return [result, faults.map(({ path, message }) => `${path}: ${message}`)];
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

function indicatorsOf(file: File): readonly { readonly code: string }[] {
  return (file as { readonly indicators: readonly { readonly code: string }[] }).indicators;
}

export function indicatorOf(file: File, code: string): File {
  return indicatorsOf(file).find((item) => item.code === code);
}

/** A path as a test writes it, `R01.cap`, as the file has it, `indicators[24].cap`. */
export function placed(file: File, path: string): string {
  return path.replace(/^([A-Z]+\d+)\b/u, (code) => {
    const place = indicatorsOf(file).findIndex((item) => item.code === code);
    return place < 0 ? code : `indicators[${place}]`;
  });
}

type Block = { readonly [key: string]: unknown };

/** The block at a path as a test writes it; a fact type is one key, with its dot. */
export function blockAt(file: File, path: string): File {
  const [first = '', ...rest] = placed(file, path).split(/[.[\]]+/u);
  const keys = first === 'facts' ? [first, rest.join('.')] : [first, ...rest].filter((key) => key !== '');
  return keys.reduce((block, key) => block[key] as Block, file as Block);
}
