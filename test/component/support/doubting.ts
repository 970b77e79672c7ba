import type { KafkaConnection } from '#libs/stream';

type Kafka = KafkaConnection['kafka'];
type Transaction = Awaited<ReturnType<ReturnType<Kafka['producer']>['transaction']>>;

export type Step = 'send' | 'sendOffsets' | 'commit' | 'send alone';
/** What a step of a transaction, or a send without one, really did when its caller is told that it failed. */
export type Truth = 'done' | 'not done';

const failure = (): Error => Object.assign(new Error('the connection broke'), { name: 'KafkaJSConnectionError' });

/**
 * A connection over which an answer may get lost: `doubt` says of each step of each transaction, and of each send without one, whether its caller is told of
 * a failure, and what really happened at the broker. A real broker does the step.
 */
export function doubting(connection: KafkaConnection, doubt: (step: Step) => Truth | undefined): KafkaConnection {
  const told = async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
    const truth = doubt(step);
    if (truth === 'not done') throw failure();
    const result = await work();
    if (truth === 'done') throw failure();
    return result;
  };
  const wrapped = (tx: Transaction): Transaction => ({
    ...tx,
    send: (record) => told('send', () => tx.send(record)),
    sendBatch: (batch) => told('send', () => tx.sendBatch(batch)),
    sendOffsets: (offsets) => told('sendOffsets', () => tx.sendOffsets(offsets)),
    commit: () => told('commit', () => tx.commit()),
  });
  const kafka = new Proxy(connection.kafka, {
    get(target, name): unknown {
      if (name !== 'producer') return Reflect.get(target, name);
      return (config: Parameters<Kafka['producer']>[0]) => {
        const producer = target.producer(config);
        return {
          ...producer,
          send: (record: Parameters<typeof producer.send>[0]) => told('send alone', () => producer.send(record)),
          transaction: async () => wrapped(await producer.transaction()),
        };
      };
    },
  });
  return { ...connection, kafka };
}
