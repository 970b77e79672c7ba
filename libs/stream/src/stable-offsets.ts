import { isAway } from './broker-errors.ts';
import { stableOffsetFetch, type PartitionOffset } from './group-requests.ts';
import { connectedCluster, CoordinatorType, type InnerCluster } from './kafkajs-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { repeat } from './repeat.ts';

/** What a group has committed for a topic, as nobody can change it any more but a member of its current generation. */
export interface StableOffsets {
  /** Waits, 15 seconds at the longest, for transactions that commit an offset of this partition, and for brokers. */
  read(partition: number): Promise<PartitionOffset>;
  close(): Promise<void>;
}

const A_TRANSACTION_IS_OPEN = 'UNSTABLE_OFFSET_COMMIT';

/** Connects when it is first asked, and anew after an error. */
export function createStableOffsets({ kafka }: KafkaConnection, groupId: string, topic: string): StableOffsets {
  let connecting: Promise<InnerCluster> | undefined;
  let isClosed = false;

  const disconnect = async (): Promise<void> => {
    const discarded = connecting;
    connecting = undefined;
    await discarded?.then((cluster) => cluster.disconnect()).catch(() => undefined);
  };
  const readOnce = async (partition: number): Promise<PartitionOffset> => {
    if (isClosed) throw new Error('the offsets of this process are read no more');
    const cluster = await (connecting ??= connectedCluster(kafka, async (connected) => connected));
    const coordinator = await cluster.findGroupCoordinator({ groupId, coordinatorType: CoordinatorType.Group });
    const [answer] = await coordinator.connectionPool.send(stableOffsetFetch(groupId, topic, [partition]));
    return answer ?? { partition, offset: -1, metadata: null };
  };
  // One request at a time: of two over a connection that is gone, one would open another that nobody closes.
  let tail: Promise<unknown> = Promise.resolve();
  const inTurn = (partition: number): Promise<PartitionOffset> => {
    const run = tail.then(() => readOnce(partition));
    tail = run.catch((error: unknown) => {
      if ((error as { type?: unknown }).type !== A_TRANSACTION_IS_OPEN) void disconnect();
    });
    return run;
  };
  return {
    read: (partition) => repeat(() => inTurn(partition), { mayPass: isAway }),
    close() {
      isClosed = true;
      return disconnect();
    },
  };
}
