import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import avro from 'avsc';

/** One record type of one topic: its registry subject, full Avro name and self-contained schema. */
export interface RecordSchema {
  readonly topic: string;
  readonly name: string;
  readonly fullName: string;
  readonly subject: string;
  readonly schema: object;
}

export interface RegistryOptions {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** How often a schema is asked for again, and within which time all of it ends; 8 times and 15 seconds when left out. */
  readonly patience?: { readonly retries: number; readonly withinMs: number } | undefined;
}

/** The variables of libs/service's `registryEnv`, as the registry client's options. */
export function registryOptionsOf(env: {
  readonly SCHEMA_REGISTRY_URL: string;
  readonly SCHEMA_REGISTRY_USERNAME?: string | undefined;
  readonly SCHEMA_REGISTRY_PASSWORD?: string | undefined;
}): RegistryOptions {
  return {
    url: env.SCHEMA_REGISTRY_URL,
    username: env.SCHEMA_REGISTRY_USERNAME,
    password: env.SCHEMA_REGISTRY_PASSWORD,
  };
}

export interface DecodedRecord {
  /** Full name of the writer's record type, e.g. `enterprise.events.PenaltyDecided`. */
  readonly fullName: string;
  /** The record's short name, e.g. `PenaltyDecided`. */
  readonly name: string;
  readonly value: unknown;
}

/** A value that this process can never read: no framing, an unknown schema, bytes that do not fit it. The record is a dead letter. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

/** The registry did not answer; nothing is known of the record, so it is tried again. */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError';
  readonly retriable = true;
}

export interface AvroRegistry {
  /** Encodes with the id looked up for this record type. Throws when the value does not fit the schema, naming the field. */
  encode(fullName: string, value: unknown): Buffer;
  /** Looks up every writer schema that the values name and that is not known yet. Throws RegistryUnavailableError. */
  prepare(values: readonly (Buffer | null)[]): Promise<void>;
  /** Decodes a prepared value. Throws UndecodableError. */
  decode(value: Buffer | null): DecodedRecord;
}

const HEADER_BYTES = 5;

/** Unions are plain values (each is null or X, or told apart by its JavaScript type); record objects carry no methods. */
const TYPE_OPTIONS = { wrapUnions: 'never', omitRecordMethods: true } as const;

type Names = Record<string, avro.Type>;

/** Named types inside of records by their definition, each with the names it defines. */
const INNER_TYPES = new Map<string, { readonly type: avro.Type; readonly names: Names }>();

/**
 * What the records of several types have in them, such as their envelope, is one type for all of them. With a type of its own
 * for each, the code that reads envelopes meets as many shapes as there are record types, and looks each field up.
 */
function innerType(schema: object, namespace: string): { type: avro.Type; names: Names } | undefined {
  const definition = JSON.stringify([namespace, schema]);
  const known = INNER_TYPES.get(definition);
  if (known !== undefined) return known;
  const names: Names = {};
  try {
    const type = avro.Type.forSchema(schema as avro.Schema, { ...TYPE_OPTIONS, namespace, registry: names });
    const made = { type, names };
    INNER_TYPES.set(definition, made);
    return made;
  } catch {
    // It refers to names that are defined outside of it, or is no schema, which is told when it is read as part of the whole.
    return undefined;
  }
}

/** avsc keeps the names it has met in the options it is given: each schema gets its own. */
function typeOf(schema: object): avro.Type {
  return avro.Type.forSchema(schema as avro.Schema, {
    ...TYPE_OPTIONS,
    typeHook(inner, { namespace = '', registry }) {
      if (inner === schema || (inner as { type?: unknown }).type !== 'record') return undefined;
      const found = innerType(inner as object, namespace);
      if (found !== undefined) Object.assign(registry, found.names);
      return found?.type;
    },
  });
}

interface Reader {
  readonly fullName: string;
  readonly name: string;
  readonly type: avro.Type;
  readonly resolver: avro.Resolver | undefined;
}

/**
 * Encodes and decodes records in Confluent framing. The registry client is asked for schemas only: its own `decode`
 * builds a type and a resolver for each message when a reader schema is given, which is 500 times slower than the
 * resolver cached here by writer id. Unknown ids are remembered too, so that a poison record costs one look-up.
 * @param encode full names this process writes; all of `schemas` when left out
 */
