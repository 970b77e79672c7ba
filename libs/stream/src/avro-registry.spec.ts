import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connectRegistry, RegistryUnavailableError, UndecodableError, type RecordSchema } from './avro-registry.ts';

const schema = { type: 'record', name: 'A', namespace: 't', fields: [] };
const KNOWN: RecordSchema = { topic: 't', name: 'A', fullName: 't.A', subject: 't-A', schema };
const ANSWER = JSON.stringify({ id: 7, schema: JSON.stringify(schema) });
/** Of schema 7, in Confluent framing. */
const RECORD = Buffer.from([0, 0, 0, 0, 7]);

const answering =
  (status: number, body: string): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
/** Begins an answer, then does that to the socket. */
const breakingOff =
  (end: (socket: Socket) => void): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-length': 1_000 });
    response.write(ANSWER, () => end(response.socket as Socket));
  };
const http = (listener: RequestListener) => (): Server => createHttpServer(listener);
const tcp = (meet: (socket: Socket) => void) => (): Server =>
  createServer((socket) => socket.once('data', () => meet(socket)));

describe('a schema registry', () => {
  const opened: Server[] = [];
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const server of opened.splice(0)) server.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  });

  async function at(serve: () => Server, withinMs = 60_000) {
    const server = serve().on('connection', (socket: Socket) => void sockets.add(socket));
    opened.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, patience: { retries: 1, withinMs } };
  }
  const nobody = async () => {
    const options = await at(tcp(() => undefined));
    const closed = once(opened.at(-1) as Server, 'close');
    opened.pop()?.close();
    await closed;
    return options;
  };

  it.each([
    ['is not there', nobody],
    ['resets the connection', () => at(tcp((socket) => socket.resetAndDestroy()))],
    ['closes it without an answer', () => at(tcp((socket) => socket.end()))],
    ['resets it in the middle of an answer', () => at(http(breakingOff((socket) => socket.resetAndDestroy())))],
    ['closes it in the middle of an answer', () => at(http(breakingOff((socket) => socket.end())), 500)],
    [
      'never answers',
      () =>
        at(
          http(() => undefined),
          500,
        ),
    ],
    ['is overloaded', () => at(http(answering(429, '')))],
    ['is not ready', () => at(http(answering(503, 'busy')))],
    ['has a fault of its own', () => at(http(answering(500, '{"error_code":50001,"message":"store"}')))],
  ])('that %s is waited for', async (_, open) => {
    const options = await open();
    const asked = (await connectRegistry(options, [KNOWN], [])).prepare([RECORD]);
    await expect(asked).rejects.toThrow(RegistryUnavailableError);
    await expect(connectRegistry(options, [KNOWN])).rejects.toThrow(RegistryUnavailableError);
  });

  it.each([401, 403])('that answers %i is not: it refuses the password', async (status) => {
    const options = await at(http(answering(status, '')));
    const refused = { message: expect.stringMatching(/refuses SCHEMA_REGISTRY_USERNAME or SCHEMA_REGISTRY_PASSWORD/) };
    const asked = (await connectRegistry(options, [KNOWN], [])).prepare([RECORD]);
    await expect(asked).rejects.toMatchObject({ ...refused, name: 'Error' });
    await expect(connectRegistry(options, [KNOWN])).rejects.toMatchObject({ ...refused, name: 'Error' });
  });

  it.each([
    [
      'does not know a schema',
      answering(404, '{"error_code":40403,"message":"Schema not found"}'),
      /knows no schema 7/,
    ],
    ['has one that is not Avro', answering(200, '{"schema":"{\\"type\\":\\"nope\\"}"}'), /cannot be read as Avro/],
    [
      'has one of another name',
      answering(200, '{"schema":"{\\"type\\":\\"string\\"}"}'),
      /no record type of this topic/,
    ],
  ])('that %s makes its records undecodable', async (_, listener, reason) => {
    const registry = await connectRegistry(await at(http(listener)), [KNOWN], []);
    await registry.prepare([RECORD]);
    expect(() => registry.decode(RECORD)).toThrow(UndecodableError);
    expect(() => registry.decode(RECORD)).toThrow(reason);
  });

  it('that answers 404 for what this process writes lacks the schema', async () => {
    const options = await at(http(answering(404, '{"error_code":40401,"message":"Subject not found"}')));
    await expect(connectRegistry(options, [KNOWN])).rejects.toThrow(/register the schemas first/);
  });

  it('answers again after it has been away', async () => {
    let away = true;
    const listener: RequestListener = (request, response) => away || answering(200, ANSWER)(request, response);
    const options = await at(http(listener), 2_000);
    const registry = await connectRegistry(options, [KNOWN], []);
    await expect(registry.prepare([RECORD])).rejects.toThrow(RegistryUnavailableError);
    away = false;
    await registry.prepare([RECORD]);
    expect(registry.decode(RECORD)).toEqual({ fullName: 't.A', name: 'A', value: {} });
  });
});

/** A record with an envelope, defined in it anew, and with one more name that the envelope defines. */
function enveloped(name: string): RecordSchema {
  const who = { type: 'record', name: 'Who', fields: [{ name: 'id', type: 'string' }] };
  const envelope = { type: 'record', name: 'Envelope', fields: [{ name: 'from', type: who }] };
  const inner = { type: 'record', name: `${name}Content`, fields: [{ name: 'to', type: 'Who' }] };
  const fields = [
    { name: 'envelope', type: envelope },
    { name: 'content', type: inner },
  ];
  const full = { type: 'record', name, namespace: 't', fields };
  return { topic: 't', name, fullName: `t.${name}`, subject: `t-${name}`, schema: full };
}

describe('records of several types', () => {
  it('share the type of their envelope, and keep a content that refers to a name in it', async () => {
    const schemas = [enveloped('A'), enveloped('B')];
    const server = createHttpServer((request, response) => {
      const id =
        /\/schemas\/ids\/(\d)/.exec(request.url ?? '')?.[1] ?? (request.url?.includes('t-A') === true ? '1' : '2');
      const { schema: asked } = schemas[Number(id) - 1] as RecordSchema;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: Number(id), schema: JSON.stringify(asked) }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const registry = await connectRegistry({ url }, schemas);
    const record = { envelope: { from: { id: '甲' } }, content: { to: { id: '乙' } } };
    const bytes = schemas.map(({ fullName }) => registry.encode(fullName, record));
    await registry.prepare(bytes);
    const [one, other] = bytes.map((each) => registry.decode(each).value as typeof record);
    server.close();
    expect([one, other]).toEqual([record, record]);
    expect(Object.getPrototypeOf(one?.envelope)).toBe(Object.getPrototypeOf(other?.envelope));
    expect(Object.getPrototypeOf(one?.content)).not.toBe(Object.getPrototypeOf(other?.content));
  });
});
