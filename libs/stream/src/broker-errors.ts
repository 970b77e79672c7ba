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
  'KafkaJSGroupCoordinatorNotFound',
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

/** How often, and how long apart, a call is made while the broker answers that it is not ready. */
export interface Patience {
  readonly codes: ReadonlySet<number>;
  readonly tries: number;
  readonly pauseMs: number;
}

/** Makes a call again while the broker answers one of the protocol's codes; throws any other error, and the last one, as it came. */
export async function retryOnCodes<T>({ codes, tries, pauseMs }: Patience, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const { code, cause } = error as { code?: number; cause?: { code?: number } };
      const answered = code ?? cause?.code;
      if (answered === undefined || !codes.has(answered) || attempt >= tries) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

const AWAY = { tries: 30, pauseMs: 1_000 };

/** Makes a call again while brokers cannot be reached or do not answer; throws any other error, and the last one, as it came. */
export async function retryWhileAway<T>(call: () => Promise<T>, onAway: (error: unknown) => void): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isKafkaError(error) || attempt >= AWAY.tries) throw error;
      onAway(error);
      await new Promise((resolve) => setTimeout(resolve, AWAY.pauseMs));
    }
  }
}
