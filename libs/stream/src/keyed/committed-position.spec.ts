import { decodeCommitted, encodeMetadata, isBehind } from './committed-position.ts';

describe('the committed position', () => {
  it('comes back from the offset and its metadata as it was written', () => {
    const position = {
      offset: 42,
      cursor: { due: 7, key: 'uscc:91' },
      ordinal: 3,
      publishedThrough: 40,
      engineVersion: '3',
    };
    expect(decodeCommitted(42, encodeMetadata(position))).toEqual(position);
    const plain = { offset: 1, cursor: null, ordinal: 0, publishedThrough: 0, engineVersion: '' };
    expect(decodeCommitted(1, encodeMetadata(plain))).toEqual(plain);
  });

  it('of an earlier release names no engine version', () => {
    expect(decodeCommitted(9, '{"v":1,"p":9,"n":0}')).toMatchObject({ offset: 9, engineVersion: '' });
  });

  it('is undefined before the first commit', () => {
    expect(decodeCommitted(-1, null)).toBeUndefined();
  });

  it('refuses an offset that another kind of consumer committed', () => {
    expect(() => decodeCommitted(5, '')).toThrow();
    expect(() => decodeCommitted(5, null)).toThrow(/not written by this processor/);
  });

  it('is behind another when a record or a review between them is not applied', () => {
    const at = (offset: number, due?: number, key = 'k') => ({
      offset,
      ordinal: 0,
      cursor: due === undefined ? null : { due, key },
    });
    expect(isBehind(at(1), at(2))).toBe(true);
    expect(isBehind(at(2), at(1))).toBe(false);
    expect(isBehind(at(1), at(1))).toBe(false);
    expect(isBehind(at(1), at(1, 5))).toBe(true);
    expect(isBehind(at(1, 5), at(1))).toBe(false);
    expect(isBehind(at(1, 5, 'a'), at(1, 5, 'b'))).toBe(true);
    expect(isBehind(at(1, 6, 'a'), at(1, 5, 'b'))).toBe(false);
  });
});
