import { createRequire } from 'node:module';
import fc from 'fast-check';
import { isAway } from './broker-errors.ts';
import { patchCoordinatorSearch, patchEncoder } from './kafkajs-patches.ts';

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

interface CoordinatorSearch {
  findGroupCoordinatorMetadata(this: object, of: { readonly groupId: string }): Promise<unknown>;
}

describe('the search for a coordinator', () => {
  const { prototype } = require('kafkajs/src/cluster') as { readonly prototype: CoordinatorSearch };
  beforeAll(patchCoordinatorSearch);

  /** As kafkajs asks its brokers: it goes from one to the next, and forgets what each has answered. */
  const among = (...answers: readonly (Error | object)[]): object => ({
    brokerPool: {
      async withBroker(ask: (of: object) => Promise<unknown>): Promise<unknown> {
        for (const answer of answers) {
          const findGroupCoordinator = async (): Promise<object> => {
            if (answer instanceof Error) throw answer;
            return answer;
          };
          const named = await ask({ broker: { findGroupCoordinator } }).catch(() => null);
          if (named !== null) return named;
        }
        return null;
      },
    },
  });
  const search = (cluster: object): Promise<unknown> =>
    prototype.findGroupCoordinatorMetadata.call(cluster, { groupId: 'scorer' });

  it('asks the next broker, and tells in the end what the last one has answered', async () => {
    const refused = new Error('not authorized for group');
    await expect(search(among(refused, { coordinator: 2 }))).resolves.toEqual({ coordinator: 2 });
    await expect(search(among(new Error('reset'), refused))).rejects.toBe(refused);
  });

  it('takes brokers of which none answers for brokers that are away', async () => {
    const error: unknown = await search(among()).catch((reason: unknown) => reason);
    expect(isAway(error)).toBe(true);
  });
});
