import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, startStack, type ClickhouseUser, type Stack } from '../../deploy/local/stack/index.ts';

/** What a test needs to reach the stack; plain data, so that it can stand in a file. */
export interface StackEndpoints {
  readonly kafkaBrokers: string;
  readonly registryUrl: string;
  readonly clickhouseUrl: string;
  /** Passwords of the ClickHouse users. */
  readonly clickhousePasswords: Readonly<Record<ClickhouseUser, string>>;
  readonly dataDir: string;
}

export interface TestStack extends StackEndpoints {
  readonly stack: Stack;
  restartRegistry(): Promise<void>;
  restartKafka(): Promise<void>;
  restartClickhouse(): Promise<void>;
  /** Stops all and removes the data. */
  stop(): Promise<void>;
}

/** A Kafka, a registry and a ClickHouse of one's own: free ports, data in a new temporary directory. */
export async function startTestStack(options: { clickhouseMemoryBytes?: number } = {}): Promise<TestStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'risk-test-stack-'));
  const [kafkaPort, registryPort, clickhousePort] = (await freePorts(3)) as [number, number, number];
  const stack = await startStack({
    dataDir,
    kafkaPort,
    registryPort,
    clickhousePort,
    databases: 'risk and its tests',
    ...options,
  }).catch(async (error: unknown) => {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  return {
    stack,
    dataDir,
    kafkaBrokers: stack.kafkaBrokers,
    registryUrl: stack.registryUrl,
    clickhouseUrl: stack.clickhouseUrl,
    clickhousePasswords: stack.secrets.clickhouse,
    restartRegistry: () => stack.registry.restart(),
    restartKafka: () => stack.kafka.restart(),
    restartClickhouse: () => stack.clickhouse.restart(),
    async stop() {
      await stack.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Writes what `testStack()` of connect.ts reads. */
export async function writeEndpoints(file: string, stack: TestStack): Promise<void> {
  const { kafkaBrokers, registryUrl, clickhouseUrl, clickhousePasswords, dataDir } = stack;
  const endpoints: StackEndpoints = { kafkaBrokers, registryUrl, clickhouseUrl, clickhousePasswords, dataDir };
  // Whoever waits for the file finds it whole.
  await writeFile(`${file}.part`, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.part`, file);
}
