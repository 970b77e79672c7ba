import type { OutgoingMessage } from './outgoing-message.ts';
import { createSerialWriter, type RawProducer } from './serial-writer.ts';

const message = (name: string): OutgoingMessage => ({ key: name, value: Buffer.from(name), timestamp: 0 });

/** Producers whose sends end when the test says so. */
function rig(): {
  connect: () => Promise<RawProducer>;
  sends: { producer: number; topic: string; keys: OutgoingMessage['key'][]; end: (error?: Error) => void }[];
  closed: number[];
} {
  const sends: ReturnType<typeof rig>['sends'] = [];
  const closed: number[] = [];
  let producers = 0;
  return {
    sends,
    closed,
    connect: async () => {
      const producer = ++producers;
      return {
        send: (topic, messages) =>
          new Promise((resolve, reject) => {
            sends.push({
              producer,
              topic,
              keys: messages.map(({ key }) => key),
              end: (error) => (error === undefined ? resolve() : reject(error)),
            });
          }),
        close: async () => void closed.push(producer),
      };
    },
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the serial writer', () => {
  it('has one send on its way, and sends what waited meanwhile together and in order', async () => {
    const { connect, sends } = rig();
    const writer = await createSerialWriter(connect);
    const appends = [writer.send('t', [message('a')])];
    await settle();
    for (const name of ['b', 'c']) appends.push(writer.send('t', [message(name)]));
    await settle();
    expect(sends.map(({ keys }) => keys)).toEqual([['a']]);
    sends[0]?.end();
    await settle();
    expect(sends.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c']]);
    sends[1]?.end();
    await Promise.all(appends);
  });

  it('never uses a producer again after a failed send: the broker would drop what follows as a repetition', async () => {
    const { connect, sends, closed } = rig();
    const writer = await createSerialWriter(connect);
    const lost = writer.send('t', [message('a')]);
    await settle();
    const next = writer.send('t', [message('b')]);
    sends[0]?.end(new Error('timeout'));
    await expect(lost).rejects.toThrow('timeout');
    await settle();
    expect(sends.map(({ producer }) => producer)).toEqual([1, 2]);
    expect(closed).toEqual([1]);
    sends[1]?.end();
    await next;
  });

  it('does not send what was given up while it waited', async () => {
    const { connect, sends } = rig();
    const writer = await createSerialWriter(connect);
    const first = writer.send('t', [message('a')]);
    await settle();
    const late = new AbortController();
    const second = writer.send('t', [message('b')], late.signal);
    late.abort(new Error('too late'));
    sends[0]?.end();
    await first;
    await expect(second).rejects.toThrow('too late');
    await expect(writer.send('t', [message('c')], late.signal)).rejects.toThrow('too late');
    const last = writer.send('t', [message('d')]);
    await settle();
    expect(sends.map(({ keys }) => keys)).toEqual([['a'], ['d']]);
    sends[1]?.end();
    await last;
  });

  it('keeps topics apart and sends at most 2,000 messages at once', async () => {
    const { connect, sends } = rig();
    const writer = await createSerialWriter(connect);
    const many = Array.from({ length: 1_500 }, (_, index) => message(`m${index}`));
    const appends = [writer.send('t', many), writer.send('t', many), writer.send('u', [message('b')])];
    for (let index = 0; index < 3; index += 1) {
      await settle();
      sends[index]?.end();
    }
    await Promise.all(appends);
    expect(sends.map(({ topic, keys }) => [topic, keys.length])).toEqual([
      ['t', 1_500],
      ['t', 1_500],
      ['u', 1],
    ]);
  });
});
