import { compileTransform, TransformError, type TransformText } from './transforms.ts';

const context = { tables: { yesNo: { 是: 'YES', 否: 'NO', 都: ['YES', 'NO'] } }, zone: '+08:00' };
const apply = (step: TransformText, value: string): unknown => compileTransform(step, context)(value);

describe('the steps of a mapping', () => {
  it('split codes at every comma that sources use', () => {
    expect(apply('codes', '1,B， C、8；E; G,')).toEqual(['1', 'B', 'C', '8', 'E', 'G']);
  });

  it.each([
    ['2026-01-31', '2026-01-31'],
    ['2026/1/9', '2026-01-09'],
    ['20260131', '2026-01-31'],
    ['2026年1月9日', '2026-01-09'],
    ['2026-01-31 09:30:00', '2026-01-31T09:30:00.000+08:00'],
  ])('read the date %s', (text, iso) => {
    const date = ['yyyy-MM-dd', 'yyyy/M/d', 'yyyyMMdd', 'yyyy年M月d日', 'yyyy-MM-dd HH:mm:ss'];
    expect(apply({ date }, text)).toBe(iso);
  });

  it.each(['2026-02-30', '2026-13-01', '26-01-01', '2026-01-01 24:00:00', 'yesterday'])(
    'refuse the date %s',
    (text) => {
      expect(() => apply({ date: ['yyyy-MM-dd', 'yyyy-MM-dd HH:mm:ss'] }, text)).toThrow(TransformError);
    },
  );

  it('refuse a code that the table does not have, unless told otherwise', () => {
    const table = 'yesNo';
    expect(apply({ table, otherwise: 'refuse' }, '是')).toBe('YES');
    expect(apply({ table, otherwise: 'refuse' }, '都')).toEqual(['YES', 'NO']);
    expect(() => apply({ table, otherwise: 'refuse' }, '也许')).toThrow(/not in the code table yesNo/);
    expect(apply({ table, otherwise: 'keep' }, '也许')).toBe('也许');
    expect(apply({ table, otherwise: 'empty' }, '也许')).toBeUndefined();
    expect(() => apply({ table, otherwise: 'refuse' }, 'constructor')).toThrow(TransformError);
  });

  it('extract by the first group, and make whole numbers only of whole numbers', () => {
    expect(apply({ extract: '(\\d{4})年' }, '2024年度')).toBe('2024');
    expect(apply({ extract: '\\d{4}' }, 'no year')).toBeUndefined();
    expect(apply('integer', '2024')).toBe(2024);
    expect(() => apply('integer', '20.5')).toThrow(TransformError);
  });

  it('are refused with a reason when a mapping states them wrongly', () => {
    expect(() => apply({ table: 'unknown', otherwise: 'refuse' }, '')).toThrow(/not among the tables/);
    expect(() => apply({ date: ['HH:mm'] }, '')).toThrow(/names no year, month and day/);
    expect(() => apply({ extract: '(' }, '')).toThrow();
  });
});
