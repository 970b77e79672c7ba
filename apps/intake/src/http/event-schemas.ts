import {
  CODE_LISTS,
  CODE_SYSTEMS,
  FACT_TYPES,
  INTERNAL_TYPES,
  type AttributeSpec,
  type FactType,
} from '#libs/contracts';

/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const CODE: JsonSchema = { type: 'string', description: 'A code of the code system that the event names.' };

/** How each kind of attribute is written in JSON. */
const WRITTEN: Readonly<Record<AttributeSpec['type'], (spec: AttributeSpec) => JsonSchema>> = {
  text: ({ maxLength }) => ({ type: 'string', maxLength: maxLength ?? 500 }),
  number: () => ({ type: 'string', maxLength: 128 }),
  identifier: () => ({ type: 'string', maxLength: 64 }),
  key: () => ({ type: 'string', description: 'Keyed hash of a person; never a name or number.' }),
  boolean: () => ({ type: 'boolean' }),
  integer: ({ min, max }) => ({
    type: 'integer',
    minimum: min ?? 0,
    ...(max === undefined ? {} : { maximum: max }),
  }),
  decimal: () => ({ type: 'number' }),
  year: () => ({ type: 'integer' }),
  money: () => ({ type: 'integer', description: 'Whole fen (分).' }),
  date: () => ref('DateOrMoment'),
  'end-date': () => ({ ...ref('DateOrMoment'), description: 'A date is the last day that counts.' }),
  town: () => ({ type: 'string', pattern: '^\\d{9}$' }),
  industry: () => ({ type: 'string', pattern: '^[A-T]\\d{2,4}$' }),
  code: ({ list }) => ({ type: 'string', enum: Object.keys(CODE_LISTS[list ?? ''] ?? {}) }),
  codes: ({ list, min }) => ({
    type: 'array',
    minItems: min ?? 0,
    items: { type: 'string', enum: Object.keys(CODE_LISTS[list ?? ''] ?? {}) },
  }),
  'source-code': () => CODE,
  'source-codes': ({ min }) => ({ type: 'array', minItems: min ?? 0, items: CODE }),
  subject: () => ref('Subject'),
  'enterprise-attributes': () => ({ ...contentOf(registration(), false) }),
  'inspection-items': () => ({
    type: 'array',
    items: {
      type: 'object',
      required: ['item', 'codes'],
      properties: { item: { type: 'string' }, codes: { type: 'array', minItems: 1, items: CODE } },
    },
  }),
  values: () => ({ type: 'object' }),
};

function registration(): FactType {
  return FACT_TYPES['enterprise.registration'] as FactType;
}

/** The content of a fact type; `complete` false leaves out what is required, for a state before or after a change. */
function contentOf({ attributes }: FactType, complete = true): JsonSchema {
  const mustBeStated = (spec: AttributeSpec): boolean =>
    spec.required === true && spec.default === undefined && spec.from === undefined;
  const required = Object.entries(attributes).flatMap(([name, spec]) => (mustBeStated(spec) ? [name] : []));
  return {
    type: 'object',
    additionalProperties: false,
    ...(complete && required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(
      Object.entries(attributes).map(([name, spec]) => [
        name,
        {
          title: spec.zh,
          ...WRITTEN[spec.type](spec),
          ...(spec.unit === undefined ? {} : { 'x-unit': spec.unit }),
          ...(spec.default === undefined ? {} : { default: spec.default }),
        },
      ]),
    ),
  };
}

const STATED = Object.values(FACT_TYPES).filter(({ record }) => !INTERNAL_TYPES.includes(record));

function eventOf(type: string, members: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return {
    allOf: [ref('EventEnvelope')],
    type: 'object',
    required: ['type', ...required],
    properties: { type: { const: type }, ...members },
  };
}

/** Schemas of every event a source may send: one for each record type, one for each fact type of FactRecorded. */
export function eventSchemas(): Readonly<Record<string, JsonSchema>> {
  const typed = STATED.filter(({ record }) => record !== 'FactRecorded');
  const recorded = STATED.filter(({ record }) => record === 'FactRecorded');
  const events: Record<string, JsonSchema> = {};
  for (const fact of typed)
    events[fact.record] = { title: fact.zh, ...eventOf(fact.record, { content: contentOf(fact) }, ['content']) };
  for (const fact of recorded) {
    const members = { factType: { const: fact.id }, content: contentOf(fact) };
    events[`FactRecorded.${fact.id}`] = { title: fact.zh, ...eventOf('FactRecorded', members, ['factType']) };
  }
  return {
    ...ENVELOPE,
    ...events,
    FactStatusChanged: statusChanged(),
    Event: { oneOf: [...Object.keys(events), 'FactStatusChanged'].map(ref) },
  };
}

function statusChanged(): JsonSchema {
  const registers = [...new Set(STATED.flatMap((fact) => Object.keys(fact.registers)))];
  const values = [...new Set(STATED.flatMap((fact) => Object.values(fact.registers).flat()))];
  return {
    title: '事实状态变更',
    description: `Restates one register of a fact: ${registers.join(', ')}. Source, authority, number and subject are those of the fact.`,
    ...eventOf(
      'FactStatusChanged',
      {
        factType: { enum: STATED.map(({ id }) => id) },
        register: { enum: registers },
        content: {
          type: 'object',
          additionalProperties: false,
          required: ['value'],
          properties: {
            value: { enum: values },
            effectiveAt: ref('DateOrMoment'),
            until: ref('DateOrMoment'),
            reason: { type: 'string' },
          },
        },
      },
      ['factType', 'register', 'content'],
    ),
  };
}

const ENVELOPE: Readonly<Record<string, JsonSchema>> = {
  Subject: {
    title: '主体',
    type: 'object',
    required: ['scheme', 'value'],
    properties: {
      scheme: { type: 'string', pattern: '^[a-z][a-z0-9-]*$', examples: ['uscc'] },
      value: { type: 'string', maxLength: 64, examples: ['91442000MA5123452K'] },
    },
  },
  DateOrMoment: {
    type: 'string',
    description: 'A date (00:00 Asia/Shanghai) or an ISO 8601 moment with offset.',
    examples: ['2026-01-31', '2026-01-31T09:30:00+08:00'],
  },
  Revision: {
    type: 'object',
    description: 'Which statement of the source wins. Without one, publication, else occurrence, stands in.',
    required: ['kind', 'value'],
    properties: {
      kind: { enum: ['SOURCE_NUMBER', 'SOURCE_UPDATED_AT', 'FILE_PERIOD'] },
      value: { type: ['integer', 'string'] },
    },
  },
  EventEnvelope: {
    type: 'object',
    required: ['type', 'source', 'authority', 'number', 'subject', 'occurredAt'],
    properties: {
      type: { type: 'string' },
      source: { type: 'string', title: '来源系统' },
      authority: { type: 'string', title: '机关' },
      number: { type: 'string', title: '文号', maxLength: 128 },
      subject: ref('Subject'),
      subjectFirstStated: ref('Subject'),
      occurredAt: ref('DateOrMoment'),
      effectiveAt: ref('DateOrMoment'),
      publishedAt: ref('DateOrMoment'),
      revision: ref('Revision'),
      codeSystem: { type: 'string', examples: Object.keys(CODE_SYSTEMS) },
      codeSystemVersion: { type: 'string' },
      caseNumber: { type: 'string', title: '案号' },
      mapping: { type: 'string' },
      mappingVersion: { type: 'string' },
      purpose: { type: 'string', default: 'credit-supervision' },
      synthetic: { type: 'boolean', default: false },
    },
  },
};
