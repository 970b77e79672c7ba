import fc from 'fast-check';
import { PackReader, PackWriter } from './packed-bytes.ts';

type Item = { readonly number: number | null } | { readonly text: string | null };

const items = fc.array(
  fc.oneof(
    fc.record(
      { number: fc.option(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constant(-0))) },
      { noNullPrototype: true },
    ),
    fc.record(
      { text: fc.option(fc.oneof(fc.string(), fc.string({ unit: 'grapheme', minLength: 100 }))) },
      { noNullPrototype: true },
    ),
  ),
);

function packed(written: readonly Item[], writer = new PackWriter()): Buffer {
  writer.begin();
  for (const item of written) {
    if ('number' in item) writer.number(item.number);
    else writer.text(item.text);
  }
  return writer.end();
}

function unpacked(bytes: Buffer, shape: readonly Item[]): Item[] {
  const reader = new PackReader();
  reader.begin(bytes);
  return shape.map((item) => ('number' in item ? { number: reader.number() } : { text: reader.text() }));
}

describe('packed bytes', () => {
  it('give back every number and every text, in their order', () => {
    fc.assert(
      fc.property(items, (written) => {
        expect(unpacked(Buffer.from(packed(written)), written)).toStrictEqual(written);
      }),
    );
  });

  it('of a whole number are one, three, five or nine, by its size', () => {
    const none = packed([]).length;
    const lengthOf = (number: number): number => packed([{ number }]).length - none;
    expect([0, 250, 251, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32].map(lengthOf)).toEqual([1, 1, 3, 3, 5, 5, 9]);
  });

  it('grow beyond the first room, and leave it as it is for what comes next', () => {
    const long: Item[] = [
      ...Array.from({ length: 150_000 }, (_, at): Item => ({ number: at / 7 })),
      { text: '市'.repeat(500_000) },
    ];
    const writer = new PackWriter();
    expect(unpacked(packed(long, writer), long)).toStrictEqual(long);
    const short: Item[] = [{ text: '短' }, { number: 1 }];
    expect(unpacked(packed(short, writer), short)).toStrictEqual(short);
  });
});
