import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createStartUp, type Dependency } from './start-up.ts';

const never = new AbortController().signal;
const away = (): Promise<void> => Promise.reject(Object.assign(new Error('not there'), { retriable: true }));

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
  return { name, asked: () => asked, ask: () => (++asked < attempt ? away() : Promise.resolve()) };
}

describe('a service that starts', () => {
  it('asks again what is away, tells it once and then more and more rarely, and says when it answers', async () => {
    const lines: string[] = [];
    const dependency = answersAt(4);
    const startUp = createStartUp(logTo(lines), never);
    await startUp.untilAnswered([dependency]);
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
    const startUp = createStartUp(logTo([]), stop.signal);
    expect(startUp.waitingFor()).toBeUndefined();
    const hanging: Dependency = { name: 'B', ask: () => new Promise(() => undefined) };
    const waiting = startUp.untilAnswered([answersAt(1, 'A'), hanging, answersAt(99, 'C')]);
    expect(startUp.waitingFor()).toBe('waiting for A and B and C');
    await new Promise((resolve) => setImmediate(resolve));
    expect(startUp.waitingFor()).toBe('waiting for B and C');
    stop.abort(new Error('told to stop'));
    await expect(waiting).rejects.toThrow('told to stop');
  });

  it('is not made to wait by a fault that is not known to pass by itself', async () => {
    const startUp = createStartUp(logTo([]), never);
    const refused = { name: 'A', ask: () => Promise.reject(new Error('wrong password')) };
    await expect(startUp.untilAnswered([refused, answersAt(99)])).rejects.toThrow('wrong password');
  });
});
