import type { KafkaConnection } from '#libs/stream';

export interface Heartbeats {
  /** To be used in place of the other one. */
  readonly connection: KafkaConnection;
  /** When its consumers have had a heartbeat answered, as `performance.now()` says. */
  readonly times: number[];
}

/** Notes each heartbeat of the consumers of a connection. */
export function heartbeatsOf(connection: KafkaConnection): Heartbeats {
  const times: number[] = [];
  const { kafka } = connection;
  const consumerOf: typeof kafka.consumer = (config) => {
    const consumer = kafka.consumer(config);
    consumer.on(consumer.events.HEARTBEAT, () => void times.push(performance.now()));
    return consumer;
  };
  const noting = new Proxy(kafka, {
    get: (target, name): unknown => (name === 'consumer' ? consumerOf : Reflect.get(target, name)),
  });
  return { connection: { ...connection, kafka: noting }, times };
}
