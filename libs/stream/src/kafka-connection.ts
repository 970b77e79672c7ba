import { readFileSync } from 'node:fs';
import { Kafka, logLevel, type Admin, type KafkaConfig, type RetryOptions, type SASLOptions } from 'kafkajs';
import type { Logger } from '#libs/service';
import { patchConsumerGroup } from './group-membership.ts';
import { protocol } from './kafkajs-cluster.ts';
import { patchClusterMetadata, patchCoordinatorSearch, patchEncoder, patchRequestQueue } from './kafkajs-patches.ts';

patchRequestQueue();
patchClusterMetadata();
patchCoordinatorSearch();
patchEncoder();
patchConsumerGroup();

/** Answers that come in every busy second, and are waited for: the last transaction is being ended, or one is open. */
const ASKED_AGAIN: ReadonlySet<unknown> = new Set([51, 88].map((code) => protocol().createErrorFromCode(code).message));

export interface KafkaOptions {
  readonly clientId: string;
  /** host:port of one or more brokers. */
  readonly brokers: readonly string[];
  readonly ssl?: boolean;
  /** PEM file of the authority that signed the brokers' certificates; the system's authorities when left out. */
  readonly sslCaFile?: string | undefined;
  readonly sasl?:
    | {
        readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        readonly username: string;
        readonly password: string;
      }
    | undefined;
  /** Called with a line of the client's log at warn or above; silent when left out. */
  readonly onLog?: (level: 'warn' | 'error', message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** One configured Kafka client; consumers and producers of this library are made from it. */
export interface KafkaConnection {
  readonly kafka: Kafka;
  readonly clientId: string;
}

/**
 * Every retry value is explicit: NODE_ENV=test changes kafkajs's defaults, and its default of 240 ms between tries is long.
 */
export const RETRY: RetryOptions = {
  initialRetryTime: 5,
  maxRetryTime: 1_000,
  factor: 0.2,
  multiplier: 1.7,
  retries: 20,
  // A restart of its own can leave a live process that consumes nothing: we end the process instead.
  restartOnFailure: async () => false,
};

/** The variables of libs/service's `kafkaEnv`, as a client's options. */
export interface KafkaEnvironment {
  readonly KAFKA_BROKERS: readonly string[];
  readonly KAFKA_SSL: boolean;
  readonly KAFKA_SSL_CA_FILE?: string | undefined;
  readonly KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512' | undefined;
  readonly KAFKA_SASL_USERNAME?: string | undefined;
  readonly KAFKA_SASL_PASSWORD?: string | undefined;
}

/** @param logger gets the client's lines; silent when left out */
export function kafkaOptionsOf(clientId: string, env: KafkaEnvironment, logger?: Logger): KafkaOptions {
  return {
    clientId,
    ...(logger && { onLog: (level, message, fields) => logger[level]({ kafka: fields }, message) }),
    brokers: env.KAFKA_BROKERS,
    ssl: env.KAFKA_SSL,
    sslCaFile: env.KAFKA_SSL_CA_FILE,
    sasl:
      env.KAFKA_SASL_MECHANISM === undefined
        ? undefined
        : {
            mechanism: env.KAFKA_SASL_MECHANISM,
            username: env.KAFKA_SASL_USERNAME ?? '',
            password: env.KAFKA_SASL_PASSWORD ?? '',
          },
  };
}

/** What kafkajs is told; throws when the authority file cannot be read. */
export function kafkaConfigOf(options: KafkaOptions): KafkaConfig {
  const config: KafkaConfig = {
    clientId: options.clientId,
    brokers: [...options.brokers],
    retry: RETRY,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } = entry.log;
      if (ASKED_AGAIN.has(fields['error'])) return;
      // An answer after which it is asked again (a coordinator that loads) is no error yet.
      const isError = entry.level === logLevel.ERROR && !message.startsWith('Response ');
      options.onLog?.(isError ? 'error' : 'warn', message, fields);
    },
  };
  if (options.ssl === true) {
    config.ssl = options.sslCaFile === undefined ? true : { ca: [readFileSync(options.sslCaFile, 'utf8')] };
  }
  if (options.sasl !== undefined) config.sasl = options.sasl as SASLOptions;
  return config;
}

/** Connects a client. What fails halfway is closed, so that a try made again leaves no connection behind. */
export async function connected<C extends Pick<Admin, 'connect' | 'disconnect'>>(client: C): Promise<C> {
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.disconnect().catch(() => undefined);
    throw error;
  }
}

/** Makes a client; connects nothing yet. Throws when the authority file cannot be read. */
export function connectKafka(options: KafkaOptions): KafkaConnection {
  return { kafka: new Kafka(kafkaConfigOf(options)), clientId: options.clientId };
}
