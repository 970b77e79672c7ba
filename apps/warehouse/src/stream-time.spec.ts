import { StreamTime } from './stream-time.ts';

describe('stream time', () => {
  it('is the greatest record time seen, whatever comes later', () => {
    const time = new StreamTime(null);
    expect([10, 30, 20, 40].map((at) => time.advance(at))).toEqual([10, 30, 30, 40]);
  });

  it('goes on after a restart exactly as without one', () => {
    const before = new StreamTime(null);
    before.advance(50);
    const after = new StreamTime(before.metadata() ?? null);
    expect(after.advance(20)).toBe(50);
  });

  it('has no metadata before the first record', () => {
    expect(new StreamTime(null).metadata()).toBeUndefined();
  });

  it.each(['{}', 'cursor=1', '{"streamTime":"soon"}', 'null'])(
    'refuses the metadata of another program: %s',
    (text) => {
      expect(() => new StreamTime(text)).toThrow('no stream time');
    },
  );
});
