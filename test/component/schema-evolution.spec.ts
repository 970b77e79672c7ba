import { normaliseEvent, RECORD_SCHEMAS, toLogRecord } from '#libs/contracts';
import {
  connectKafka,
  connectRegistry,
  createLogWriter,
  createTopics,
  readTopic,
  registerSchemas,
  UndecodableError,
  type AvroRegistry,
  type RecordSchema,
} from '#libs/stream';
import { testStack } from '../stack/connect.ts';

const FULL_NAME = 'enterprise.events.AbnormalListed';
const topic = `evolution-${process.pid}-${Date.now()}`;
const released = RECORD_SCHEMAS.find(({ fullName }) => fullName === FULL_NAME) as RecordSchema;

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
}
interface RecordNode {
  fields: Field[];
}

/** The record type as it is released, under a subject of this spec's own; `change` makes the next release of it. */
function version(subject: string, change: (record: RecordNode) => void = () => undefined): RecordSchema {
  const schema = structuredClone(released.schema) as unknown as RecordNode;
  change(schema);
  return { ...released, subject: `${topic}-${subject}`, schema };
}

/** A field of the record, and one of the envelope that all events have. */
function addFields(schema: RecordNode): void {
  schema.fields.push({ name: 'remark', type: ['null', 'string'], default: null });
  const envelope = schema.fields.find(({ name }) => name === 'envelope')?.type as RecordNode;
  envelope.fields.push({ name: 'channel', type: 'string', default: 'unknown' });
}

function eventOf(number: string): Record<string, unknown> {
  const result = normaliseEvent(
    {
      type: 'AbnormalListed',
      source: 'test',
      authority: '中山市市场监督管理局',
      number,
      subject: { scheme: 'uscc', value: '91442000MA5123452K' },
      occurredAt: '2026-05-20',
      codeSystem: 'gsxt-abnormal-reason',
      codeSystemVersion: '1',
      content: { reasonCode: '4' },
    },
    { receivedAt: Date.UTC(2026, 5, 1), correlationId: 'c-1' },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.event;
}

const withFields = (event: Record<string, unknown>, remark: string): object => ({
  ...event,
  remark,
  envelope: { ...(event['envelope'] as object), channel: 'web' },
});
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a rolling upgrade', () => {
  const { kafkaBrokers, registryUrl } = testStack();
  const connect = (schema: RecordSchema): Promise<AvroRegistry> => connectRegistry({ url: registryUrl }, [schema]);
  const register = (schema: RecordSchema) => registerSchemas({ url: registryUrl }, [schema]);
  const readAll = async (registry: AvroRegistry, values: readonly (Buffer | null)[]): Promise<unknown[]> => {
    await registry.prepare(values);
    return values.map((value) => plain(registry.decode(value).value));
  };

  it('with an added field that has a default: old and new writers and readers share one log', async () => {
    const [before, after] = [version('added'), version('added', addFields)];
    await register(before);
    const oldProcess = await connect(before);
    // Schemas are registered before the first process of the new version starts; old ones go on, and may start anew.
    await register(after);
    const newProcess = await connect(after);
    const oldRestarted = await connect(before);

    const connection = connectKafka({ clientId: 'evolution', brokers: [kafkaBrokers] });
    await createTopics(connection, [{ topic, partitions: 1 }]);
    const writer = await createLogWriter(connection);
    const events = ['1', '2', '3', '4', '5'].map(eventOf);
    const [one = {}, two = {}, three = {}, four = {}, five = {}] = events;
    for (const value of [
      oldProcess.encode(FULL_NAME, one),
      newProcess.encode(FULL_NAME, withFields(two, 'said with the new version')),
      oldRestarted.encode(FULL_NAME, three),
      newProcess.encode(FULL_NAME, withFields(four, 'again')),
      // A new process that has nothing to say in the new fields.
      newProcess.encode(FULL_NAME, {
        ...five,
        remark: null,
        envelope: { ...(five['envelope'] as object), channel: '' },
      }),
    ])
      await writer.send(topic, [{ key: 'k', value }]);
    await writer.close();
    const values: (Buffer | null)[] = [];
    const reading = await readTopic(connection, {
      topics: [topic],
      from: 'beginning',
      untilEnd: true,
      onRecord: ({ value }) => void values.push(value),
    });
    await reading.done;

    for (const reader of [oldProcess, oldRestarted]) {
      const seen = await readAll(reader, values);
      // The old version sees of each event what it would have seen of one that it wrote itself.
      const own = await readAll(
        oldProcess,
        events.map((event) => oldProcess.encode(FULL_NAME, event)),
      );
      expect(seen).toEqual(own);
      expect(seen.map((value) => toLogRecord(FULL_NAME, value))).toEqual(
        own.map((value) => toLogRecord(FULL_NAME, value)),
      );
    }
    const seen = (await readAll(newProcess, values)) as { remark: string | null; envelope: { channel: string } }[];
    expect(seen.map(({ remark, envelope }) => [remark, envelope.channel])).toEqual([
      [null, 'unknown'],
      ['said with the new version', 'web'],
      [null, 'unknown'],
      ['again', 'web'],
      [null, ''],
    ]);
  });

  it('refuses a next release that could not read what is in the log', async () => {
    await register(version('refused'));
    const withoutDefault = version('refused', (schema) => schema.fields.push({ name: 'remark', type: 'string' }));
    await expect(register(withoutDefault)).rejects.toThrow(/incompatible|compatib/i);
    const otherType = version('refused', (schema) => {
      schema.fields = schema.fields.map((field) => (field.name === 'content' ? { ...field, type: 'string' } : field));
    });
    await expect(register(otherType)).rejects.toThrow(/incompatible|compatib/i);
  });

  it('with a word that an enumeration did not have: readers first, for an old one sets every such record aside', async () => {
    const words = (symbols: readonly string[]) => ({ type: 'enum', name: 'Channel', namespace: 'evolution', symbols });
    const [before, after] = [['WEB'], ['WEB', 'PHONE']].map((symbols) =>
      version('words', (schema) => schema.fields.push({ name: 'channel', type: words(symbols), default: 'WEB' })),
    ) as [RecordSchema, RecordSchema];
    await register(before);
    await register(after);
    const [oldProcess, newProcess] = [await connect(before), await connect(after)];
    const written = oldProcess.encode(FULL_NAME, { ...eventOf('1'), channel: 'WEB' });
    const spoken = newProcess.encode(FULL_NAME, { ...eventOf('2'), channel: 'PHONE' });
    expect(await readAll(newProcess, [written, spoken])).toMatchObject([{ channel: 'WEB' }, { channel: 'PHONE' }]);
    await oldProcess.prepare([written, spoken]);
    expect(oldProcess.decode(written).value).toMatchObject({ channel: 'WEB' });
    expect(() => oldProcess.decode(spoken)).toThrow(UndecodableError);
  });
});
