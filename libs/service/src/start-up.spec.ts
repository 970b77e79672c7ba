import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createStartUp, type AtEnd, type Dependency } from './start-up.ts';

const never = new AbortController().signal;

class AwayError extends Error {}

const isAway = (error: unknown): boolean => error instanceof AwayError;
const away = (): Promise<void> => Promise.reject(new AwayError('not there'));

function logTo(lines: string[]) {
  const sink = new Writable({
    write(line: Buffer, _, done) {
      lines.push(line.toString());
      done();
    },
  });
  return pino({ base: null, timestamp: false }, sink);
}

/** Answers when it is asked so often. */
function answersAt(attempt: number, name = 'Kafka (KAFKA_BROKERS)'): Dependency & { readonly asked: () => number } {
  let asked = 0;
  return { name, isAway, asked: () => asked, ask: () => (++asked < attempt ? away() : Promise.resolve()) };
}

const nothing = async (): Promise<void> => undefined;

describe('a service that starts', () => {
  it('asks again what is away, tells it once and then more and more rarely, and says when it answers', async () => {
    const lines: string[] = [];
    const dependency = answersAt(4);
    await createStartUp(logTo(lines), never, [dependency]).start(nothing);
    expect(dependency.asked()).toBe(4);
    const told = lines.map((line) => JSON.parse(line) as { msg: string; dependency: string; attempt: number });
    expect(told.map(({ msg, attempt }) => `${msg} ${attempt}`)).toEqual([
      'dependency away 1',
      'dependency away 2',
      'dependency answers 4',
    ]);
    expect(told[0]?.dependency).toBe('Kafka (KAFKA_BROKERS)');
  });

  it('says what it still waits for', async () => {
    const stop = new AbortController();
    const hanging: Dependency = { name: 'B', isAway, ask: () => new Promise(() => undefined) };
    const startUp = createStartUp(logTo([]), stop.signal, [answersAt(1, 'A'), hanging, answersAt(99, 'C')]);
    expect(startUp.waitingFor()).toBeUndefined();
    const waiting = startUp.start(nothing);
    expect(startUp.waitingFor()).toBe('waiting for A and B and C');
    await new Promise((resolve) => setImmediate(resolve));
    expect(startUp.waitingFor()).toBe('waiting for B and C');
    stop.abort(new Error('told to stop'));
    await expect(waiting).rejects.toThrow('told to stop');
  });

  it('that was told to stop before waits for nothing', async () => {
    const hanging: Dependency = { name: 'B', isAway, ask: () => new Promise(() => undefined) };
    const startUp = createStartUp(logTo([]), AbortSignal.abort(new Error('told to stop')), [hanging]);
    await expect(startUp.start(nothing)).rejects.toThrow('told to stop');
  });

  it('is not made to wait by a fault that is not known to pass by itself', async () => {
    const refused = { name: 'A', isAway, ask: () => Promise.reject(new Error('wrong password')) };
    const startUp = createStartUp(logTo([]), never, [refused, answersAt(99)]);
    await expect(startUp.start(nothing)).rejects.toThrow('wrong password');
  });
});

describe('a start in the middle of which something goes away', () => {
  const opens = (steps: string[], breaksAt: number, error: Error) => {
    let starts = 0;
    return async (atEnd: AtEnd): Promise<void> => {
      starts++;
      for (const name of ['a', 'b']) {
        steps.push(`open ${name}`);
        atEnd(async () => void steps.push(`close ${name}`));
      }
      if (starts <= breaksAt) throw error;
      steps.push('started');
    };
  };

  it('closes what it had opened, the last first, waits until it answers, and begins anew', async () => {
    const steps: string[] = [];
    const dependency = answersAt(1, 'A');
    const startUp = createStartUp(logTo([]), never, [answersAt(1), dependency]);
    const lost = new Error('the start failed', { cause: new AwayError('reset') });
    const starting = startUp.start(opens(steps, 1, lost));
    const close = await starting;
    const attempt = ['open a', 'open b'];
    expect(steps).toEqual([...attempt, 'close b', 'close a', ...attempt, 'started']);
    expect(dependency.asked()).toBe(2);
    steps.length = 0;
    expect(await close()).toEqual([]);
    expect(steps).toEqual(['close b', 'close a']);
  });

  it('says from that moment on that it waits', async () => {
    const stop = new AbortController();
    const startUp = createStartUp(logTo([]), stop.signal, [answersAt(1, 'A')]);
    const said: (string | undefined)[] = [];
    const starting = startUp.start(async (atEnd) => {
      said.push(startUp.waitingFor());
      atEnd(async () => {
        said.push(startUp.waitingFor());
        stop.abort(new Error('told to stop'));
      });
      await away();
    });
    await expect(starting).rejects.toThrow();
    expect(said).toEqual([undefined, 'waiting for A']);
  });

  it('ends at once, with everything closed, when it is refused', async () => {
    const steps: string[] = [];
    const startUp = createStartUp(logTo([]), never, [answersAt(1)]);
    await expect(startUp.start(opens(steps, 1, new Error('no such schema')))).rejects.toThrow('no such schema');
    expect(steps).toEqual(['open a', 'open b', 'close b', 'close a']);
  });

  it('closes the rest when one of them cannot be closed', async () => {
    const steps: string[] = [];
    const close = await createStartUp(logTo([]), never, []).start(async (atEnd) => {
      atEnd(async () => void steps.push('close a'));
      atEnd(away);
    });
    expect(await close()).toEqual([expect.any(AwayError)]);
    expect(steps).toEqual(['close a']);
  });
});
