import { createRequire } from 'node:module';
import type * as Kafkajs from 'kafkajs';
import { isAway } from './broker-errors.ts';
import type { CoordinatorType } from './kafkajs-cluster.ts';
import { repeat } from './repeat.ts';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

const CHECK_PENDING_MS = 10;

const load = createRequire(import.meta.url);

/**
 * kafkajs 2.2.4 sets a timer with a negative time after each response: Node 24 warns of it, and each is a wasted turn.
 * Nothing pending and no throttling means that there is nothing to look at later.
 */
export function patchRequestQueue(): void {
  const { prototype } = load('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue & { scheduleCheckPendingRequests(this: RequestQueue): void };
  };
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    const throttledFor = this.throttledUntil - Date.now();
    if (this.throttleCheckTimeoutId !== null || (throttledFor <= 0 && this.pending.length === 0)) return;
    const timer = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledFor > 0 ? throttledFor : CHECK_PENDING_MS,
    );
    this.throttleCheckTimeoutId = timer;
  };
}

interface Cluster {
  metadata(options?: object): Promise<object | null>;
}

/**
 * kafkajs 2.2.4 has null for the metadata when every broker it asked lost the connection: what reads them ends in a TypeError,
 * which nothing tells from a fault of our own.
 */
export function patchClusterMetadata(): void {
  const { prototype } = load('kafkajs/src/cluster') as { prototype: Cluster };
  const { KafkaJSConnectionError } = load('kafkajs') as typeof Kafkajs;
  const { metadata } = prototype;
  prototype.metadata = async function answered(this: Cluster, options?: object): Promise<object> {
    const answer = await metadata.call(this, options);
    if (answer === null) throw new KafkaJSConnectionError('no broker has told its metadata');
    return answer;
  };
}

interface Coordinated {
  readonly groupId: string;
  readonly coordinatorType?: CoordinatorType;
}
interface CoordinatorSearch {
  readonly brokerPool: {
    withBroker<T>(
      ask: (of: { readonly broker: { findGroupCoordinator(of: Coordinated): Promise<object> } }) => Promise<T>,
    ): Promise<T | null>;
  };
  findGroupCoordinator(of: Coordinated): Promise<object>;
  findGroupCoordinatorMetadata(of: Coordinated): Promise<object>;
}

/**
 * kafkajs 2.2.4 takes a connection that is lost while it looks for a coordinator for an error for good, which ends its consumer,
 * and keeps to itself what the brokers have answered. Here the search goes on while brokers are away, and a missing right is told.
 */
export function patchCoordinatorSearch(): void {
  const { prototype } = load('kafkajs/src/cluster') as { prototype: CoordinatorSearch };
  const { KafkaJSConnectionError } = load('kafkajs') as typeof Kafkajs;
  const { findGroupCoordinator } = prototype;
  prototype.findGroupCoordinator = function found(this: CoordinatorSearch, of): Promise<object> {
    return repeat(() => findGroupCoordinator.call(this, of), { mayPass: isAway });
  };
  prototype.findGroupCoordinatorMetadata = async function named(this: CoordinatorSearch, of): Promise<object> {
    let failure: Error = new KafkaJSConnectionError('no broker has named the coordinator');
    const answer = await this.brokerPool.withBroker(({ broker }) =>
      broker.findGroupCoordinator(of).catch((error: Error) => {
        failure = error;
        throw error;
      }),
    );
    if (answer === null) throw failure;
    return answer;
  };
}

interface Encoder {
  buf: Buffer;
  offset: number;
  ensureAvailable(length: number): void;
  writeUVarInt(value: number): this;
  writeVarLong(value: unknown): this;
}

interface EncoderClass {
  readonly prototype: Encoder;
  nextPowerOfTwo(value: number): number;
  encodeZigZag(value: number): number;
  sizeOfVarInt(value: number): number;
  sizeOfVarLong(value: unknown): number;
}

const FIRST_BYTES = 511;
const GREATEST_SHORT = 2 ** 30;

function isShort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < GREATEST_SHORT;
}

/**
 * kafkajs 2.2.4 fills 512 bytes with zeros for each record, makes a buffer of each of its numbers, and counts milliseconds in
 * big integers: two fifths of what a record costs on its way out. Here the bytes come from Node's pool, numbers are written
 * in place, and what fits into a number is one. The bytes sent are the same.
 */
export function patchEncoder(): void {
  const Encoder = load('kafkajs/src/protocol/encoder') as EncoderClass;
  const { nextPowerOfTwo, sizeOfVarLong, prototype } = Encoder;
  const { writeVarLong } = prototype;
  // Asked by the constructor, and by the method that is replaced below.
  Encoder.nextPowerOfTwo = () => 0;
  prototype.ensureAvailable = function ensureAvailable(this: Encoder, length): void {
    const needed = this.offset + length;
    if (needed <= this.buf.length) return;
    const larger = Buffer.allocUnsafe(nextPowerOfTwo(Math.max(needed, FIRST_BYTES)));
    this.buf.copy(larger, 0, 0, this.offset);
    this.buf = larger;
  };
  prototype.writeUVarInt = function writeUVarInt(this: Encoder, value) {
    this.ensureAvailable(5);
    let rest = value;
    for (; rest > 0x7f || rest < 0; rest >>>= 7) this.buf[this.offset++] = (rest & 0x7f) | 0x80;
    this.buf[this.offset++] = rest;
    return this;
  };
  prototype.writeVarLong = function write(this: Encoder, value) {
    return isShort(value) ? this.writeUVarInt(Encoder.encodeZigZag(value)) : writeVarLong.call(this, value);
  };
  Encoder.sizeOfVarLong = (value) =>
    isShort(value) ? Encoder.sizeOfVarInt(value) : sizeOfVarLong.call(Encoder, value);
}
