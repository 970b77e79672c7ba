import { connectedCluster, type InnerCluster } from './kafkajs-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';

export interface KeptCluster {
  /** Rejects as the request does. What went wrong costs the connections, unless it is an answer that says nothing against them. */
  ask<T>(request: (cluster: InnerCluster) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const FROM_THE_RIGHT_BROKER: ReadonlySet<unknown> = new Set(['OFFSET_OUT_OF_RANGE', 'UNSTABLE_OFFSET_COMMIT']);

/**
 * Connections without a consumer or producer around them, made when they are first wanted, and anew after an error. One request at
 * a time: kafkajs opens a connection for each that finds none, and of two at once one would stay open for ever.
 *
 * @param topics whose leaders are asked
 */
export function createKeptCluster({ kafka }: KafkaConnection, topics: readonly string[] = []): KeptCluster {
  let connecting: Promise<InnerCluster> | undefined;
  let isClosed = false;
  let tail: Promise<unknown> = Promise.resolve();

  const connect = (): Promise<InnerCluster> =>
    connectedCluster(kafka, async (cluster) => {
      await cluster.addMultipleTargetTopics(topics);
      return cluster;
    });
  const disconnect = async (): Promise<void> => {
    const discarded = connecting;
    connecting = undefined;
    await discarded?.then((cluster) => cluster.disconnect()).catch(() => undefined);
  };
  return {
    ask(request) {
      const asked = tail.then(async () => {
        if (isClosed) throw new Error('this process asks no more: it is being stopped');
        return request(await (connecting ??= connect()));
      });
      tail = asked.catch((error: unknown) => {
        if (!FROM_THE_RIGHT_BROKER.has((error as { type?: unknown }).type)) void disconnect();
      });
      return asked;
    },
    close() {
      isClosed = true;
      return disconnect();
    },
  };
}
