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
  /** Its place in a cluster of several nodes; a cluster of its own when left out. */
  readonly member?: ClusterMember;
}

/** What a node has to know to be one of several: the same list and id for each of them. */
export interface ClusterMember {
  readonly clusterId: string;
  /** 1 for the first of `nodes`. */
  readonly nodeId: number;
  readonly nodes: readonly { readonly controllerPort: number; readonly brokersPort: number }[];
  /** Where clients are told to find the node: a proxy in front of it. The brokers reach each other past it. */
  readonly advertisedPort: number;
}

/** One Apache Kafka node (broker and KRaft controller), loopback only, with its log in a folder of its name in the data dir. */
export function startKafka(home: StackHome, options: KafkaOptions): Promise<Part> {
  const { member } = options;
  const name = member === undefined ? 'kafka' : `kafka-${member.nodeId}`;
  return startPart(name, async () => {
    const folder = join(home.dataDir, name);
    const properties = join(folder, 'server.properties');
    const placed = member === undefined ? aloneOn(options.port, await freePort()) : amongOthers(options.port, member);
    await mkdir(folder, { recursive: true });
    await writeFile(properties, serverProperties(folder, placed));
    if (!existsSync(join(folder, 'log', 'meta.properties')))
      await format(options.jars, properties, member?.clusterId ?? newClusterId());
    const heap = options.heapMb ?? 512;
    const child = startChild(home, {
      name,
      command: 'java',
      args: [
        `-Xms${heap}m`,
        `-Xmx${heap}m`,
        '-XX:+UseG1GC',
        '-XX:MaxGCPauseMillis=20',
        // The optimising compiler took more than half a core for minutes after each start, at 200 events a second.
        '-XX:TieredStopAtLevel=1',
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

/** A cluster id that starts with a dash would be read as an option. */
export function newClusterId(): string {
  return randomBytes(16).toString('base64url').replace(/^-/, 'A');
}

async function format(jars: Jars, properties: string, clusterId: string): Promise<void> {
  const args = ['format', '-t', clusterId, '-c', properties];
  const java = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', ...LOGGING, '-cp', jars.kafkaClassPath];
  await run('java', [...java, 'kafka.tools.StorageTool', ...args]);
}

type Settings = Readonly<Record<string, string | number | boolean>>;

function aloneOn(port: number, controllerPort: number): Settings {
  return {
    'node.id': 1,
    // Static voters are read anew at each start: the controller may take any free port each time.
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    ...replicated(1, 1),
  };
}

function amongOthers(port: number, { nodeId, nodes, advertisedPort }: ClusterMember): Settings {
  const own = nodes[nodeId - 1];
  if (own === undefined) throw new Error(`node ${nodeId} is not among the ${nodes.length} of its cluster`);
  const between = `BROKERS://127.0.0.1:${own.brokersPort}`;
  return {
    'node.id': nodeId,
    'controller.quorum.voters': nodes
      .map(({ controllerPort }, index) => `${index + 1}@127.0.0.1:${controllerPort}`)
      .join(','),
    listeners: `PLAINTEXT://127.0.0.1:${port},${between},CONTROLLER://127.0.0.1:${own.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertisedPort},${between}`,
    // A node that is gone is missed sooner than after nine seconds.
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 500,
    'inter.broker.listener.name': 'BROKERS',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,BROKERS:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ...replicated(nodes.length, Math.max(1, nodes.length - 1)),
  };
}

function replicated(replicas: number, inSync: number): Settings {
  return {
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
  };
}

function serverProperties(folder: string, placed: Settings): string {
  const settings: Settings = {
    'process.roles': 'broker,controller',
    ...placed,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'log'),
    'auto.create.topics.enable': false,
    // Few partitions of internal topics, because each costs a directory and open files.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    // The log is the truth and committed offsets mark how far it was applied: neither may age away.
    'log.retention.ms': -1,
    'offsets.retention.minutes': 2_147_483_647,
    'transactional.id.expiration.ms': 2_147_483_647,
    // What a dead process has left open is ended within a second of its time, not of ten.
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1_000,
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
