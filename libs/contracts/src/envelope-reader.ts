import { CODE_SYSTEMS, FACT_TYPE_OF_RECORD, FACT_TYPES } from './catalogue.ts';
import type { FactType } from './catalogue-types.ts';
import { isAbsent, isRecord } from './content-table.ts';
import { isFault, readDate } from './dates.ts';
import type { Stated as StatedTime } from './dates.ts';
import { fault } from './faults.ts';
import type { Run, Site } from './faults.ts';
import { patternReader, readBoolean, readNumber, readPast, readStart, textReader } from './field-readers.ts';
import type { Reader } from './field-readers.ts';
import type { DatePrecision, EventType, Register, RevisionKind, Subject } from './generated/records.ts';
import { readSubject } from './subject-reader.ts';
import { quoted } from './text.ts';

/** What the envelope states, read and normalised; ids and receipt are added when the whole event holds. */
export interface StatedEnvelope {
  readonly source: string;
  readonly authority: string;
  readonly number: string;
  readonly subject: Subject;
  readonly subjectFirstStated: Subject;
  readonly occurredAt: number;
  readonly datePrecision: DatePrecision;
  readonly effectiveAt: number | null;
  readonly publishedAt: number | null;
  readonly revision: number;
  readonly revisionKind: RevisionKind;
  readonly codeSystem: string | null;
  readonly codeSystemVersion: string | null;
  readonly caseNumber: string | null;
  readonly mapping: string | null;
  readonly mappingVersion: string | null;
  readonly purpose: string;
  readonly synthetic: boolean;
}

const site = (name: string, rule: string): Site => ({ field: name, rule: `event.${rule}` });
const SITES = {
  factType: site('factType', 'fact-type'),
  register: site('register', 'register'),
  source: site('source', 'source'),
  authority: site('authority', 'authority'),
  number: site('number', 'number'),
  subject: { field: 'subject', rule: 'subject' },
  subjectFirstStated: { field: 'subjectFirstStated', rule: 'subject' },
  occurredAt: site('occurredAt', 'occurred-at'),
  effectiveAt: site('effectiveAt', 'effective-at'),
  publishedAt: site('publishedAt', 'published-at'),
  revision: site('revision', 'revision'),
  codeSystem: site('codeSystem', 'code-system'),
  codeSystemVersion: site('codeSystemVersion', 'code-system-version'),
  caseNumber: site('caseNumber', 'case-number'),
  mapping: site('mapping', 'mapping'),
  mappingVersion: site('mappingVersion', 'mapping-version'),
  purpose: site('purpose', 'purpose'),
  synthetic: site('synthetic', 'synthetic'),
} as const;

const MEMBERS: ReadonlySet<string> = new Set(['type', 'content', ...Object.keys(SITES)]);

