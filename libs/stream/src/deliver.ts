import { isAway, isMissingTopic } from './broker-errors.ts';
import type { InnerCluster, ProducerIdentity } from './kafkajs-cluster.ts';
import { byLeader, topicDataOf, type Batch } from './produce-batches.ts';
import { repeat } from './repeat.ts';

type Producer = Pick<ProducerIdentity, 'producerId' | 'producerEpoch'> & { readonly transactionalId?: string };

/**
 * Resolves when all replicas in sync have the batches: one request for each leader, each for its own. A batch whose answer is
 * lost goes out again as it was, to whoever leads its partition then, and is taken once. Rejects when no request is on its way
 * any more; the producer must not be used again then, because nobody knows where its sequence stands.
 */
export async function deliver(
  cluster: InnerCluster,
  producer: Producer,
  batches: readonly Batch[],
  onRepeat?: (error: unknown) => void,
): Promise<void> {
  let rest = batches;
  const attempt = async (): Promise<void> => {
    const groups = [...byLeader(cluster, rest)];
    const results = await Promise.allSettled(
      groups.map(([nodeId, group]) => produce(cluster, producer, nodeId, group)),
    );
    rest = groups.flatMap(([, group], at) => (results[at]?.status === 'rejected' ? group : []));
    const errors = results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
    if (errors.length > 0) throw errors.find((error) => !mayPass(error)) ?? errors[0];
  };
  await repeat(attempt, {
    mayPass,
    async onError(error) {
      onRepeat?.(error);
      // What cannot be asked now is asked by the next attempt.
      await cluster.refreshMetadata().catch(() => undefined);
    },
  });
}

async function produce(
  cluster: InnerCluster,
  producer: Producer,
  nodeId: string,
  batches: readonly Batch[],
): Promise<void> {
  const broker = await cluster.findBroker({ nodeId });
  await broker.produce({ ...producer, topicData: topicDataOf(batches) });
}

/** A topic that was just made may not be known everywhere yet. */
export function mayPass(error: unknown): boolean {
  return isAway(error) || isMissingTopic(error);
}
