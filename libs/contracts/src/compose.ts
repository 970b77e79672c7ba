/** An Avro schema as JSON. References to named types are full names. */
export type AvroSchema = string | readonly AvroSchema[] | AvroNode;

export interface AvroNode {
  readonly type: AvroSchema;
  readonly name?: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly fields?: readonly AvroField[];
  readonly symbols?: readonly string[];
  readonly items?: AvroSchema;
  readonly values?: AvroSchema;
  readonly logicalType?: string;
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly doc?: string;
  readonly default?: unknown;
}

/** Named types by full name, each with references instead of nested definitions. */
export type NamedTypes = Readonly<Record<string, AvroNode>>;

/**
 * The self-contained schema of one named type: every type it needs is defined at its first use, as Avro demands.
 * The result depends on the sources only, so equal sources give equal bytes.
 * Throws an Error that names a reference without a definition.
 */
export function composeSchema(fullName: string, types: NamedTypes): AvroNode {
  const defined = new Set<string>();
  const inline = (schema: AvroSchema): AvroSchema => {
    if (typeof schema === 'string') return schema.includes('.') ? define(schema) : schema;
    if (isUnion(schema)) return schema.map(inline);
    return {
      ...schema,
      ...(schema.fields && { fields: schema.fields.map((field) => ({ ...field, type: inline(field.type) })) }),
      ...(schema.items !== undefined && { items: inline(schema.items) }),
      ...(schema.values !== undefined && { values: inline(schema.values) }),
    };
  };
  const define = (name: string): AvroSchema => {
    if (defined.has(name)) return name;
    const type = types[name];
    if (!type) throw new Error(`Avro type ${name} is referred to but has no file in schemas/avro`);
    defined.add(name);
    return inline(type);
  };
  return define(fullName) as AvroNode;
}

export function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}
