import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '#libs/service';
import type { Ports } from './options.ts';
import { describe, logOf, startChild, untilReady, type Child, type Stack } from './stack/index.ts';

export const SERVICES = ['scorer', 'warehouse', 'console', 'intake'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** kafkajs sets timers with a negative time, and Node says so once in each process. */
export const NODE_FLAGS = ['--enable-source-maps', '--disable-warning=TimeoutNegativeWarning'];

/**
 * A young heap of 24 MB: with 64 MB a scorer is no faster and takes 80 MB more. An old one that is collected at three times
 * of what lives in it, not at four: 40 MB less for the same processor time.
 */
export const SERVICE_FLAGS = [...NODE_FLAGS, '--max-semi-space-size=24', '--heap-growing-percent=200'];

/** Deaths within this time that make a service hopeless. */
const HOPELESS_DEATHS = 3;
const HOPELESS_WINDOW_MS = 60_000;
const READY_DEADLINE_MS = 120_000;

export interface ServiceSetting {
  readonly stack: Stack;
  readonly ports: Ports;
  readonly healthPorts: Readonly<Record<ServiceName, number>>;
  /** Breaks off the wait for readiness. */
  readonly signal: AbortSignal;
  /** Told of a death that is followed by another try. */
  readonly onRestart: (message: string) => void;
  /** Told once when a service is given up; everything is to be stopped then. */
  readonly onHopeless: (error: Error) => void;
}

export interface Service {
  readonly name: ServiceName;
  stop(): Promise<void>;
  kill(): void;
}

/** Starts a service, resolves when it is ready, and from then on starts it again when it dies by itself. */
export async function startService(name: ServiceName, setting: ServiceSetting): Promise<Service> {
  let stopping = false;
  let child = launch(name, setting);
  const deaths: number[] = [];

  const watch = async (watched: Child): Promise<void> => {
    const exit = await watched.exited;
    if (stopping || setting.signal.aborted) return;
    const now = Date.now();
    deaths.push(now);
    const recent = deaths.filter((at) => at > now - HOPELESS_WINDOW_MS).length;
    const died = `${name} died (${describe(exit)})${logOf(watched)}`;
    if (recent >= HOPELESS_DEATHS) return setting.onHopeless(new Error(`${recent} times in a minute: ${died}`));
    setting.onRestart(`${died}\n  starting it again`);
    await sleep(1_000 * 2 ** (recent - 1));
    if (stopping || setting.signal.aborted) return;
    child = launch(name, setting);
    void watch(child);
  };

  try {
    await untilReady(child, () => isReady(setting.healthPorts[name]), {
      deadlineMs: READY_DEADLINE_MS,
      signal: setting.signal,
    });
  } catch (error) {
    stopping = true;
    await child.stop();
    throw error;
  }
  void watch(child);
  return {
    name,
    async stop() {
      stopping = true;
      await child.stop();
    },
    kill() {
      stopping = true;
      child.kill();
    },
  };
}

async function isReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/ready`);
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return true;
}

function launch(name: ServiceName, { stack, ports, healthPorts }: ServiceSetting): Child {
  return startChild(stack.home, {
    name,
    command: process.execPath,
    args: [...SERVICE_FLAGS, join(packageRoot(), `dist/apps/${name}/src/main.js`)],
    env: {
      ...process.env,
      ...streamEnv(stack),
      ...OWN_ENV[name](stack, ports),
      HTTP_HOST: '127.0.0.1',
      HEALTH_HOST: '127.0.0.1',
      HEALTH_PORT: String(healthPorts[name]),
      RISK_STATE_DIR: join(stack.home.dataDir, 'state', name),
    },
  });
}

/** How any process reaches Kafka and the registry of this stack. */
export function streamEnv(stack: Stack): NodeJS.ProcessEnv {
  return { KAFKA_BROKERS: stack.kafkaBrokers, SCHEMA_REGISTRY_URL: stack.registryUrl };
}

const OWN_ENV: Readonly<Record<ServiceName, (stack: Stack, ports: Ports) => NodeJS.ProcessEnv>> = {
  scorer: () => ({}),
  warehouse: (stack) => clickhouseEnv(stack, 'warehouse'),
  console: (stack, ports) => ({
    ...clickhouseEnv(stack, 'console'),
    HTTP_PORT: String(ports.console),
    RISK_API_TOKENS: `operator:${stack.secrets.tokens.operator}`,
  }),
  intake: ({ secrets: { tokens } }, ports) => ({
    HTTP_PORT: String(ports.intake),
    RISK_API_TOKENS: `operator:${tokens.operator},trickle:${tokens.trickle}`,
  }),
};

function clickhouseEnv(stack: Stack, user: 'warehouse' | 'console'): NodeJS.ProcessEnv {
  return {
    CLICKHOUSE_URL: stack.clickhouseUrl,
    CLICKHOUSE_USER: user,
    CLICKHOUSE_PASSWORD: stack.secrets.clickhouse[user],
    CLICKHOUSE_DATABASE: 'risk',
  };
}
