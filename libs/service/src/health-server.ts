import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

interface HealthOptions {
  readonly host: string;
  readonly port: number;
  /** True while the process's loop turns; false asks the supervisor for a restart. */
  live(): boolean;
  /** True, or the reason why this process should get no work now. */
  ready(): true | string;
  readonly metrics?: Metrics;
}

/** Serves /live, /ready and /metrics; no data of enterprises is ever behind these routes. */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => void answer(request.url ?? '/', response, options));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => closeServer(server),
  };
}

async function answer(url: string, response: ServerResponse, options: HealthOptions): Promise<void> {
  if (url === '/live')
    return reply(response, options.live() ? 200 : 503, options.live() ? 'live' : 'the loop has stopped');
  if (url === '/ready') {
    const state = options.ready();
    return reply(response, state === true ? 200 : 503, state === true ? 'ready' : state);
  }
  if (url === '/metrics' && options.metrics !== undefined) {
    return reply(response, 200, await options.metrics.metrics(), options.metrics.contentType);
  }
  return reply(response, 404, 'one of /live, /ready, /metrics');
}

function reply(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(`${body}\n`);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
