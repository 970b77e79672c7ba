import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { INDUSTRY_SECTIONS } from './industry-sections.ts';
import type { Coded, Label } from './reads/views.ts';

/** How an attribute of a fact type is shown. */
export interface AttributeTerm {
  readonly label: Label;
  readonly type: string;
  /** Code list of the values, when they are codes of this contract. */
  readonly list: string | null;
}

/** Official terms for the codes in the data, from the catalogue in schemas/facts. */
export interface Vocabulary {
  town(code: string | null): Coded | null;
  /** Section 门类 of a GB/T 4754 code, by its letter; the code itself is kept. */
  industry(code: string | null): Coded | null;
  factType(id: string): Label | null;
  attribute(factType: string, name: string): AttributeTerm | null;
  /** A value of a code list of this contract. */
  listed(list: string, code: string): Label | null;
  /** A code of a source's code system. */
  sourceCode(system: string, code: string): Label | null;
}

interface NamedEntry {
  readonly zh: string;
  readonly en?: string;
}

interface FactEntry extends NamedEntry {
  readonly id: string;
  readonly attributes?: Readonly<Record<string, NamedEntry & { readonly type: string; readonly list?: string }>>;
}

interface Catalogue {
  readonly towns?: Readonly<Record<string, NamedEntry>>;
  readonly lists?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly systems?: Readonly<Record<string, { readonly codes: Readonly<Record<string, string>> }>>;
  readonly facts?: readonly FactEntry[];
}

/** Reads the catalogue; throws when the folder is not there, because codes without terms explain nothing. */
export function readVocabulary(folder: string): Vocabulary {
  const parts = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => parse(readFileSync(join(folder, name), 'utf8')) as Catalogue);
  const towns = Object.assign({}, ...parts.map((part) => part.towns)) as NonNullable<Catalogue['towns']>;
  const lists = Object.assign({}, ...parts.map((part) => part.lists)) as NonNullable<Catalogue['lists']>;
  const systems = Object.assign({}, ...parts.map((part) => part.systems)) as NonNullable<Catalogue['systems']>;
  const facts = new Map(parts.flatMap((part) => part.facts ?? []).map((fact) => [fact.id, fact]));

  return {
    town: (code) => (code === null ? null : { code, label: labelOf(towns[code]) }),
    industry: (code) => (code === null ? null : { code, label: INDUSTRY_SECTIONS[code.charAt(0)] ?? null }),
    factType: (id) => labelOf(facts.get(id)),
    attribute(factType, name) {
      const term = facts.get(factType)?.attributes?.[name];
      const label = labelOf(term);
      return term === undefined || label === null ? null : { label, type: term.type, list: term.list ?? null };
    },
    listed: (list, code) => termOf(lists[list]?.[code]),
    sourceCode: (system, code) => termOf(systems[system]?.codes[code]),
  };
}

function labelOf(entry: NamedEntry | undefined): Label | null {
  return entry === undefined ? null : { zh: entry.zh, en: entry.en ?? entry.zh };
}

function termOf(zh: string | undefined): Label | null {
  return zh === undefined ? null : { zh, en: zh };
}
