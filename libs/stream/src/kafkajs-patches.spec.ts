import { createRequire } from 'node:module';
import fc from 'fast-check';
import { patchEncoder } from './kafkajs-patches.ts';

interface Encoder {
  readonly buffer: Buffer;
  writeVarInt(value: number): this;
  writeVarLong(value: number | string): this;
  writeVarIntBytes(value: Buffer | null): this;
}

interface Decoder {
  readVarInt(): number;
  readVarLong(): { toString(): string };
  readVarIntBytes(): Buffer | null;
}

const require = createRequire(import.meta.url);
const Encoder = require('kafkajs/src/protocol/encoder') as {
  new (): Encoder;
  sizeOfVarLong(value: number | string): number;
};
const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => Decoder;

describe('what kafkajs writes with its encoder patched, its decoder reads', () => {
  const untouched = (write: (encoder: Encoder) => Encoder): Buffer => write(new Encoder()).buffer;
  const longs = ['0', '1', '-1', '63', '64', '-65', '1073741823', '1073741824', '-1073741824', '9007199254740991'];
  const before = longs.map((value) => untouched((encoder) => encoder.writeVarLong(value)));
  beforeAll(patchEncoder);

  it('numbers, in as many bytes as it counts for them, and as it wrote them before', () => {
    longs.forEach((text, at) => {
      for (const value of [text, Number(text)]) {
        const { buffer } = new Encoder().writeVarLong(value);
        expect(buffer).toEqual(before[at]);
        expect(buffer).toHaveLength(Encoder.sizeOfVarLong(value));
        expect(new Decoder(buffer).readVarLong().toString()).toBe(text);
      }
    });
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(new Decoder(new Encoder().writeVarInt(value).buffer).readVarInt()).toBe(value);
        expect(new Decoder(new Encoder().writeVarLong(value).buffer).readVarLong().toString()).toBe(String(value));
      }),
    );
  });

  it('bytes of any length, one after the other and side by side', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 6 }), (pieces) => {
        const buffers = pieces.map((piece) => Buffer.from(piece));
        const all = new Encoder();
        const each = buffers.map((buffer) => new Encoder().writeVarIntBytes(buffer));
        for (const buffer of buffers) all.writeVarIntBytes(buffer);
        const decoder = new Decoder(all.buffer);
        for (const [at, buffer] of buffers.entries()) {
          expect(decoder.readVarIntBytes()).toEqual(buffer);
          expect(new Decoder((each[at] as Encoder).buffer).readVarIntBytes()).toEqual(buffer);
        }
      }),
    );
  });
});
