import fc from 'fast-check';
import { normaliseNumber, normaliseText } from './text.ts';

describe('normaliseText', () => {
  it('turns full-width into half-width and collapses white space', () => {
    expect(normaliseText('　中山市ＡＢＣ（集团），有限公司 \u200b 　')).toBe('中山市ABC(集团),有限公司');
    expect(normaliseText('a \t\n b')).toBe('a b');
  });

  it('keeps Chinese punctuation that has no half-width twin', () => {
    expect(normaliseText('《条例》第一条、第二条。')).toBe('《条例》第一条、第二条。');
  });
});

describe('normaliseNumber', () => {
  it('makes one number of all bracket, width and space variants', () => {
    const variants = [
      '中市监罚〔2026〕1号',
      '中市监罚[2026]1号',
      '中市监罚（2026）1号',
      '中市监罚(2026)1号',
      ' 中市监罚【２０２６】１号 ',
      '中市监罚﹝2026﹞ 1 号',
    ];
    expect(new Set(variants.map(normaliseNumber))).toEqual(new Set(['中市监罚〔2026〕1号']));
  });

  it('leaves brackets that hold no year alone', () => {
    expect(normaliseNumber('检(食)—12')).toBe('检(食)-12');
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (text) => normaliseNumber(normaliseNumber(text)) === normaliseNumber(text),
      ),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (text) => normaliseText(normaliseText(text)) === normaliseText(text),
      ),
    );
  });
});
