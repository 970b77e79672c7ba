import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A registry in front of the registry: it counts look-ups of schemas, and denies those it is told to deny. */
export interface RegistryProxy {
  readonly url: string;
  /** Requests for the schema of each id so far. */
  readonly lookUps: ReadonlyMap<number, number>;
  /** Answers 404 for this id from now on. */
  deny(id: number): void;
  /** No longer denies anything. */
  allowAll(): void;
  close(): Promise<void>;
}

export async function proxyOf(registryUrl: string): Promise<RegistryProxy> {
  const lookUps = new Map<number, number>();
  const denied = new Set<number>();
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, id] = /\/schemas\/ids\/(\d+)/.exec(request.url ?? '') ?? [];
    if (id !== undefined) lookUps.set(Number(id), (lookUps.get(Number(id)) ?? 0) + 1);
    if (id !== undefined && denied.has(Number(id))) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error_code: 40403, message: 'Schema not found' }));
      return;
    }
    const body: Buffer[] = [];
    for await (const part of request) body.push(part as Buffer);
    const { 'content-type': type } = request.headers;
    const answer = await fetch(`${registryUrl}${request.url ?? ''}`, {
      method: request.method ?? 'GET',
      ...(body.length === 0 ? {} : { body: Buffer.concat(body) }),
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lookUps,
    deny: (id) => void denied.add(id),
    allowAll: () => denied.clear(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
