import { resolve } from 'node:path';
import type { StackHome } from './child-process.ts';
import { startClickhouse } from './clickhouse.ts';
import { startGuardian } from './guardian.ts';
import { fetchJars } from './jars.ts';
import { startKafka } from './kafka.ts';
import type { Part } from './part.ts';
import { endStaleProcesses } from './pid-record.ts';
import { REGISTRY_API, startRegistry } from './registry.ts';
import { readOrMakeSecrets, type Secrets } from './secrets.ts';

export interface StackOptions {
  readonly dataDir: string;
  readonly kafkaPort: number;
  readonly registryPort: number;
  readonly clickhousePort: number;
  readonly databases?: 'risk' | 'risk and its tests';
  readonly kafkaHeapMb?: number;
  /** All that ClickHouse may hold, in place of its default. */
  readonly clickhouseMemoryBytes?: number;
  /** Told of each part when it answers, with the milliseconds it took. */
  readonly onReady?: (part: string, ms: number) => void;
  /** Aborting ends whatever has started by then; the promise of the start rejects when all is gone. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  readonly home: StackHome;
  readonly secrets: Secrets;
  readonly kafkaBrokers: string;
  readonly registryUrl: string;
  readonly clickhouseUrl: string;
  readonly kafka: Part;
  readonly registry: Part;
  readonly clickhouse: Part;
  /** ClickHouse, registry, Kafka, in this order; resolves when all are gone. Safe to call twice. */
  stop(): Promise<void>;
  /** SIGKILL to all, at once. */
  kill(): void;
}

/**
 * Starts Kafka, the registry and ClickHouse together on one data directory. Either all three answer, or the error of the
 * first that failed is thrown and nothing is left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = resolve(options.dataDir);
  await endStaleProcesses(dataDir);
  const secrets = readOrMakeSecrets(dataDir);
  const jars = await fetchJars(options.signal);
  const home: StackHome = { dataDir, guardian: startGuardian() };
  const began = Date.now();
  const timed = async (name: string, part: Promise<Part>): Promise<Part> => {
    const running = await part;
    options.onReady?.(name, Date.now() - began);
    return running;
  };
  const { databases, kafkaHeapMb, clickhouseMemoryBytes: memoryBytes } = options;
  const starting = [
    timed('Kafka', startKafka(home, { port: options.kafkaPort, jars, ...(kafkaHeapMb && { heapMb: kafkaHeapMb }) })),
    timed('schema registry', startRegistry(home, { port: options.registryPort, jars })),
    timed(
      'ClickHouse',
      startClickhouse(home, {
        port: options.clickhousePort,
        passwords: secrets.clickhouse,
        ...(databases && { databases }),
        ...(memoryBytes && { memoryBytes }),
      }),
    ),
  ] as const;
  try {
    const [kafka, registry, clickhouse] = await Promise.race([Promise.all(starting), aborted(options.signal)]);
    let stopping: Promise<void> | undefined;
    return {
      home,
      secrets,
      kafkaBrokers: `127.0.0.1:${options.kafkaPort}`,
      registryUrl: `http://127.0.0.1:${options.registryPort}${REGISTRY_API}`,
      clickhouseUrl: `http://127.0.0.1:${options.clickhousePort}`,
      kafka,
      registry,
      clickhouse,
      stop: () => (stopping ??= stopInOrder([clickhouse, registry, kafka], home)),
      kill: () => [clickhouse, registry, kafka].forEach((part) => part.kill()),
    };
  } catch (error) {
    // The guardian ends whatever has started, also a part that is still on its way; their own failures follow from that.
    await home.guardian.close();
    await Promise.allSettled(starting);
    throw error;
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(new Error('the start was broken off'));
    signal?.addEventListener('abort', () => reject(new Error('the start was broken off')), { once: true });
  });
}

async function stopInOrder(parts: readonly Part[], home: StackHome): Promise<void> {
  for (const part of parts) await part.stop();
  await home.guardian.close();
}
