import { FACT_TYPES } from './catalogue.ts';
import type { AttributeSpec, FactType } from './catalogue-types.ts';
import { compileTable, isRecord, readContent } from './content-table.ts';
import type { ContentTable } from './content-table.ts';
import { readEnvelope, readFactType, readRegister } from './envelope-reader.ts';
import type { StatedEnvelope } from './envelope-reader.ts';
import { fault } from './faults.ts';
import type { Fault, Run, Site } from './faults.ts';
import type { EnterpriseEvent, Envelope, EventType, Register } from './generated/records.ts';
import { canonical, factIdOf, idOf } from './identity.ts';
import { quoted } from './text.ts';
import { EVENT_NAMES } from './topics.ts';

export interface NormaliseContext {
  /** Receipt, epoch ms; in a history load the record time. */
  readonly receivedAt: number;
  /** Id of the request, file or run. */
  readonly correlationId: string;
  /** Allow what only this product writes: DerivedFactRecorded and OverrideSet. */
  readonly allowInternal?: boolean;
}

export type NormaliseResult =
  { readonly ok: true; readonly event: EnterpriseEvent } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Record types that a source may not send; FactCarried is never read from JSON at all. */
export const INTERNAL_TYPES: readonly EventType[] = ['DerivedFactRecorded', 'OverrideSet', 'FactCarried'];

const DERIVED: Readonly<Record<string, AttributeSpec>> = {
  validFrom: { zh: '有效期自', type: 'date', required: true },
  validUntil: { zh: '有效期至', type: 'end-date', required: true, after: 'validFrom' },
  value: { zh: '值', type: 'decimal', required: true },
  attributes: { zh: '计算依据', type: 'values' },
};
const STATUS: Readonly<Record<string, AttributeSpec>> = {
  value: { zh: '状态', type: 'text', required: true },
  effectiveAt: { zh: '生效时间', type: 'date' },
  until: { zh: '截止', type: 'end-date', after: 'effectiveAt' },
  reason: { zh: '原因', type: 'text' },
};
const STATUS_TABLE = compileTable('status', STATUS);
const STATUS_VALUE: Site = { field: 'content.value', rule: 'status.value' };

/** One table for each fact type: the hot path looks up, it decides nothing. */
const TABLES: ReadonlyMap<string, ContentTable> = new Map(
  Object.values(FACT_TYPES).map((fact) => [fact.id, tableOf(fact)]),
);

function tableOf(fact: FactType): ContentTable {
  const area = fact.id.slice(0, fact.id.indexOf('.'));
  if (fact.record !== 'DerivedFactRecorded') return compileTable(area, fact.attributes);
  const value: AttributeSpec = {
    zh: '值',
    type: fact.integer ? 'integer' : 'decimal',
    required: true,
    unit: fact.unit ?? 'units',
    min: -1e15,
  };
  return compileTable(area, { ...DERIVED, value });
}

const TYPE_SITE: Site = { field: 'type', rule: 'event.type' };
const FACT_TYPE_SITE: Site = { field: 'factType', rule: 'event.fact-type' };
const CONTENT_SITE: Site = { field: 'content', rule: 'event.content' };

/**
 * Reads one event as JSON states it: checks everything, reports every fault at once, normalises text, numbers, dates
 * and codes, and derives fact id and record id. The same statement gives the same ids whenever and wherever it comes
 * from; `receivedAt` and `correlationId` are no part of them. Pure; never throws on any input.
 */
export function normaliseEvent(json: unknown, context: NormaliseContext): NormaliseResult {
  const run: Run = { faults: [], receivedAt: context.receivedAt, factType: '', codeSystem: null, number: '' };
  if (!isRecord(json)) {
    fault(run, { field: '', rule: 'event' }, 'object', `the event is ${quoted(json)}; expected a JSON object`);
    return { ok: false, faults: run.faults };
  }
  const type = readType(json['type'], context, run);
  if (type === undefined) {
    readEnvelope(json, run);
    return { ok: false, faults: run.faults };
  }
  const fact = readFactType(type, json, run);
  if (fact && !context.allowInternal && INTERNAL_TYPES.includes(fact.record) && fact.record !== type) {
    fault(run, FACT_TYPE_SITE, 'internal', `${fact.id} is written by this product only; a source may not restate it`);
  }
  run.factType = fact?.id ?? '';
  const register = readRegister(type, json, fact, run);
  const stated = readEnvelope(json, run);
  const content = contentOf(type, json['content'], { fact, register, stated }, run);
  if (run.faults.length > 0 || !fact) return { ok: false, faults: run.faults };
  const envelope = envelopeOf(stated, { type, factType: fact.id, register, content }, context);
  return { ok: true, event: { type, envelope, content } as EnterpriseEvent };
}

