import { createRequire } from 'node:module';
import type { Kafka, KafkaMessage, PartitionMetadata } from 'kafkajs';

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** The producer of transactions that a request is for. */
export interface ProducerIdentity {
  readonly transactionalId: string;
  readonly producerId: unknown;
  readonly producerEpoch: number;
}

/** A batch of one partition, as kafkajs encodes it. */
export interface PartitionBatch {
  readonly partition: number;
  readonly firstSequence: number;
  readonly messages: readonly object[];
}

/** A request and how its answer is read. `parse` throws on an error code. */
export interface ProtocolRequest<T> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<unknown>;
  };
  readonly response: { decode(bytes: Buffer): Promise<T>; parse(answer: T): Promise<T> };
}

/** What of a broker's connection inside kafkajs is used here. Each call is one request; it rejects on an error code too. */
export interface InnerBroker {
  readonly nodeId: number;
  fetch(request: {
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<{
    readonly responses: readonly { readonly partitions: readonly { readonly messages: readonly KafkaMessage[] }[] }[];
  }>;
  initProducerId(request: {
    /** Left out: of an idempotent producer. */
    readonly transactionalId?: string;
    readonly transactionTimeout: number;
  }): Promise<Pick<ProducerIdentity, 'producerId' | 'producerEpoch'>>;
  addPartitionsToTxn(request: ProducerIdentity & { readonly topics: readonly TopicPartitions[] }): Promise<unknown>;
  addOffsetsToTxn(request: ProducerIdentity & { readonly groupId: string }): Promise<unknown>;
  endTxn(request: ProducerIdentity & { readonly transactionResult: boolean }): Promise<unknown>;
  produce(
    request: Pick<ProducerIdentity, 'producerId' | 'producerEpoch'> & {
      readonly transactionalId?: string;
      readonly topicData: readonly { readonly topic: string; readonly partitions: readonly PartitionBatch[] }[];
    },
  ): Promise<unknown>;
  readonly connectionPool: { send<T>(request: ProtocolRequest<T>): Promise<T> };
}

export interface InnerCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  getNodeIds(): readonly string[];
  /** Empty for a topic that is not among the target topics. */
  findTopicPartitionMetadata(topic: string): PartitionMetadata[];
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>;
  findBroker(node: { readonly nodeId: string }): Promise<InnerBroker>;
  findGroupCoordinator(of: {
    /** Or the id of a producer of transactions, by the type. */
    readonly groupId: string;
    readonly coordinatorType: CoordinatorType;
  }): Promise<InnerBroker>;
}

/** As Kafka numbers them. */
export enum CoordinatorType {
  Group = 0,
  Transactions = 1,
}

const CREATE_CLUSTER = 'private:Kafka:createCluster';
const METADATA_MAX_AGE_MS = 300_000;

/**
 * Connections of kafkajs 2.2.4 without a consumer or producer around them. Its consumers read only as members of a group, which
 * takes seconds to join, and cannot ask for single offsets; its producers of transactions say of offsets neither which member
 * nor which generation of the group commits them. Throws where another version has no such inside.
 */
function clusterOf(kafka: Kafka): InnerCluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
  if (symbol === undefined) throw new Error(`this kafkajs has no ${CREATE_CLUSTER}; libs/stream was written for 2.2.4`);
  const create = (kafka as unknown as Record<symbol, (options: object) => InnerCluster>)[symbol];
  return (create as (options: object) => InnerCluster).call(kafka, {
    metadataMaxAge: METADATA_MAX_AGE_MS,
    allowAutoTopicCreation: false,
  });
}

/** Connects and makes something of it; what fails halfway leaves no connection behind. */
export async function connectedCluster<T>(kafka: Kafka, make: (cluster: InnerCluster) => Promise<T>): Promise<T> {
  const cluster = clusterOf(kafka);
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    return await make(cluster);
  } catch (error) {
    await cluster.disconnect().catch(() => undefined);
    throw error;
  }
}

/** kafkajs's writer of bytes, as far as it is used here. Arrays, texts and bytes of the "UVarInt" kind are Kafka's compact ones. */
export interface Encoder {
  writeInt16(value: number): this;
  writeInt32(value: number): this;
  writeInt64(value: unknown): this;
  writeBoolean(value: boolean): this;
  writeUVarIntString(value: string | null): this;
  writeUVarIntArray(values: readonly Encoder[]): this;
  /** Without a value: no tagged fields. */
  writeUVarIntBytes(): this;
}

export interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readUVarIntString(): string | null;
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[] | null;
  readTaggedFields(): unknown;
}

interface Protocol {
  readonly Encoder: new () => Encoder;
  readonly Decoder: new (bytes: Buffer) => Decoder;
  readonly createErrorFromCode: (code: number) => Error;
}

const load = createRequire(import.meta.url);

/** The parts of kafkajs by which requests are written that it does not know. */
export function protocol(): Protocol {
  const { createErrorFromCode } = load('kafkajs/src/protocol/error') as Pick<Protocol, 'createErrorFromCode'>;
  return {
    Encoder: load('kafkajs/src/protocol/encoder') as Protocol['Encoder'],
    Decoder: load('kafkajs/src/protocol/decoder') as Protocol['Decoder'],
    createErrorFromCode,
  };
}
