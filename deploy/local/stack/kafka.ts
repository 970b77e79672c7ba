import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, untilReady, type StackHome } from './child-process.ts';
import type { Jars } from './jars.ts';
import { startPart, type Part } from './part.ts';
import { answersOn, freePort } from './ports.ts';

const run = promisify(execFile);

export interface KafkaOptions {
  readonly port: number;
  readonly jars: Jars;
  /** Java heap; the broker itself needs some 300 MB, the page cache does the rest. */
  readonly heapMb?: number;
}

/** One Apache Kafka node (broker and KRaft controller), loopback only, with its log in `<data dir>/kafka`. */
export function startKafka(home: StackHome, options: KafkaOptions): Promise<Part> {
  return startPart('kafka', async () => {
    const folder = join(home.dataDir, 'kafka');
    const properties = join(folder, 'server.properties');
    await mkdir(folder, { recursive: true });
    await writeFile(properties, serverProperties(folder, options.port, await freePort()));
    if (!existsSync(join(folder, 'log', 'meta.properties'))) await format(options.jars, properties);
    const heap = options.heapMb ?? 512;
    const child = startChild(home, {
      name: 'kafka',
      command: 'java',
      args: [
        `-Xms${heap}m`,
        `-Xmx${heap}m`,
        '-XX:+UseG1GC',
        '-XX:MaxGCPauseMillis=20',
        ...LOGGING,
        '-cp',
        options.jars.kafkaClassPath,
        'kafka.Kafka',
        properties,
      ],
      cwd: folder,
    });
    await untilReady(child, () => answersOn(options.port));
    return child;
  });
}

const LOGGING = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true'];

async function format(jars: Jars, properties: string): Promise<void> {
  const clusterId = randomBytes(16).toString('base64url');
  // A cluster id that starts with a dash would be read as an option.
  const args = ['format', '-t', clusterId.replace(/^-/, 'A'), '-c', properties];
  const java = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', ...LOGGING, '-cp', jars.kafkaClassPath];
  await run('java', [...java, 'kafka.tools.StorageTool', ...args]);
}

function serverProperties(folder: string, port: number, controllerPort: number): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    // Static voters are read anew at each start: the controller may take any free port each time.
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'log'),
    'auto.create.topics.enable': false,
    // One node: internal topics have one replica, and few partitions because each costs a directory and open files.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // The log is the truth and committed offsets mark how far it was applied: neither may age away.
    'log.retention.ms': -1,
    'offsets.retention.minutes': 2_147_483_647,
    'transactional.id.expiration.ms': 2_147_483_647,
    'message.max.bytes': 2 * 1024 * 1024,
    'replica.fetch.max.bytes': 2 * 1024 * 1024,
    'log.segment.bytes': 256 * 1024 * 1024,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    // A clean stop and a kill both end in a quick start.
    'num.recovery.threads.per.data.dir': 2,
    'num.network.threads': 2,
    'num.io.threads': 4,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
