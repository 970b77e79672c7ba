import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIntakeClient, IntakeRefusedError } from './intake-client.ts';
import { burst, trickle } from './trickle.ts';
import type { CitySettings } from './enterprises.ts';

const settings: CitySettings = {
  enterprises: 1_500,
  years: 3,
  seed: 42,
  until: Date.parse('2026-11-20T10:00:00+08:00'),
};
const TOKEN = 'a-token-of-the-test-0123456789';

type Answer = (events: unknown[], request: IncomingMessage) => { status: number; body: object };

async function withIntake<T>(answer: Answer, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { status, body } = answer(JSON.parse(text) as unknown[], request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const accepted: Answer = (events) => ({
  status: 200,
  body: {
    accepted: events.length,
    duplicate: 0,
    rejected: 0,
    results: events.map((_, index) => ({ index, outcome: 'accepted' })),
  },
});

describe('the trickle', () => {
  test('sends at its rate until the signal and shows its token', async () => {
    const stop = new AbortController();
    let received = 0;
    let authorization: string | undefined;
    const answer: Answer = (events, request) => {
      received += events.length;
      authorization = request.headers.authorization;
      if (received >= 60) stop.abort(new Error('enough'));
      return accepted(events, request);
    };
    const begun = Date.now();
    await withIntake(answer, async (url) => {
      const client = createIntakeClient({ url, token: TOKEN }, () => undefined);
      const pace = { rate: 100, run: 'r', now: Date.now, onReceipt: () => undefined };
      await expect(trickle(settings, client, pace, stop.signal)).rejects.toThrow();
    });
    expect(authorization).toBe(`Bearer ${TOKEN}`);
    expect(Date.now() - begun).toBeGreaterThan(400);
    expect(received).toBeLessThan(120);
  });

  test('waits while intake is closed and loses nothing', async () => {
    const reasons: string[] = [];
    let tries = 0;
    let received = 0;
    const answer: Answer = (events, request) => {
      if (++tries < 3) return { status: 503, body: { detail: 'history load x is open' } };
      received = events.length;
      return accepted(events, request);
    };
    const receipt = await withIntake(answer, (url) => {
      const client = createIntakeClient({ url, token: TOKEN }, (reason) => reasons.push(reason));
      return burst(
        settings,
        client,
        { run: 'r', count: 20, now: settings.until, retract: false },
        new AbortController().signal,
      );
    });
    expect(reasons).toEqual(Array(2).fill('intake answers 503: history load x is open'));
    expect(received).toBe(20);
    expect(receipt).toEqual({ accepted: 20, duplicate: 0, rejected: 0 });
  });

  test('stops at once when intake does not know its token', async () => {
    const refuse: Answer = () => ({ status: 401, body: { detail: 'send a token' } });
    await withIntake(refuse, async (url) => {
      const client = createIntakeClient({ url, token: TOKEN }, () => undefined);
      await expect(client.send([], new AbortController().signal)).rejects.toThrow(
        new IntakeRefusedError('intake answers 401: send a token'),
      );
    });
  });

  test('sends a burst of a thousand in batches, every event once', async () => {
    const numbers: string[] = [];
    const answer: Answer = (events, request) => {
      numbers.push(...(events as { number: string }[]).map(({ number }) => number));
      return accepted(events, request);
    };
    await withIntake(answer, (url) => {
      const client = createIntakeClient({ url, token: TOKEN }, () => undefined);
      return burst(
        settings,
        client,
        { run: 'r', count: 1_000, now: settings.until, retract: false },
        new AbortController().signal,
      );
    });
    expect(numbers).toHaveLength(1_000);
    expect(new Set(numbers).size).toBe(1_000);
  });
});
