import type { Kafka, KafkaMessage } from 'kafkajs';

/** What of a broker's connection inside kafkajs is used here. */
export interface FetchingBroker {
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
}

export interface FetchingCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>;
  findBroker(node: { readonly nodeId: string }): Promise<FetchingBroker>;
}

const CREATE_CLUSTER = 'private:Kafka:createCluster';
const METADATA_MAX_AGE_MS = 300_000;

/**
 * Connections of kafkajs 2.2.4 without a consumer around them: its public interface reads only as a member of a group, which
 * takes seconds to join and cannot ask for single offsets. Throws where another version has no such inside.
 */
export function clusterOf(kafka: Kafka): FetchingCluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
  if (symbol === undefined) throw new Error(`this kafkajs has no ${CREATE_CLUSTER}; libs/stream was written for 2.2.4`);
  const create = (kafka as unknown as Record<symbol, (options: object) => FetchingCluster>)[symbol];
  return (create as (options: object) => FetchingCluster).call(kafka, {
    metadataMaxAge: METADATA_MAX_AGE_MS,
    allowAutoTopicCreation: false,
  });
}
