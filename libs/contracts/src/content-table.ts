import { FACT_TYPES } from './catalogue.ts';
import type { AttributeSpec, FactType } from './catalogue-types.ts';
import { DAY_MS } from './dates.ts';
import { below, fault } from './faults.ts';
import type { Run, Site } from './faults.ts';
import { listOf, readBoolean, simpleReader, sourceCodeReader, textReader } from './field-readers.ts';
import type { Reader } from './field-readers.ts';
import { readSubject } from './subject-reader.ts';
import { quoted } from './text.ts';

interface Field {
  readonly name: string;
  readonly site: Site;
  readonly spec: AttributeSpec;
  readonly read: Reader;
}

/** The compiled fields of one content: made once for each fact type, so that reading is a walk over an array. */
export interface ContentTable {
  readonly fields: readonly Field[];
  readonly names: ReadonlySet<string>;
  readonly site: Site;
}

/** Compiles attributes. Rules are named `<first part of the fact type>.<attribute>`, as penalty.fine. */
export function compileTable(area: string, attributes: FactType['attributes'], path = 'content'): ContentTable {
  const fields = Object.entries(attributes).map(([name, spec]) => ({
    name,
    spec,
    site: { field: `${path}.${name}`, rule: `${area}.${ruleName(name)}` },
    read: readerOf(spec, area, `${path}.${name}`),
  }));
  return { fields, names: new Set(Object.keys(attributes)), site: { field: path, rule: `${area}.${path}` } };
}

function ruleName(attribute: string): string {
  return attribute.replace(/Fen$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function readerOf(spec: AttributeSpec, area: string, path: string): Reader {
  switch (spec.type) {
    case 'subject':
      return readSubject;
    case 'inspection-items':
      return readItems;
    case 'values':
      return readValues;
    case 'enterprise-attributes':
      return enterpriseAttributesReader(area, path, spec.required === true);
    default:
      return simpleReader({ ...spec, type: spec.type });
  }
}

/**
 * Reads an object by its table: values in table order, null for what is not stated, every fault noted. A text of
 * nothing but spaces counts as not stated. Always returns the object; it is only of use when no fault was noted.
 */
export function readContent(stated: Record<string, unknown>, table: ContentTable, run: Run): Record<string, unknown> {
  const content: Record<string, unknown> = {};
  for (const field of table.fields) {
    const value = stated[field.name];
    content[field.name] = isAbsent(value) ? absent(field, run) : (field.read(value, field.site, run) ?? null);
  }
  for (const name in stated) {
    if (!table.names.has(name)) noteUnknown(name, table, run);
  }
  for (const field of table.fields) compare(field, content, run);
  return content;
}

export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (typeof value === 'string' && value.trim() === '');
}

function absent({ spec, site }: Field, run: Run): unknown {
  if (spec.default !== undefined) return spec.default;
  if (spec.from === 'number') return run.number;
  if (spec.required)
    return fault(run, site, 'required', `${site.field} is missing; expected ${spec.zh} (${spec.type})`);
  return spec.type === 'inspection-items' ? [] : null;
}

function noteUnknown(name: string, table: ContentTable, run: Run): void {
  const known = [...table.names].join(', ') || 'nothing';
  fault(
    run,
    below(table.site, name),
    'unknown',
    `${table.site.field}.${name} is not known here; expected only ${known}`,
  );
}

function compare(field: Field, content: Record<string, unknown>, run: Run): void {
  const { spec, site, name } = field;
  if (spec.after !== undefined) compareMoments(field, content[name], content[spec.after], run);
  if (spec.differsFrom !== undefined && isSameText(content[name], content[spec.differsFrom])) {
    fault(run, site, 'differs', `${site.field} is the same as ${spec.differsFrom}; expected another`);
  }
}

function compareMoments({ spec, site }: Field, end: unknown, start: unknown, run: Run): void {
  if (typeof end !== 'number' || typeof start !== 'number') return;
  if (end <= start) {
    fault(run, site, `after-${ruleName(spec.after ?? '')}`, `${site.field} is not later than ${spec.after}`);
  }
  const { withinDays } = spec;
  if (withinDays !== undefined && end > start + withinDays * DAY_MS) {
    const days = Math.ceil((end - start) / DAY_MS);
    fault(
      run,
      site,
      'within-days',
      `${site.field} is ${days} days after ${spec.after}; expected at most ${withinDays}`,
    );
  }
}

function isSameText(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string' && one.toLowerCase() === other.toLowerCase();
}

/** The same attributes as a registration, all of them optional. `null` when not stated: a record of nulls. */
function enterpriseAttributesReader(area: string, path: string, notEmpty: boolean): Reader {
  const attributes = Object.fromEntries(
    Object.entries(FACT_TYPES['enterprise.registration']?.attributes ?? {}).map(([name, { required: _, ...spec }]) => [
      name,
      spec,
    ]),
  );
  const table = compileTable(area, attributes, path);
  return function readEnterpriseAttributes(value, site, run) {
    if (!isRecord(value)) return fault(run, site, 'object', `${site.field} is ${quoted(value)}; expected an object`);
    const content = readContent(value, table, run);
    if (notEmpty && Object.values(value).every(isAbsent)) {
      return fault(run, site, 'not-empty', `${site.field} states nothing; expected at least one changed attribute`);
    }
    return content;
  };
}

const readItemName = textReader(200);
const readItemCodes = listOf(sourceCodeReader(true), 1);

const readItems: Reader = (value, site, run) => {
  if (!Array.isArray(value) || value.length > 200) {
    return fault(run, site, 'list', `${site.field} is ${quoted(value)}; expected a list of at most 200 {item, codes}`);
  }
  return value.map((element: unknown, place) => {
    const at = below(site, place);
    if (!isRecord(element))
      return fault(run, at, 'object', `${at.field} is ${quoted(element)}; expected {item, codes}`);
    return {
      item: readItemName(element['item'], below(at, 'item'), run) ?? '',
      codes: readItemCodes(element['codes'], below(at, 'codes'), run) ?? [],
    };
  });
};

const readValueText = textReader(500);
const readValueTexts = listOf(readValueText, 0);

/** Free values by name, for what explains a derived fact. */
const readValues: Reader = (value, site, run) => {
  if (!isRecord(value)) return fault(run, site, 'object', `${site.field} is ${quoted(value)}; expected an object`);
  const values: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value)) values[name] = readValue(one, below(site, name), run);
  return values;
};

function readValue(value: unknown, site: Site, run: Run): unknown {
  if (isAbsent(value)) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'boolean') return readBoolean(value, site, run);
  return Array.isArray(value) ? readValueTexts(value, site, run) : readValueText(value, site, run);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