const readName = patternReader(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, . _ and -, at most 64');
const readVersion = patternReader(/^[\w.:+-]{1,64}$/, 'a version of letters, digits, . : + - and _');
const readAuthority = textReader(100);

type Stated = Readonly<Record<string, unknown>>;
type Name = keyof typeof SITES;

/** The fact type an event speaks of: fixed by most record types, stated by the others. */
export function readFactType(type: EventType, stated: Stated, run: Run): FactType | undefined {
  const value = stated['factType'];
  const fixed = FACT_TYPE_OF_RECORD[type];
  if (fixed) {
    if (isAbsent(value) || value === fixed.id) return fixed;
    return fault(run, SITES.factType, 'fixed', `factType is ${quoted(value)}; a ${type} is always ${fixed.id}`);
  }
  const fact = typeof value === 'string' && Object.hasOwn(FACT_TYPES, value) ? FACT_TYPES[value] : undefined;
  if (!fact) {
    return fault(
      run,
      SITES.factType,
      'known',
      `factType is ${quoted(value)}; expected an id of schemas/facts, as tax.arrears`,
    );
  }
  if (type === 'FactStatusChanged' || fact.record === type) return fact;
  return fault(run, SITES.factType, 'record', `${fact.id} is carried by ${fact.record}, not by ${type}`);
}

/** The register: CONTENT, unless the event restates another one. */
export function readRegister(type: EventType, stated: Stated, fact: FactType | undefined, run: Run): Register {
  const value = stated['register'];
  if (type !== 'FactStatusChanged') {
    if (!isAbsent(value) && value !== 'CONTENT') {
      fault(
        run,
        SITES.register,
        'content-only',
        `register is ${quoted(value)}; a ${type} states CONTENT, other registers take FactStatusChanged`,
      );
    }
    return 'CONTENT';
  }
  const registers = Object.keys(fact?.registers ?? {});
  if (fact && !registers.includes(String(value))) {
    fault(run, SITES.register, 'allowed', `register is ${quoted(value)}; ${fact.id} has ${registers.join(', ')}`);
  }
  return value as Register;
}

const NOWHERE: StatedTime = { at: 0, precision: 'DAY' };
const NOBODY: Subject = { scheme: '', value: '' };

/** Reads every member of the envelope and notes every fault. The result is only of use when no fault was noted. */
export function readEnvelope(stated: Stated, run: Run): StatedEnvelope {
  for (const name in stated) if (!MEMBERS.has(name)) noteUnknown(name, run);
  const from = { stated, run };
  const occurred = required('occurredAt', readPast, from, NOWHERE);
  const published = optional('publishedAt', readPast, from, null);
  const subject = required('subject', readSubject, from, NOBODY);
  run.number = required('number', readNumber, from, '');
  run.codeSystem = optional('codeSystem', readCodeSystem, from, null);
  return {
    source: required('source', readName, from, ''),
    authority: required('authority', readAuthority, from, ''),
    number: run.number,
    subject,
    subjectFirstStated: optional('subjectFirstStated', readSubject, from, subject),
    occurredAt: occurred.at,
    datePrecision: occurred.precision,
    effectiveAt: optional('effectiveAt', readStart, from, null),
    publishedAt: published && published.at,
    ...readRevision(stated['revision'], (published ?? occurred).at, run),
    codeSystem: run.codeSystem,
    codeSystemVersion: optional('codeSystemVersion', readVersion, from, null),
    caseNumber: optional('caseNumber', readNumber, from, null),
    mapping: optional('mapping', readName, from, null),
    mappingVersion: optional('mappingVersion', readVersion, from, null),
    purpose: optional('purpose', readName, from, 'credit-supervision'),
    synthetic: optional('synthetic', readBoolean, from, false),
  };
}

function noteUnknown(name: string, run: Run): void {
  fault(
    run,
    { field: name, rule: 'event' },
    'unknown-member',
    `${name} is no member of an event; expected ${[...MEMBERS].join(', ')}`,
  );
}

interface From {
  readonly stated: Stated;
  readonly run: Run;
}

function required<T>(name: Name, read: Reader<T>, { stated, run }: From, otherwise: T): T {
  const value = stated[name];
  if (!isAbsent(value)) return read(value, SITES[name], run) ?? otherwise;
  fault(run, SITES[name], 'required', `${name} is missing`);
  return otherwise;
}

function optional<T, U>(name: Name, read: Reader<T>, { stated, run }: From, otherwise: U): T | U {
  const value = stated[name];
  return isAbsent(value) ? otherwise : (read(value, SITES[name], run) ?? otherwise);
}

function readCodeSystem(value: unknown, at: Site, run: Run): string | undefined {
  const name = readName(value, at, run);
  const system = name === undefined ? undefined : CODE_SYSTEMS[name];
  if (!system || run.factType === '' || system.appliesTo.includes(run.factType)) return name;
  return fault(
    run,
    at,
    'applies',
    `codeSystem ${name} gives codes of ${system.appliesTo.join(', ')}, not of ${run.factType}`,
  );
}

const KINDS: ReadonlySet<unknown> = new Set<RevisionKind>(['SOURCE_NUMBER', 'SOURCE_UPDATED_AT', 'FILE_PERIOD']);

/**
 * The revision: a whole number, or for an update time or a file period a date, a moment, 'YYYY-MM' or 'YYYY' (epoch ms
 * of its start). Without one, the publication time, else the occurrence, stands in as the update time: it does not
 * depend on when the record arrives, so that a repeated file has the same ids.
 */
function readRevision(value: unknown, standIn: number, run: Run): { revision: number; revisionKind: RevisionKind } {
  if (isAbsent(value)) return { revision: standIn, revisionKind: 'SOURCE_UPDATED_AT' };
  const { kind, value: stated } = isRecord(value) ? value : {};
  const revision = revisionOf(stated, kind);
  if (!KINDS.has(kind) || revision === undefined) {
    fault(
      run,
      SITES.revision,
      'form',
      `revision is ${quoted(value)}; expected {kind, value}: SOURCE_NUMBER with a whole number, SOURCE_UPDATED_AT or FILE_PERIOD with a number, date, moment, 2026-01 or 2026`,
    );
  }
  return { revision: revision ?? 0, revisionKind: kind as RevisionKind };
}

/** Longs are exact in the codec to 2^52. */
const MAX_REVISION = 2 ** 52;

function revisionOf(value: unknown, kind: unknown): number | undefined {
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= 0 && value <= MAX_REVISION ? value : undefined;
  if (typeof value !== 'string' || kind === 'SOURCE_NUMBER') return undefined;
  const completed = value.length === 4 ? `${value}-01-01` : value.length === 7 ? `${value}-01` : value;
  const read = readDate(completed);
  return isFault(read) ? undefined : read.at;
}
