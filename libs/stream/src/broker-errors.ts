import { isTransientSocketCode } from '#libs/service';

/** An error of the client or of a broker, not of our own code: kafkajs tries again or rejoins after it. */
export function isKafkaError(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('KafkaJS');
}

/** Nobody answered: there is no connection, or no broker that knows what was asked for. */
const AWAY_ERRORS: ReadonlySet<string> = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSLockTimeout',
]);

/** kafkajs takes it for retriable; a topic that is missing after all its tries has to be created by somebody. */
const NO_SUCH_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';

export function isMissingTopic(error: unknown): boolean {
  return (error as { type?: unknown }).type === NO_SUCH_TOPIC;
}

/**
 * Whether brokers do not answer, or answer that they cannot yet: what is known to pass by itself. A refused password or
 * certificate, a missing right, a missing topic and whatever is not known here does not.
 */
export function isAway(error: unknown): boolean {
  if (!isKafkaError(error)) return false;
  const { name, code, type, retriable, cause } = error as Error &
    Partial<Record<'code' | 'type' | 'retriable', unknown>>;
  if (name === 'KafkaJSProtocolError') return retriable === true && type !== NO_SUCH_TOPIC;
  if (AWAY_ERRORS.has(name)) return typeof code !== 'string' || isTransientSocketCode(code);
  // kafkajs wraps what it has given up on.
  return isAway(cause);
}

/** Tells whether an error is one of these answers of the protocol, also of a call that kafkajs has given up. */
export function answers(...codes: readonly number[]): (error: unknown) => boolean {
  return (error) => {
    const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
    return codes.includes((code ?? cause?.code) as number);
  };
}