export async function connectRegistry(
  options: RegistryOptions,
  schemas: readonly RecordSchema[],
  encode?: readonly string[],
): Promise<AvroRegistry> {
  const client = clientOf(options);
  const types = new Map(schemas.map((entry) => [entry.fullName, typeOf(entry.schema)]));
  const ids = await lookUpIds(client, schemas, encode ?? schemas.map((entry) => entry.fullName));
  const readers = new Map<number, Reader | UndecodableError>();
  const lookUps = new Map<number, Promise<void>>();

  /** One request for each id, however many partitions meet it at the same moment. */
  const lookUp = (id: number): Promise<void> => {
    let running = lookUps.get(id);
    if (running === undefined) {
      running = fetchReader(client, types, id)
        .then((reader) => void readers.set(id, reader))
        .finally(() => lookUps.delete(id));
      lookUps.set(id, running);
    }
    return running;
  };

  const prepare = async (values: readonly (Buffer | null)[]): Promise<void> => {
    const unknown = new Set<number>();
    for (const value of values) {
      if (value === null || value.length < HEADER_BYTES || value[0] !== 0) continue;
      const id = value.readInt32BE(1);
      if (!readers.has(id)) unknown.add(id);
    }
    await Promise.all([...unknown].map(lookUp));
  };

  return {
    prepare,
    encode(fullName, value) {
      const type = types.get(fullName);
      const id = ids.get(fullName);
      if (type === undefined || id === undefined)
        throw new Error(`${fullName} is not among the record types this process writes`);
      return frame(type, id, value, fullName);
    },
    decode(value) {
      if (value === null)
        throw new UndecodableError('the value is null; this topic takes Avro records in Confluent framing');
      if (value.length < HEADER_BYTES || value[0] !== 0) {
        throw new UndecodableError(
          'the value does not start with the Confluent framing (byte 0, then a four-byte schema id)',
        );
      }
      const id = value.readInt32BE(1);
      const reader = readers.get(id);
      if (reader === undefined) throw new Error(`schema id ${id} was not prepared`);
      if (reader instanceof UndecodableError) throw reader;
      return { fullName: reader.fullName, name: reader.name, value: read(reader, value, id) };
    },
  };
}

/** Registers every schema under its subject with BACKWARD_TRANSITIVE compatibility; one that is there already keeps its id. */
export async function registerSchemas(
  options: RegistryOptions,
  schemas: readonly RecordSchema[],
): Promise<Map<string, number>> {
  const client = clientOf(options);
  const ids = new Map<string, number>();
  const queue = [...schemas];
  const worker = async (): Promise<void> => {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      const { id } = await client.register(
        { type: SchemaType.AVRO, schema: JSON.stringify(entry.schema) },
        { subject: entry.subject, compatibility: COMPATIBILITY.BACKWARD_TRANSITIVE },
      );
      ids.set(entry.fullName, id);
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  return ids;
}

type Middleware = NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number];

const PATIENCE = { retries: 8, withinMs: 15_000 };

function clientOf({ url, username, password, patience = PATIENCE }: RegistryOptions): SchemaRegistry {
  return new SchemaRegistry({
    host: url.replace(/\/$/, ''),
    retry: { retries: patience.retries, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 2 },
    middlewares: [withinTime(patience.withinMs)],
    ...(username === undefined ? {} : { auth: { username, password: password ?? '' } }),
  });
}

/** The client itself waits for ever for an answer that does not come, or that breaks off, and asks no second time meanwhile. */
function withinTime(ms: number): Middleware {
  return () => {
    const signal = AbortSignal.timeout(ms);
    const late = (): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    return {
      prepareRequest: async (next) => (await next()).enhance({ signal }),
      response: (next) => Promise.race([next(), late()]),
    };
  };
}

