import type { KafkaConnection } from '#libs/stream';
import { withClusters } from '../../../libs/stream/src/inside.spec-support.ts';

interface ProtocolRequest {
  readonly request: { readonly apiName: string };
}
interface Pool {
  send(request: ProtocolRequest): Promise<unknown>;
}
interface Broker {
  readonly connectionPool: Pool;
  produce(request: object): Promise<unknown>;
}
type Call = (...args: never[]) => Promise<unknown>;

export type Step = 'send' | 'sendOffsets' | 'commit' | 'send alone';
/** What a step of a transaction, or a send without one, really did when its caller is told that it failed. */
export type Truth = 'done' | 'not done';

/** The connection broke before the answer came. */
export const brokenConnection = (): Error =>
  Object.assign(new Error('the connection broke'), { name: 'KafkaJSConnectionError', retriable: true });

/** A broker says that this will never do. */
export const refused = (): Error =>
  Object.assign(new Error('refused for good'), { name: 'KafkaJSProtocolError', type: 'REFUSED', retriable: false });

/**
 * A connection over which an answer may get lost: `doubt` says of each step of each transaction, and of each send without one,
 * whether its caller is told of a failure, and what really happened at the broker; it may also be slow. A real broker does the step.
 */
export function doubting(
  connection: KafkaConnection,
  doubt: (step: Step) => Truth | undefined | Promise<undefined>,
  failure: () => Error = brokenConnection,
): KafkaConnection {
  const told = async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
    const truth = await doubt(step);
    if (truth === 'not done') throw failure();
    const result = await work();
    if (truth === 'done') throw failure();
    return result;
  };
  const doubtful = (
    target: object,
    steps: Readonly<Record<string, Step>>,
    more: Readonly<Record<string, unknown>> = {},
  ) =>
    new Proxy(target, {
      get(_, name): unknown {
        const value: unknown = more[name as string] ?? Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const step = steps[name as string];
        return (...args: never[]) => {
          const call = (): Promise<unknown> => (value as Call).apply(target, args);
          return step === undefined ? call() : told(step, call);
        };
      },
    });
  const ofBroker = (broker: Broker): object => {
    const send = (request: ProtocolRequest): Promise<unknown> => {
      const work = (): Promise<unknown> => broker.connectionPool.send(request);
      return request.request.apiName === 'TxnOffsetCommit' ? told('sendOffsets', work) : work();
    };
    const produce = (request: { readonly transactionalId?: string }): Promise<unknown> =>
      told(request.transactionalId === undefined ? 'send alone' : 'send', () => broker.produce(request));
    return doubtful(broker, { endTxn: 'commit' }, { connectionPool: { send }, produce });
  };
  const ofCluster = (cluster: object): object => {
    const found = (name: string) => async (node: object) =>
      ofBroker(await (Reflect.get(cluster, name) as (of: object) => Promise<never>).call(cluster, node));
    return doubtful(
      cluster,
      {},
      { findBroker: found('findBroker'), findGroupCoordinator: found('findGroupCoordinator') },
    );
  };
  return withClusters(connection, (create, options) => ofCluster(create(options)));
}
