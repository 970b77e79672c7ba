import type { OutgoingMessage } from './outgoing-message.ts';
import { inSends } from './send-parts.ts';

const ofBytes = (bytes: number): OutgoingMessage => ({ key: null, value: Buffer.alloc(bytes) });
const lengths = (messages: readonly OutgoingMessage[]): number[] => inSends(messages).map((part) => part.length);

describe('the cut of messages into sends', () => {
  it('keeps order and loses nothing', () => {
    const messages = Array.from({ length: 2_500 }, (_, i) => ({ key: String(i), value: null }));
    expect(inSends(messages).flat()).toEqual(messages);
    expect(lengths(messages)).toEqual([1_000, 1_000, 500]);
  });

  it('stays below the bytes that a broker takes in one batch', () => {
    expect(lengths(Array.from({ length: 10 }, () => ofBytes(200_000)))).toEqual([4, 4, 2]);
  });

  it('sends a message that is larger than a send by itself', () => {
    expect(lengths([ofBytes(10), ofBytes(1_040_000), ofBytes(10)])).toEqual([1, 1, 1]);
  });

  it('counts headers: a dead letter carries many', () => {
    const headers = { 'dlt-reason': 'x'.repeat(400_000) };
    expect(lengths(Array.from({ length: 3 }, () => ({ ...ofBytes(10), headers })))).toEqual([2, 1]);
  });

  it('makes nothing of nothing', () => {
    expect(inSends([])).toEqual([]);
  });
});
