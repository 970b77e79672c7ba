import { CODE_SYSTEMS, EVENT_NAMES, FACT_TYPES, RECORD_SCHEMAS, TOPIC_LIST, TOPICS, TOWNS } from '#libs/contracts';
import type { AttributeSpec, AvroNode, AvroSchema, FactType } from '#libs/contracts';
import { MODEL_ATTRIBUTES } from '#libs/risk-model';
import { readAvroSources } from '../../libs/contracts/generate/avro-sources.ts';

const types = readAvroSources(process.cwd());
const facts = Object.values(FACT_TYPES);

/** Avro type that holds an attribute, without null. */
const HELD_BY: Readonly<Record<AttributeSpec['type'], string>> = {
  text: 'string',
  number: 'string',
  identifier: 'string',
  key: 'string',
  boolean: 'boolean',
  integer: 'whole',
  decimal: 'double',
  year: 'whole',
  money: 'whole',
  date: 'timestamp',
  'end-date': 'timestamp',
  town: 'string',
  industry: 'string',
  code: 'string',
  codes: 'strings',
  'source-code': 'string',
  'source-codes': 'strings',
  subject: 'enterprise.events.Subject',
  'enterprise-attributes': 'enterprise.events.EnterpriseAttributes',
  'inspection-items': 'items',
  values: 'map',
};

function kindOf(schema: AvroSchema): string {
  if (typeof schema === 'string') {
    if (types[schema]?.type === 'enum') return 'string';
    return schema === 'int' || schema === 'long' ? 'whole' : schema;
  }
  const node = schema as AvroNode;
  if (node.logicalType === 'timestamp-millis') return 'timestamp';
  if (node.type === 'array') return node.items === 'string' ? 'strings' : 'items';
  return typeof node.type === 'string' ? node.type : kindOf(node.type);
}

function contentOf(fact: FactType): readonly (readonly [string, string, boolean])[] {
  const fields = types[`enterprise.events.${fact.record}Content`]?.fields ?? [];
  return fields.map(({ name, type }) => {
    const nullable = Array.isArray(type);
    return [name, kindOf(nullable ? (type as AvroSchema[])[1]! : type), nullable] as const;
  });
}

function attributesOf(fact: FactType): readonly (readonly [string, string, boolean])[] {
  return Object.entries(fact.attributes).map(([name, spec]) => {
    const always = spec.required || spec.default !== undefined || spec.from !== undefined;
    const object = spec.type === 'inspection-items' || spec.type === 'enterprise-attributes';
    return [name, HELD_BY[spec.type], !always && !object] as const;
  });
}

/** Names under which the content of a fact type reaches the model: see factAttributesOf. */
function namesOf(fact: FactType): readonly string[] {
  if (fact.record === 'DerivedFactRecorded')
    return (types[`enterprise.events.${fact.record}Content`]?.fields ?? []).map(({ name }) => name);
  if (fact.id !== 'enterprise.change') return Object.keys(fact.attributes);
  const after = Object.keys(FACT_TYPES['enterprise.registration']?.attributes ?? {});
  return [...after, 'changeKind', 'addressChanged', 'capitalBeforeFen'];
}

describe('catalogue of fact types', () => {
  const typed = facts.filter(({ record }) => record !== 'FactRecorded' && record !== 'DerivedFactRecorded');

  it.each(typed.map((fact) => [fact.id, fact] as const))(
    '%s has exactly the attributes of its Avro content',
    (_, fact) => {
      expect(attributesOf(fact)).toEqual(contentOf(fact));
    },
  );

  it('gives a record type that carries one fact type to that type alone', () => {
    const records = typed.map(({ record }) => record);
    expect(new Set(records).size).toBe(records.length);
    const generic = ['FactRecorded', 'DerivedFactRecorded', 'FactStatusChanged', 'FactCarried'];
    expect([...records, ...generic].sort()).toEqual([...EVENT_NAMES].sort());
  });

  it('holds in FactRecorded only what its map of values can hold', () => {
    for (const fact of facts.filter(({ record }) => record === 'FactRecorded')) {
      for (const [name, spec] of Object.entries(fact.attributes)) {
        expect([name, HELD_BY[spec.type]]).toEqual([
          name,
          expect.stringMatching(/^(string|strings|boolean|whole|double|timestamp)$/),
        ]);
      }
    }
  });

  it('has every fact type and attribute that the risk model reads', () => {
    const missing = Object.entries(MODEL_ATTRIBUTES).flatMap(([type, attributes]) => {
      const fact = FACT_TYPES[type];
      const own = new Set(fact && namesOf(fact));
      return fact ? attributes.filter((name) => !own.has(name)).map((name) => `${type}.${name}`) : [type];
    });
    expect(missing).toEqual([]);
  });

  it('lets every fact be retracted', () => {
    for (const { id, registers } of facts)
      expect([id, registers.STANDING]).toEqual([id, expect.arrayContaining(['RETRACTED'])]);
  });

  it('binds code systems to facts that carry source codes', () => {
    for (const { appliesTo } of Object.values(CODE_SYSTEMS)) {
      for (const id of appliesTo) {
        const specs = Object.values(FACT_TYPES[id]?.attributes ?? {});
        expect(specs.some(({ type }) => type === 'source-code' || type === 'source-codes')).toBe(true);
      }
    }
  });

  it('has the 23 towns of Zhongshan, and replaced codes lead to one of them', () => {
    const current = Object.entries(TOWNS).filter(([, town]) => town.supersededBy === undefined);
    expect(current).toHaveLength(23);
    for (const { supersededBy } of Object.values(TOWNS)) {
      if (supersededBy !== undefined) expect(current.map(([code]) => code)).toContain(supersededBy);
    }
  });
});

describe('topics', () => {
  it('carry every record type exactly once', () => {
    const records = TOPIC_LIST.flatMap((topic) => topic.records);
    expect(new Set(records).size).toBe(records.length);
    expect(RECORD_SCHEMAS.map(({ fullName }) => fullName)).toEqual(records);
  });

  it('give outputs and dead letters the partition count of their input, so that a key keeps its number', () => {
    for (const { name, key, partitions } of TOPIC_LIST) {
      const source = TOPIC_LIST.find((one) => name.startsWith(`${one.name}.`));
      const like = key === 'SUBJECT' ? TOPICS.events : source;
      expect([name, like?.partitions ?? 1]).toEqual([name, partitions]);
    }
  });

  it('never drop a record by age, and let no codec in that kafkajs cannot read', () => {
    for (const { name, config } of TOPIC_LIST) {
      const kept = config['cleanup.policy'] === 'compact' || config['retention.ms'] === '-1';
      expect([name, kept, config['compression.type']]).toEqual([
        name,
        true,
        expect.stringMatching(/^(gzip|uncompressed)$/),
      ]);
    }
  });
});
