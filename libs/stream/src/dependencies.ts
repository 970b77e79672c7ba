import { Kafka, logLevel } from 'kafkajs';
import { isTransientSocketCode, type Dependency } from '#libs/service';
import { RegistryUnavailableError, type RegistryOptions } from './avro-registry.ts';
import { isAway } from './broker-errors.ts';
import { kafkaConfigOf, RETRY, type KafkaOptions } from './kafka-connection.ts';

const ANSWERS_WITHIN_MS = 5_000;

/** No broker that was asked answers, or none of them can yet. */
class BrokersAwayError extends Error {
  override readonly name = 'BrokersAwayError';
}

/** The brokers, as something a service waits for when it starts: asked once each time, without kafkajs's own lines for each try. */
export function kafkaDependency(options: KafkaOptions): Dependency {
  return {
    name: 'Kafka (KAFKA_BROKERS)',
    isAway: (error) => error instanceof BrokersAwayError || isAway(error),
    async ask() {
      const admin = new Kafka({
        ...kafkaConfigOf(options),
        requestTimeout: ANSWERS_WITHIN_MS,
        // Each try asks the next one of the brokers.
        retry: { ...RETRY, retries: options.brokers.length - 1 },
        logLevel: logLevel.NOTHING,
      }).admin();
      try {
        await admin.connect();
        await admin.describeCluster();
      } catch (error) {
        if (isAway(error)) throw new BrokersAwayError('the brokers of KAFKA_BROKERS do not answer', { cause: error });
        throw new Error(
          'the brokers of KAFKA_BROKERS cannot be used; check the address, KAFKA_SSL, KAFKA_SSL_CA_FILE and KAFKA_SASL_…',
          { cause: error },
        );
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
    },
  };
}

/** The schema registry, as something a service waits for when it starts. */
export function registryDependency({ url, username, password }: RegistryOptions): Dependency {
  const credentials = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
  const headers = username === undefined ? {} : { authorization: `Basic ${credentials}` };
  return {
    name: 'the schema registry (SCHEMA_REGISTRY_URL)',
    isAway: (error) => error instanceof RegistryUnavailableError,
    async ask() {
      const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
      const answer = await fetch(`${url.replace(/\/$/, '')}/schemas/types`, { headers, signal }).catch(asRegistryFault);
      await answer.body?.cancel();
      if (answer.status >= 500 || answer.status === 429)
        throw new RegistryUnavailableError(`the registry at SCHEMA_REGISTRY_URL answers ${answer.status}`);
    },
  };
}

function asRegistryFault(error: unknown): never {
  const code = (error as { cause?: { code?: unknown } }).cause?.code;
  const isTransient = typeof code === 'string' && isTransientSocketCode(code);
  if (isTransient || (error as Error).name === 'TimeoutError')
    throw new RegistryUnavailableError('the registry at SCHEMA_REGISTRY_URL does not answer', { cause: error });
  throw new Error('the registry at SCHEMA_REGISTRY_URL cannot be used; check the address and its certificate', {
    cause: error,
  });
}
