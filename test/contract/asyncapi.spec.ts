import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import avro from 'avsc';
import { parse } from 'yaml';
import { RECORD_SCHEMAS, TOPIC_LIST } from '#libs/contracts';

const path = join(process.cwd(), 'schemas/asyncapi.yaml');
interface Reference {
  readonly $ref: string;
}
interface Channel {
  readonly address: string;
  readonly messages: Readonly<Record<string, Reference>>;
  readonly bindings: { readonly kafka: { readonly partitions: number } };
}
interface Document {
  readonly info: { readonly description: string };
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, { readonly channel: Reference }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: { readonly schema: Reference } }>>;
  };
}
const document = parse(readFileSync(path, 'utf8')) as Document;

const REF = {
  type: 'object',
  required: ['$ref'],
  properties: { $ref: { type: 'string' } },
  additionalProperties: false,
};
const strings = { type: 'object', additionalProperties: { type: 'string' } };
const byName = (schema: object) => ({
  type: 'object',
  patternProperties: { '^[\\w.-]+$': schema },
  additionalProperties: false,
});

/**
 * The rules of the AsyncAPI 3.0.0 specification for the objects this document uses: required and allowed members and
 * their types. The official JSON Schema is not among the packages installed, so these are written out from its text.
 */
const META = {
  type: 'object',
  required: ['asyncapi', 'info'],
  additionalProperties: false,
  patternProperties: { '^x-': {} },
  properties: {
    asyncapi: { const: '3.0.0' },
    id: { type: 'string' },
    info: {
      type: 'object',
      required: ['title', 'version'],
      additionalProperties: false,
      properties: { title: { type: 'string' }, version: { type: 'string' }, description: { type: 'string' } },
    },
    defaultContentType: { type: 'string' },
    servers: byName({
      type: 'object',
      required: ['host', 'protocol'],
      additionalProperties: false,
      properties: {
        host: { type: 'string', not: { pattern: '://' } },
        protocol: { type: 'string' },
        description: { type: 'string' },
        variables: byName({
          type: 'object',
          additionalProperties: false,
          properties: { description: { type: 'string' } },
        }),
        security: { type: 'array', items: REF },
        bindings: { $ref: '#/definitions/serverBindings' },
      },
    }),
    channels: byName({
      type: 'object',
      additionalProperties: false,
      properties: {
        address: { type: ['string', 'null'] },
        description: { type: 'string' },
        messages: byName(REF),
        bindings: { $ref: '#/definitions/channelBindings' },
      },
    }),
    operations: byName({
      type: 'object',
      required: ['action', 'channel'],
      additionalProperties: false,
      properties: { action: { enum: ['send', 'receive'] }, channel: REF, summary: { type: 'string' } },
    }),
    components: {
      type: 'object',
      additionalProperties: false,
      properties: {
        messages: byName({ $ref: '#/definitions/message' }),
        securitySchemes: byName({
          type: 'object',
          required: ['type'],
          properties: {
            type: { enum: ['scramSha256', 'scramSha512', 'plain', 'X509'] },
            description: { type: 'string' },
          },
          additionalProperties: false,
        }),
      },
    },
  },
  definitions: {
    serverBindings: {
      type: 'object',
      additionalProperties: false,
      properties: { kafka: { ...strings, required: ['bindingVersion'] } },
    },
    channelBindings: {
      type: 'object',
      additionalProperties: false,
      properties: {
        kafka: {
          type: 'object',
          required: ['bindingVersion'],
          additionalProperties: false,
          properties: {
            topic: { type: 'string' },
            partitions: { type: 'integer', minimum: 1 },
            topicConfiguration: {
              type: 'object',
              properties: {
                'cleanup.policy': { type: 'array', items: { enum: ['compact', 'delete'] } },
                'retention.ms': { type: 'integer', minimum: -1 },
                'retention.bytes': { type: 'integer', minimum: -1 },
              },
            },
            bindingVersion: { const: '0.5.0' },
          },
        },
      },
    },
    message: {
      type: 'object',
      required: ['payload'],
      additionalProperties: false,
      properties: {
        name: { type: 'string' },
        title: { type: 'string' },
        summary: { type: 'string' },
        contentType: { type: 'string' },
        payload: {
          type: 'object',
          required: ['schemaFormat', 'schema'],
          additionalProperties: false,
          properties: {
            schemaFormat: { const: 'application/vnd.apache.avro+json;version=1.9.0' },
            schema: REF,
          },
        },
        bindings: {
          type: 'object',
          additionalProperties: false,
          properties: {
            kafka: {
              type: 'object',
              required: ['key', 'bindingVersion'],
              additionalProperties: false,
              properties: {
                key: { type: 'object' },
                schemaIdLocation: { enum: ['header', 'payload'] },
                schemaIdPayloadEncoding: { type: 'string' },
                schemaLookupStrategy: { type: 'string' },
                bindingVersion: { const: '0.5.0' },
              },
            },
          },
        },
      },
    },
  },
};

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => (name === '$ref' ? [String(one)] : references(one)));
}

function resolve(reference: string): unknown {
  if (!reference.startsWith('#/')) return existsSync(join(path, '..', reference)) ? {} : undefined;
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], document);
}

/** The official JSON Schema of AsyncAPI 3.0.0. */
const OFFICIAL = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;

describe('schemas/asyncapi.yaml', () => {
  it('is valid by the official schema of AsyncAPI 3.0.0', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const isValid = ajv.compile(OFFICIAL);
    isValid(document);
    expect(isValid.errors ?? []).toEqual([]);
  });

  it('has the members that AsyncAPI 3.0.0 requires, and none that it does not know', () => {
    const ajv = new Ajv({ allErrors: true, strict: false });
    const valid = ajv.validate(META, document);
    expect({ valid, errors: ajv.errors ?? [] }).toEqual({ valid: true, errors: [] });
  });

  it('refers only to what is there', () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter((reference) => resolve(reference) === undefined)).toEqual([]);
  });

  it('lets the messages of a channel be components, and channels of operations be channels of the root', () => {
    for (const channel of Object.values(document.channels)) {
      for (const { $ref } of Object.values(channel.messages)) expect($ref).toMatch(/^#\/components\/messages\//);
    }
    for (const { channel } of Object.values(document.operations)) expect(channel.$ref).toMatch(/^#\/channels\//);
  });

  it('describes every topic with its partitions and every record with a schema that is valid Avro', () => {
    const channels = Object.values(document.channels);
    expect(channels.map(({ address, bindings }) => [address, bindings.kafka.partitions])).toEqual(
      TOPIC_LIST.map(({ name, partitions }) => [name, partitions]),
    );
    for (const { name, fullName } of RECORD_SCHEMAS) {
      const reference = document.components.messages[name]?.payload.schema.$ref ?? '';
      const schema = JSON.parse(readFileSync(join(path, '..', reference), 'utf8'));
      expect(avro.Type.forSchema(schema).name).toBe(fullName);
    }
  });

  it('says that classes are internal', () => {
    expect(document.info.description).toMatch(/Internal.*supervising authorities only/s);
  });
});
