import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AttributeSpec, AttributeType, Catalogue, CodeSystem, FactType, Town } from '../src/catalogue-types.ts';
import { EVENT_NAMES } from '../src/topics.ts';

interface FactSource extends Omit<FactType, 'registers' | 'attributes' | 'record'> {
  readonly record?: FactType['record'];
  readonly lifecycle: string;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
}

interface CatalogueFile {
  readonly facts?: readonly FactSource[];
  readonly lifecycles?: Readonly<Record<string, FactType['registers']>>;
  readonly lists?: Catalogue['lists'];
  readonly systems?: Readonly<Record<string, CodeSystem>>;
  readonly towns?: Readonly<Record<string, Town>>;
}

const TYPES: Readonly<Record<AttributeType, true>> = {
  text: true,
  number: true,
  identifier: true,
  key: true,
  boolean: true,
  integer: true,
  decimal: true,
  year: true,
  money: true,
  date: true,
  'end-date': true,
  town: true,
  industry: true,
  code: true,
  codes: true,
  'source-code': true,
  'source-codes': true,
  subject: true,
  'enterprise-attributes': true,
  'inspection-items': true,
  values: true,
};

/**
 * Reads and checks schemas/facts/*.yaml. Throws one Error that lists every fault of the catalogue:
 * a doubled id, an unknown type, list, lifecycle, record or fact type.
 */
export function readCatalogue(root: string): Catalogue {
  const directory = join(root, 'schemas/facts');
  const files = globSync('*.yaml', { cwd: directory }).sort();
  const parts = files.map((file) => parse(readFileSync(join(directory, file), 'utf8')) as CatalogueFile);
  const lifecycles = merge(parts.map((part) => part.lifecycles));
  const lists = merge(parts.map((part) => part.lists));
  const codeSystems = merge(parts.map((part) => part.systems));
  const faults: string[] = [];
  const facts: Record<string, FactType> = {};
  for (const source of parts.flatMap((part) => part.facts ?? [])) {
    const { lifecycle, attributes = {}, ...rest } = source;
    if (facts[source.id]) faults.push(`fact type ${source.id} is there twice`);
    const registers = lifecycles[lifecycle];
    if (!registers) faults.push(`fact type ${source.id} has the unknown lifecycle ${lifecycle}`);
    facts[source.id] = { ...rest, record: source.record ?? 'FactRecorded', registers: registers ?? {}, attributes };
  }
  for (const fact of Object.values(facts)) faults.push(...faultsOf(fact, lists));
  for (const [id, system] of Object.entries(codeSystems)) {
    for (const fact of system.appliesTo)
      if (!facts[fact]) faults.push(`code system ${id} applies to the unknown ${fact}`);
  }
  if (faults.length > 0) throw new Error(`schemas/facts has faults:\n  ${faults.join('\n  ')}`);
  return { facts, lists, codeSystems, towns: merge(parts.map((part) => part.towns)) };
}

function faultsOf(fact: FactType, lists: Catalogue['lists']): string[] {
  const faults: string[] = [];
  if (!EVENT_NAMES.includes(fact.record)) faults.push(`${fact.id} is carried by the unknown record ${fact.record}`);
  if (!fact.zh || !fact.en || !fact.number) faults.push(`${fact.id} needs zh, en and number`);
  return [...faults, ...Object.keys(fact.attributes).flatMap((name) => attributeFaults(fact, name, lists))];
}

function attributeFaults(fact: FactType, name: string, lists: Catalogue['lists']): string[] {
  const at = `${fact.id}.${name}`;
  const { type, list, after, differsFrom, withinDays } = fact.attributes[name] as AttributeSpec;
  const faults: string[] = [];
  if (!TYPES[type]) faults.push(`${at} has the unknown type ${type}`);
  if ((type === 'code' || type === 'codes') && !lists[list ?? ''])
    faults.push(`${at} has the unknown code list ${list}`);
  for (const other of [after, differsFrom]) {
    if (other && !fact.attributes[other]) faults.push(`${at} refers to the unknown attribute ${other}`);
  }
  if (withinDays !== undefined && after === undefined) faults.push(`${at} has withinDays but no after`);
  return faults;
}

function merge<T>(parts: readonly (Readonly<Record<string, T>> | undefined)[]): Record<string, T> {
  return Object.assign({}, ...parts) as Record<string, T>;
}
