import avro from 'avsc';
import fc from 'fast-check';
import { isUnion } from './compose.ts';
import type { AvroNode, AvroSchema } from './compose.ts';
import { AVRO_TYPES } from './generated/avro-types.ts';
import { normaliseEvent } from './normalise-event.ts';
import { AVRO_OPTIONS, RECORD_SCHEMAS } from './record-schemas.ts';
import { fullNameOf, toLogRecord } from './records.ts';
import { SAMPLE_CONTEXT, SAMPLES } from './sample-events.fixture.ts';

const typeOf = (fullName: string) =>
  avro.Type.forSchema(RECORD_SCHEMAS.find((one) => one.fullName === fullName)?.schema as avro.Schema, {
    ...AVRO_OPTIONS,
  });
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Any value of a schema; enough of each to find a field that does not survive. */
function valueOf(schema: AvroSchema): fc.Arbitrary<unknown> {
  if (isUnion(schema)) return fc.oneof(...schema.map(valueOf));
  if (typeof schema !== 'string') return nodeValue(schema);
  const named = AVRO_TYPES[schema];
  if (named) return nodeValue(named);
  const primitives: Record<string, fc.Arbitrary<unknown>> = {
    null: fc.constant(null),
    boolean: fc.boolean(),
    int: fc.integer(),
    long: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
    double: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0),
    string: fc.string({ unit: 'grapheme', maxLength: 12 }),
  };
  return primitives[schema] as fc.Arbitrary<unknown>;
}

function nodeValue(node: AvroNode): fc.Arbitrary<unknown> {
  if (node.type === 'record') {
    return fc.record(Object.fromEntries((node.fields ?? []).map((field) => [field.name, valueOf(field.type)])));
  }
  if (node.type === 'enum') return fc.constantFrom(...(node.symbols ?? []));
  if (node.type === 'array') return fc.array(valueOf(node.items ?? 'null'), { maxLength: 3 });
  if (node.type === 'map') {
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), valueOf(node.values ?? 'null'), {
      maxKeys: 3,
      noNullPrototype: true,
    });
  }
  return valueOf(node.type);
}

describe('Avro codec', () => {
  it.each(RECORD_SCHEMAS.map(({ fullName }) => fullName))('decodes %s to the values that were encoded', (fullName) => {
    const type = typeOf(fullName);
    fc.assert(
      fc.property(valueOf(fullName), (value) => {
        expect(plain(type.fromBuffer(type.toBuffer(value)))).toEqual(plain(value));
      }),
      { numRuns: 25 },
    );
  });

  it.each(Object.keys(SAMPLES))('carries a normalised %s there and back as a log record', (name) => {
    const result = normaliseEvent(SAMPLES[name as keyof typeof SAMPLES], SAMPLE_CONTEXT);
    if (!result.ok) throw new Error(JSON.stringify(result.faults));
    const fullName = fullNameOf(result.event);
    const type = typeOf(fullName);
    expect(plain(toLogRecord(fullName, type.fromBuffer(type.toBuffer(result.event))))).toEqual(plain(result.event));
  });

  it('gives the same bytes with and without the options: no union is ambiguous', () => {
    for (const { schema } of RECORD_SCHEMAS) expect(() => avro.Type.forSchema(schema as avro.Schema)).not.toThrow();
  });
});
