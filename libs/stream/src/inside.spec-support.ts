import { createRequire } from 'node:module';
import { connectedCluster, CoordinatorType } from './kafkajs-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import type { MessagesByTopic } from './produce-batches.ts';
import { TransactionSession, type InputOffsets } from './transaction-session.ts';

/** For tests on a real broker: what an owner did that is stalled or dead, and what its group does with it. */
export interface OldOwner {
  /** Writes everything of a transaction but its end. */
  write(messages: MessagesByTopic, offsets: Omit<InputOffsets, 'member'>): Promise<void>;
  commit(): Promise<void>;
  close(): Promise<void>;
}

/** An owner from before the group's members of today; the group may have none when it writes. */
export async function openOldOwner(connection: KafkaConnection, transactionalId: string): Promise<OldOwner> {
  const session = await TransactionSession.open(connection, { transactionalId, timeoutMs: 5_000 });
  const nobody = { memberId: '', generationId: -1 };
  return {
    write: (messages, offsets) => session.write(messages, { ...offsets, member: nobody }),
    commit: () => session.commit(),
    close: () => session.close(),
  };
}

/** Puts every member out of a group, as a coordinator does whose heartbeats do not arrive. */
export async function putOutMembers({ kafka }: KafkaConnection, groupId: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const { groups } = await admin.describeGroups([groupId]);
  await admin.disconnect();
  await connectedCluster(kafka, async (cluster) => {
    const coordinator = await cluster.findGroupCoordinator({ groupId, coordinatorType: CoordinatorType.Group });
    const { leaveGroup } = coordinator as unknown as {
      leaveGroup(of: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
    };
    for (const { memberId } of groups[0]?.members ?? []) await leaveGroup.call(coordinator, { groupId, memberId });
    await cluster.disconnect();
  });
}

interface RequestEvent {
  readonly payload: { readonly apiName: string };
}
interface Emitter {
  addListener(name: string, listener: (event: RequestEvent) => void): void;
}

const CREATE_CLUSTER = 'private:Kafka:createCluster';

/** The connection with another way of making clusters, which everything uses that is no consumer or admin client of kafkajs. */
export function withClusters(
  connection: KafkaConnection,
  make: (create: (options: object) => object, options: object) => object,
): KafkaConnection {
  const kafka = new Proxy(connection.kafka, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name);
      if (typeof name !== 'symbol' || name.description !== CREATE_CLUSTER) return value;
      return (options: object) => make((value as (of: object) => object).bind(target), options);
    },
  });
  return { ...connection, kafka };
}

/** The connection, with each request told that is made without a consumer or producer of kafkajs: those of transactions. */
export function listening(connection: KafkaConnection, onRequest: (name: string) => void): KafkaConnection {
  const EventEmitter = createRequire(import.meta.url)('kafkajs/src/instrumentation/emitter') as new () => Emitter;
  const instrumentationEmitter = new EventEmitter();
  instrumentationEmitter.addListener('network.request', ({ payload }) => onRequest(payload.apiName));
  return withClusters(connection, (create, options) => create({ ...options, instrumentationEmitter }));
}
