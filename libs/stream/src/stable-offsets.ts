import { isAway } from './broker-errors.ts';
import { stableOffsetFetch, type PartitionOffset } from './group-requests.ts';
import { CoordinatorType, type InnerCluster } from './kafkajs-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { createKeptCluster } from './kept-cluster.ts';
import { repeat } from './repeat.ts';

/** What a group has committed for a topic, as nobody can change it any more but a member of its current generation. */
export interface StableOffsets {
  /** Waits, 15 seconds at the longest, for transactions that commit an offset of this partition, and for brokers. */
  read(partition: number): Promise<PartitionOffset>;
  close(): Promise<void>;
}

/** Connects when it is first asked. */
export function createStableOffsets(connection: KafkaConnection, groupId: string, topic: string): StableOffsets {
  const cluster = createKeptCluster(connection);
  const readOnce =
    (partition: number) =>
    async (connected: InnerCluster): Promise<PartitionOffset> => {
      const coordinator = await connected.findGroupCoordinator({ groupId, coordinatorType: CoordinatorType.Group });
      const [answer] = await coordinator.connectionPool.send(stableOffsetFetch(groupId, topic, [partition]));
      return answer ?? { partition, offset: -1, metadata: null };
    };
  return {
    read: (partition) => repeat(() => cluster.ask(readOnce(partition)), { mayPass: isAway }),
    close: () => cluster.close(),
  };
}
