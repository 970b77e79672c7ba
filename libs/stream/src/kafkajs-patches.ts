import { createRequire } from 'node:module';
import type * as Kafkajs from 'kafkajs';
import { TransactionPlan, type TopicPartitions } from './transaction-plan.ts';

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

interface Coordinator {
  isConnected(): boolean;
}

interface CoordinatorLookUp {
  readonly groupId: string;
  readonly coordinatorType?: number;
}

interface Cluster {
  findGroupCoordinator(lookUp: CoordinatorLookUp): Promise<Coordinator>;
  metadata(options?: object): Promise<object | null>;
}

/** Less than the retries of a transaction's steps go on for: they outlive a coordinator that has moved. */
const COORDINATOR_KNOWN_FOR_MS = 500;

/**
 * kafkajs 2.2.4 asks a broker for the coordinator ahead of each step of a transaction: one that writes to two topics then takes
 * twelve round trips instead of seven. Here a coordinator is known for a moment, as long as its connection stands.
 */
export function patchCoordinatorLookUps(): void {
  const { prototype } = load('kafkajs/src/cluster') as { prototype: Cluster };
  const lookUpAnew = prototype.findGroupCoordinator;
  const known = new WeakMap<Cluster, Map<string, { readonly coordinator: Coordinator; readonly until: number }>>();
  prototype.findGroupCoordinator = async function find(this: Cluster, lookUp): Promise<Coordinator> {
    const ofCluster = known.get(this) ?? new Map<string, { coordinator: Coordinator; until: number }>();
    known.set(this, ofCluster);
    const name = `${lookUp.coordinatorType ?? 0} ${lookUp.groupId}`;
    const last = ofCluster.get(name);
    if (last !== undefined && last.coordinator.isConnected() && performance.now() < last.until) return last.coordinator;
    const coordinator = await lookUpAnew.call(this, lookUp);
    ofCluster.set(name, { coordinator, until: performance.now() + COORDINATOR_KNOWN_FOR_MS });
    return coordinator;
  };
}

interface Broker {
  addPartitionsToTxn(request: { readonly topics: readonly TopicPartitions[] }): Promise<unknown>;
}

/**
 * kafkajs 2.2.4 tells the coordinator of each partition of a transaction by itself, ahead of the first send to it. Where there
 * is a plan, the first of these requests tells all of them, and the others are left out: a send meets no coordinator any more.
 */
export function patchAddPartitions(): void {
  const { prototype } = load('kafkajs/src/broker') as { prototype: Broker };
  const { addPartitionsToTxn } = prototype;
  prototype.addPartitionsToTxn = async function add(this: Broker, request): Promise<unknown> {
    const plan = TransactionPlan.current();
    if (plan === undefined) return addPartitionsToTxn.call(this, request);
    return plan.tell(request.topics, (topics) => addPartitionsToTxn.call(this, { ...request, topics }));
  };
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
