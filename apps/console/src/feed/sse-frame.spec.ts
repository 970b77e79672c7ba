import { commentFrame, eventFrame, retryFrame } from './sse-frame.ts';

describe('a frame of the event stream', () => {
  it('ends with an empty line and has its id first', () => {
    expect(eventFrame('class-changed', { to: 'D' }, 'abc')).toBe('id: abc\nevent: class-changed\ndata: {"to":"D"}\n\n');
    expect(commentFrame('open')).toBe(': open\n\n');
    expect(retryFrame(3000)).toBe('retry: 3000\n\n');
  });

  it('cannot be broken by line ends in the data', () => {
    const frame = eventFrame('class-changed', { name: 'a\n\ndata: forged\r\n' }, 'x\nevent: forged');
    expect(frame.split('\n')).toHaveLength(5);
    expect(frame).not.toMatch(/^(event|data): forged/m);
  });
});
