import { isAway, retryOnCodes } from './broker-errors.ts';
import { stableOffsetFetch, type PartitionOffset } from './group-requests.ts';
import { connectedCluster, CoordinatorType, type InnerCluster } from './kafkajs-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';

/** What a group has committed for a topic, as nobody can change it any more but a member of its current generation. */
export interface StableOffsets {
  /** Waits for transactions that commit an offset of this partition. Throws when brokers, or the transaction, do not end. */
  read(partition: number): Promise<PartitionOffset>;
  close(): Promise<void>;
}

/** A transaction that commits offsets is open, or the coordinator is being elected or loads its log. */
const NOT_YET = { codes: new Set([14, 15, 88]), tries: 1_500, pauseMs: 20 };
const TRIES = 10;
const PAUSE_MS = 200;

/** Connects when it is first asked, and anew after an error. */
export function createStableOffsets({ kafka }: KafkaConnection, groupId: string, topic: string): StableOffsets {
  let connecting: Promise<InnerCluster> | undefined;

  const readOnce = async (partition: number): Promise<PartitionOffset> => {
    const cluster = await (connecting ??= connectedCluster(kafka, async (connected) => connected));
    const coordinator = await cluster.findGroupCoordinator({ groupId, coordinatorType: CoordinatorType.Group });
    const request = stableOffsetFetch(groupId, topic, [partition]);
    const [answer] = await retryOnCodes(NOT_YET, () => coordinator.connectionPool.send(request));
    return answer ?? { partition, offset: -1, metadata: null };
  };
  const disconnect = async (): Promise<void> => {
    const discarded = connecting;
    connecting = undefined;
    await discarded?.then((cluster) => cluster.disconnect()).catch(() => undefined);
  };
  return {
    async read(partition) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await readOnce(partition);
        } catch (error) {
          if (!isAway(error) || attempt === TRIES) throw error;
          void disconnect();
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }
    },
    close: disconnect,
  };
}