function readType(value: unknown, context: NormaliseContext, run: Run): EventType | undefined {
  const type = EVENT_NAMES.find((name) => name === value);
  if (!type || type === 'FactCarried') {
    return fault(
      run,
      TYPE_SITE,
      'known',
      `type is ${quoted(value)}; expected one of ${EVENT_NAMES.filter((name) => name !== 'FactCarried').join(', ')}`,
    );
  }
  if (!context.allowInternal && INTERNAL_TYPES.includes(type)) {
    return fault(run, TYPE_SITE, 'internal', `${type} is written by this product only; a source states facts`);
  }
  return type;
}

interface Kind {
  readonly fact: FactType | undefined;
  readonly register: Register;
  readonly stated: StatedEnvelope;
}

function contentOf(type: EventType, json: unknown, kind: Kind, run: Run): object | undefined {
  const value = json === undefined || json === null ? {} : json;
  if (!isRecord(value)) {
    return fault(run, CONTENT_SITE, 'object', `content is ${quoted(json)}; expected an object`);
  }
  if (type === 'FactStatusChanged') return statusOf(value, kind, run);
  const table = kind.fact && TABLES.get(kind.fact.id);
  if (!table) return undefined;
  const content = readContent(value, table, run);
  if (type === 'FactRecorded') return { attributes: content };
  if (type === 'EnterpriseChanged') return { ...content, before: content['before'] ?? NOTHING };
  if (type === 'DerivedFactRecorded') return { ...content, attributes: content['attributes'] ?? {} };
  return content;
}

const NOTHING = Object.fromEntries(
  Object.keys(FACT_TYPES['enterprise.registration']?.attributes ?? {}).map((name) => [name, null]),
);

function statusOf(json: Record<string, unknown>, { fact, register, stated }: Kind, run: Run): object {
  const content = readContent(json, STATUS_TABLE, run);
  const states = fact?.registers[register];
  if (states && typeof content['value'] === 'string' && !states.includes(content['value'])) {
    fault(
      run,
      STATUS_VALUE,
      'allowed',
      `content.value is ${quoted(content['value'])}; ${register} of ${fact.id} has ${states.join(', ')}`,
    );
  }
  return { ...content, effectiveAt: content['effectiveAt'] ?? stated.effectiveAt ?? stated.occurredAt };
}

interface Body {
  readonly type: EventType;
  readonly factType: string;
  readonly register: Register;
  readonly content: object | undefined;
}

function envelopeOf(stated: StatedEnvelope, body: Body, context: NormaliseContext): Envelope {
  const factId = factIdOf({ ...stated, factType: body.factType });
  return {
    recordId: recordIdOf(factId, stated, body),
    factId,
    source: stated.source,
    factType: body.factType,
    authority: stated.authority,
    number: stated.number,
    subjectFirstStated: stated.subjectFirstStated,
    register: body.register,
    revision: stated.revision,
    revisionKind: stated.revisionKind,
    subject: stated.subject,
    occurredAt: stated.occurredAt,
    effectiveAt: stated.effectiveAt,
    publishedAt: stated.publishedAt,
    receivedAt: context.receivedAt,
    datePrecision: stated.datePrecision,
    codeSystem: stated.codeSystem,
    codeSystemVersion: stated.codeSystemVersion,
    caseNumber: stated.caseNumber,
    mapping: stated.mapping,
    mappingVersion: stated.mappingVersion,
    purpose: stated.purpose,
    synthetic: stated.synthetic,
    correlationId: context.correlationId,
    causationId: null,
    carriedFrom: null,
  };
}

/** Over what the record states, not over how it came here: mapping, purpose and receipt are left out. */
function recordIdOf(factId: string, stated: StatedEnvelope, { type, register, content }: Body): string {
  const { subject, occurredAt, effectiveAt, publishedAt, datePrecision, codeSystem, codeSystemVersion, caseNumber } =
    stated;
  const payload = {
    type,
    subject,
    occurredAt,
    effectiveAt,
    publishedAt,
    datePrecision,
    codeSystem,
    codeSystemVersion,
    caseNumber,
    content,
  };
  return idOf(factId, register, String(stated.revision), canonical(payload));
}
