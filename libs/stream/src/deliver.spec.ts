import type { PartitionMetadata } from 'kafkajs';
import { deliver } from './deliver.ts';
import type { InnerBroker, InnerCluster, PartitionBatch } from './kafkajs-cluster.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { partitionOf } from './partition-of.ts';
import { Batcher, type Batch } from './produce-batches.ts';

const PARTITIONS = 4;
const TOPICS = ['events', 'others'];

const failure = (name: string, retriable: boolean): Error => Object.assign(new Error(name), { name, retriable });
const broken = (): Error => failure('KafkaJSConnectionError', true);
const refused = (): Error => failure('KafkaJSProtocolError', false);

type Produced = { readonly topic: string; readonly batch: PartitionBatch };

/** Two nodes that lead two partitions each and keep what they are sent; like brokers they take a sequence once. */
function twoNodes() {
  const leaders = [0, 1, 0, 1];
  const log = new Map<string, string[]>();
  const requests: string[] = [];
  let fail: (nodeId: string, batches: readonly Produced[]) => 'before' | 'after' | 'for good' | undefined = () =>
    undefined;
  const broker = (nodeId: string): InnerBroker =>
    ({
      async produce({ topicData }: Parameters<InnerBroker['produce']>[0]) {
        await Promise.resolve();
        const batches = topicData.flatMap(({ topic, partitions }) => partitions.map((batch) => ({ topic, batch })));
        requests.push(`${nodeId}: ${batches.map(({ topic, batch }) => `${topic}/${batch.partition}`).join(' ')}`);
        const failing = fail(nodeId, batches);
        if (failing === 'for good') throw refused();
        if (failing === 'before') throw broken();
        for (const { topic, batch } of batches) {
          if (String(leaders[batch.partition]) !== nodeId) throw failure('KafkaJSProtocolError', true);
          const kept = log.get(`${topic}/${batch.partition}`) ?? [];
          if (batch.firstSequence > kept.length) throw refused();
          const values = batch.messages.map((message) => String((message as { value: Buffer }).value));
          kept.splice(batch.firstSequence, values.length, ...values);
          log.set(`${topic}/${batch.partition}`, kept);
        }
        if (failing === 'after') throw broken();
      },
    }) as InnerBroker;
  let known = [...leaders];
  const cluster = {
    addMultipleTargetTopics: async () => undefined,
    refreshMetadataIfNecessary: async () => undefined,
    refreshMetadata: async () => void (known = [...leaders]),
    findTopicPartitionMetadata: () => Array.from({ length: PARTITIONS }, () => ({}) as PartitionMetadata),
    findLeaderForPartitions: (_: string, [partition]: readonly number[]) => ({
      [known[partition ?? 0] ?? '']: [partition ?? 0],
    }),
    findBroker: async ({ nodeId }: { readonly nodeId: string }) => broker(nodeId),
  } as unknown as InnerCluster;
  return {
    cluster,
    log,
    requests,
    leaders,
    failing: (how: typeof fail) => void (fail = how),
  };
}

const messages = (count: number): OutgoingMessage[] =>
  Array.from({ length: count }, (_, i) => ({ key: `key ${i % 10}`, value: Buffer.from(String(i)) }));
const meant = (count: number, partition: number): string[] =>
  messages(count)
    .filter(({ key }) => partitionOf(String(key), PARTITIONS) === partition)
    .map(({ value }) => String(value));

const PRODUCER = { producerId: '1', producerEpoch: 0 };

async function first(batcher: Batcher, count = 40): Promise<readonly Batch[]> {
  const [round] = await batcher.roundsOf(TOPICS.map((topic) => [topic, messages(count)]));
  return round ?? [];
}

describe('batches', () => {
  it('go out in one request for each leader, keep the order of a partition and put each key where Kafka puts it', async () => {
    const { cluster, log, requests } = twoNodes();
    const batcher = new Batcher(cluster);
    await deliver(cluster, PRODUCER, await first(batcher));
    await deliver(cluster, PRODUCER, await first(batcher));
    expect(requests).toHaveLength(4);
    for (const topic of TOPICS)
      for (let partition = 0; partition < PARTITIONS; partition++)
        expect(log.get(`${topic}/${partition}`)).toEqual([...meant(40, partition), ...meant(40, partition)]);
  });

  it('of one topic that is named twice are one for each partition', async () => {
    const { cluster, log } = twoNodes();
    const stated = (value: string): OutgoingMessage => ({ key: null, value: Buffer.from(value), partition: 3 });
    const rounds = await new Batcher(cluster).roundsOf([
      ['events', [stated('a')]],
      ['events', [stated('b')]],
    ]);
    for (const round of rounds) await deliver(cluster, PRODUCER, round);
    expect(rounds.map((round) => round.length)).toEqual([1]);
    expect(log.get('events/3')).toEqual(['a', 'b']);
  });

  it.each(['before', 'after'] as const)(
    'are lost and doubled nowhere when an answer is lost, the partitions move while it is, and one moves to a leader that has answered (%s)',
    async (when) => {
      const { cluster, log, leaders, failing } = twoNodes();
      let tries = 0;
      failing((nodeId) => {
        if (nodeId !== '1' || ++tries > 2) return undefined;
        // Node 0 has answered for its own and now leads what node 1 led, or what is left of it.
        leaders.splice(0, 4, 1, 0, 0, tries === 1 ? 1 : 0);
        return when;
      });
      const batches = await first(new Batcher(cluster));
      const repeats: unknown[] = [];
      await deliver(cluster, PRODUCER, batches, (error) => repeats.push(error));
      for (const topic of TOPICS)
        for (let partition = 0; partition < PARTITIONS; partition++)
          expect(log.get(`${topic}/${partition}`)).toEqual(meant(40, partition));
      expect(repeats.length).toBeGreaterThanOrEqual(2);
    },
  );

  it('that are refused for good are not repeated, and all requests have ended when it is told', async () => {
    const { cluster, log, requests, failing } = twoNodes();
    failing((nodeId) => (nodeId === '0' ? 'for good' : undefined));
    await expect(deliver(cluster, PRODUCER, await first(new Batcher(cluster)))).rejects.toThrow('KafkaJSProtocolError');
    expect(requests).toHaveLength(2);
    expect([...log.keys()].sort()).toEqual(['events/1', 'events/3', 'others/1', 'others/3']);
  });
});
