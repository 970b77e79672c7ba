import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '#libs/service';
import { transformSchema, type TransformText } from './transforms.ts';

/** Where a field's value comes from. A bare text is a column; what the text of a field shall be is a `constant`. */
export type ExpressionText =
  | string
  | {
      readonly column?: string | undefined;
      readonly first?: readonly ExpressionText[] | undefined;
      readonly join?: readonly ExpressionText[] | undefined;
      readonly with?: string | undefined;
      readonly list?: readonly ExpressionText[] | undefined;
      readonly constant?: unknown;
      readonly then?: readonly TransformText[] | undefined;
      readonly default?: unknown;
    };

const expressionSchema: z.ZodType<ExpressionText> = z.lazy(() =>
  z.union([
    z.string(),
    z
      .strictObject({
        column: z.string().optional(),
        first: z.array(expressionSchema).optional(),
        join: z.array(expressionSchema).optional(),
        with: z.string().optional(),
        list: z.array(expressionSchema).optional(),
        constant: z.unknown().optional(),
        then: z.array(transformSchema).optional(),
        default: z.unknown().optional(),
      })
      .refine(
        (text) =>
          [text.column, text.first, text.join, text.list, text.constant].filter((x) => x !== undefined).length === 1,
        'expected exactly one of column, first, join, list, constant',
      ),
  ]),
);

const fieldsSchema = z.record(z.string(), expressionSchema);

const revisionSchema = z.union([
  z.strictObject({ number: expressionSchema }),
  z.strictObject({ updatedAt: expressionSchema }),
  z.literal('period'),
]);

const conditionSchema = z.strictObject({
  value: expressionSchema,
  in: z.array(z.string()).optional(),
  notIn: z.array(z.string()).optional(),
});

const eventSchema = z.strictObject({
  type: z.string(),
  when: z.array(conditionSchema).default([]),
  fields: fieldsSchema.default({}),
  content: fieldsSchema.default({}),
});

const mappingSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  version: z.string(),
  title: z.string(),
  /** The source system that the facts are stated by, unless --source says another. */
  source: z.string(),
  /** Days from occurrence to receipt, for a load of the past whose rows state neither receipt nor publication. */
  lag: z.strictObject({ days: z.number().int().min(0).max(366), basis: z.string() }),
  zone: z
    .string()
    .regex(/^[+-]\d{2}:\d{2}$/)
    .default('+08:00'),
  /** Cell texts that mean "not stated"; an empty cell always does. */
  empty: z.array(z.string()).default([]),
  /** The name used in this mapping → the headings a file may have for it. */
  columns: z.record(z.string(), z.array(z.string()).min(1)),
  /** Columns without which a file is not one of these. */
  required: z.array(z.string()).min(1),
  tables: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))).default({}),
  subject: z.strictObject({ scheme: expressionSchema, value: expressionSchema }),
  /** Tried in this order; `period` is the file's own, given by --period. None: publication, else occurrence, stands in. */
  revision: z.array(revisionSchema),
  /** When the source received the row, where it says so. */
  receivedAt: expressionSchema.optional(),
  /** Fields of every event of a row. */
  fields: fieldsSchema.default({}),
  events: z.array(eventSchema).min(1),
});

export type MappingFile = z.infer<typeof mappingSchema>;

/** A mapping that is missing or wrong; the message names the file and every fault in it. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
}

export function mappingsFolder(): string {
  return join(packageRoot(), 'schemas/mappings');
}

/** The names of the mappings that ship. */
export async function mappingNames(): Promise<string[]> {
  const files = await readdir(mappingsFolder());
  return files.flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : [])).sort();
}

/** Reads a mapping by its name, or by the path of a YAML file. Throws MappingError. */
export async function readMapping(nameOrPath: string): Promise<MappingFile> {
  const path = nameOrPath.endsWith('.yaml') ? nameOrPath : join(mappingsFolder(), `${nameOrPath}.yaml`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new MappingError(`there is no mapping ${nameOrPath}; known are ${(await mappingNames()).join(', ')}`, {
      cause: error,
    });
  }
  return parseMapping(text, path);
}

export function parseMapping(text: string, path: string): MappingFile {
  let document: unknown;
  try {
    document = parse(text, { merge: true });
  } catch (error) {
    throw new MappingError(`${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = mappingSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path: at, message }) => `  ${at.join('.')}: ${message}`);
  throw new MappingError(`${path} is no mapping:\n${faults.join('\n')}`);
}