async function lookUpIds(
  client: SchemaRegistry,
  schemas: readonly RecordSchema[],
  names: readonly string[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  const wanted = new Set(names);
  await Promise.all(
    schemas
      .filter((entry) => wanted.has(entry.fullName))
      .map(async (entry) => {
        try {
          const schema = { type: SchemaType.AVRO as const, schema: JSON.stringify(entry.schema) };
          ids.set(entry.fullName, await client.getRegistryIdBySchema(entry.subject, schema));
        } catch (error) {
          if (!isNotRegistered(error)) throw withoutAnswer(error, entry.subject) ?? error;
          throw new Error(
            `the registry at SCHEMA_REGISTRY_URL has no schema ${entry.subject} as this version writes it; register the schemas first (npm start does, or npm run provision)`,
            { cause: error },
          );
        }
      }),
  );
  return ids;
}

async function fetchReader(
  client: SchemaRegistry,
  types: ReadonlyMap<string, avro.Type>,
  id: number,
): Promise<Reader | UndecodableError> {
  let writer: avro.Type;
  try {
    const schema = await client.getSchema(id);
    writer = typeOf(JSON.parse(JSON.stringify(schema)) as object);
  } catch (error) {
    if (statusOf(error) === 404) return new UndecodableError(`the registry knows no schema ${id}`);
    const fault = withoutAnswer(error, `schema ${id}`);
    if (fault !== undefined) throw fault;
    return new UndecodableError(`schema ${id} cannot be read as Avro: ${messageOf(error)}`);
  }
  const fullName = writer.name ?? '';
  const type = types.get(fullName);
  if (type === undefined)
    return new UndecodableError(
      `schema ${id} is a ${fullName || 'nameless type'}, which is no record type of this topic`,
    );
  try {
    const resolver = writer.fingerprint().equals(type.fingerprint()) ? undefined : type.createResolver(writer);
    return { fullName, name: fullName.slice(fullName.lastIndexOf('.') + 1), type, resolver };
  } catch (error) {
    return new UndecodableError(
      `schema ${id} (${fullName}) cannot be read as the ${fullName} known here: ${messageOf(error)}`,
    );
  }
}

function read(reader: Reader, value: Buffer, id: number): unknown {
  const decoded = decodeAt(reader, value);
  if (decoded.offset !== value.length)
    throw new UndecodableError(`the bytes do not fit schema ${id} (${reader.fullName})`);
  return decoded.value;
}

/** The typings of avsc 5.7 leave out what `decode` does at the end of a buffer: it answers a negative offset. */
function decodeAt(reader: Reader, value: Buffer): { value: unknown; offset: number } {
  try {
    return reader.type.decode(value, HEADER_BYTES, reader.resolver);
  } catch (error) {
    throw new UndecodableError(`the bytes do not fit ${reader.fullName}: ${messageOf(error)}`);
  }
}

let scratch = Buffer.allocUnsafe(64 * 1024);

function frame(type: avro.Type, id: number, value: unknown, fullName: string): Buffer {
  let end: number;
  try {
    end = type.encode(value, scratch, HEADER_BYTES);
  } catch (error) {
    throw new Error(`a ${fullName} does not fit its schema: ${faultsOf(type, value) || messageOf(error)}`, {
      cause: error,
    });
  }
  if (end < 0) {
    // avsc answers how much was missing instead of growing the buffer
    scratch = Buffer.allocUnsafe((scratch.length - end) * 2);
    return frame(type, id, value, fullName);
  }
  scratch[0] = 0;
  scratch.writeInt32BE(id, 1);
  return Buffer.from(scratch.subarray(0, end));
}

function faultsOf(type: avro.Type, value: unknown): string {
  const faults: string[] = [];
  type.isValid(value, { errorHook: (path) => faults.push(path.join('.')) });
  return faults.length === 0 ? '' : `check ${faults.join(', ')}`;
}

/**
 * The fault of a request that the registry did not answer, or refused; undefined when the error came of its answer. Its client
 * gives every request that failed a status: that of the answer, or 400, without a code, for one whose socket failed.
 */
function withoutAnswer(error: unknown, wanted: string): Error | undefined {
  const status = statusOf(error);
  if (status === 401 || status === 403) {
    const refusal = 'the registry refuses SCHEMA_REGISTRY_USERNAME or SCHEMA_REGISTRY_PASSWORD';
    return new Error(`${refusal} (${status} for ${wanted})`, { cause: error });
  }
  if (status === undefined && (error as Error).name !== 'TimeoutError') return undefined;
  const away = 'the registry at SCHEMA_REGISTRY_URL did not answer';
  return new RegistryUnavailableError(`${away} for ${wanted}: ${messageOf(error)}`, { cause: error });
}

function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}

/** A look-up of a schema was answered with 404: the registry's client then throws an error of its own, without the status. */
function isNotRegistered(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConfluentSchemaRegistryError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
