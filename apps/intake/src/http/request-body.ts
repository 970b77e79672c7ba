import type { IncomingMessage } from 'node:http';
import { jsonFaultAt } from './json-fault.ts';
import { Problem } from './problem.ts';

/** Reads a request's body as UTF-8 text; refuses one of more than `maxBytes` as soon as that is known. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new Problem(415, 'Unsupported Media Type', `send the body without content-encoding, not ${encoding}`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(request, maxBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(request, maxBytes);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Problem(400, 'Bad Request', 'the body is not UTF-8');
  }
}

function tooLarge(request: IncomingMessage, maxBytes: number): Problem {
  request.unpipe();
  request.resume();
  return new Problem(413, 'Content Too Large', `the body is larger than ${maxBytes} bytes; send fewer events at once`, {
    headers: { connection: 'close' },
  });
}

/**
 * The events of a body: one event, an array, `{events: […]}`, or one JSON document a line for application/x-ndjson.
 * A document that cannot be parsed refuses the request with its position; what an event says is judged later, one by one.
 */
export function eventsOf(body: string, contentType: string | undefined, maxEvents: number): readonly unknown[] {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' && type !== 'application/x-ndjson')
    throw new Problem(415, 'Unsupported Media Type', 'send application/json or application/x-ndjson');
  const events = type === 'application/json' ? listOf(parse(body)) : linesOf(body);
  if (events.length === 0) throw new Problem(400, 'Bad Request', 'the body holds no event');
  if (events.length > maxEvents)
    throw new Problem(413, 'Content Too Large', `${events.length} events in one request; at most ${maxEvents}`);
  return events;
}

function listOf(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document as unknown[];
  if (typeof document !== 'object' || document === null)
    throw new Problem(400, 'Bad Request', 'send one event, an array of events or {"events": […]}');
  const { events } = document as { events?: unknown };
  if (Array.isArray(events) && !('type' in document)) return events as unknown[];
  return [document];
}

function linesOf(body: string): readonly unknown[] {
  return body
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => parse(line, number));
}

/** `lineOffset` is the line of the document in the body, for a body of many documents. */
function parse(text: string, lineOffset = 1): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const before = text.slice(0, jsonFaultAt(text));
    const line = lineOffset + before.split('\n').length - 1;
    const column = before.length - before.lastIndexOf('\n');
    throw new Problem(400, 'Bad Request', `the body is not JSON: line ${line}, column ${column}`, {
      members: { line, column },
    });
  }
}
