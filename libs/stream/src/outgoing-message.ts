export interface OutgoingMessage {
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  /** Record time, epoch milliseconds; the moment of sending when left out. */
  readonly timestamp?: number | undefined;
  /** Stated for control records and for outputs that keep their input's partition; else the key decides. */
  readonly partition?: number | undefined;
  readonly headers?: Readonly<Record<string, string | Buffer>> | undefined;
}

/** As kafkajs's encoder of a partition's batch wants it. */
export function toKafkaMessage(message: OutgoingMessage): {
  key: string | Buffer | null;
  value: Buffer | null;
  timestamp?: string;
  headers?: Record<string, string | Buffer>;
} {
  return {
    key: message.key,
    value: message.value,
    ...(message.timestamp === undefined ? {} : { timestamp: String(message.timestamp) }),
    ...(message.headers === undefined ? {} : { headers: { ...message.headers } }),
  };
}
