import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fetchJars,
  isPortTaken,
  newClusterId,
  startGuardian,
  startKafka,
  type Part,
  type StackHome,
} from '../../deploy/local/stack/index.ts';
import { tcpProxyTo, type TcpProxy } from '../e2e/support/tcp-proxy.ts';

/** Brokers of one cluster, each with a proxy in front of it. Of three, topics have three replicas, two of which must be in sync. */
export interface BrokerCluster {
  /** Through the proxies. */
  readonly kafkaBrokers: string;
  readonly nodes: readonly BrokerNode[];
  stop(): Promise<void>;
}

export interface BrokerNode {
  readonly broker: Part;
  readonly proxy: TcpProxy;
}

const HEAP_MB = 256;

/** Starts them together, on free ports, with their data in a new temporary directory. */
export async function startBrokerCluster(size: 1 | 3): Promise<BrokerCluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'risk-brokers-'));
  const home: StackHome = { dataDir, guardian: startGuardian() };
  const proxies: TcpProxy[] = [];
  const clear = async (): Promise<void> => {
    for (const proxy of proxies) proxy.close();
    await home.guardian.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const jars = await fetchJars();
    const ports = await lastingPorts(size * 3);
    const take = (): number => ports.pop() as number;
    const nodes = Array.from({ length: size }, () => ({ controllerPort: take(), brokersPort: take() }));
    const clusterId = newClusterId();
    const starting = nodes.map(async (_, index): Promise<BrokerNode> => {
      const port = take();
      const proxy = await tcpProxyTo(port);
      proxies.push(proxy);
      const member = { clusterId, nodeId: index + 1, nodes, advertisedPort: proxy.port };
      return { proxy, broker: await startKafka(home, { port, jars, heapMb: HEAP_MB, member }) };
    });
    const started = await Promise.all(starting);
    return {
      kafkaBrokers: started.map(({ proxy }) => `127.0.0.1:${proxy.port}`).join(','),
      nodes: started,
      async stop() {
        await Promise.all(started.map(({ broker }) => broker.stop()));
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

const FIRST_PORT = 20_000;
const PORTS = 12_000;

/**
 * Free ports below those that the system gives to callers: a server that was killed has to find its own free when it comes
 * back.
 */
export async function lastingPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = FIRST_PORT + randomInt(PORTS);
    if (!(await isPortTaken(port))) ports.add(port);
  }
  return [...ports];
}
