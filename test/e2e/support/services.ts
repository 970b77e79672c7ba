import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '#libs/service';
import {
  describe as describeExit,
  logOf,
  startChild,
  untilReady,
  type Child,
  type StackHome,
} from '../../../deploy/local/stack/index.ts';

export type ServiceName = 'intake' | 'scorer' | 'warehouse' | 'console';

/** A service of the product as a process of its own, as it runs in production. */
export interface Service {
  /** Unique among the processes of a system: `scorer-1`, `scorer-2`, … */
  readonly name: string;
  /** Where it listens for its users; only intake and console do. */
  readonly url: string;
  ready(deadlineMs?: number): Promise<void>;
  /** What it says of itself; undefined while it does not listen. */
  health(of: 'live' | 'ready'): Promise<Health | undefined>;
  isRunning(): boolean;
  /** By which signal or with which exit code it ended; undefined while it runs. */
  ending(): string | undefined;
  readonly logFile: string;
  /** The end of its log, to stand below an error message. */
  lastLog(): string;
  signal(signal: NodeJS.Signals): void;
  /** From now on no file of the process grows beyond so many bytes: its disk is full. */
  fillDisk(maxBytes: number): void;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; throws when the process does not end in order, with exit code 0. */
  stop(): Promise<void>;
}

export interface Health {
  readonly ok: boolean;
  readonly text: string;
}

export interface ServiceSpec {
  readonly app: ServiceName;
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly httpPort: number;
  readonly healthPort: number;
}

/** Starts the compiled service; it is not ready yet. */
export function startService(home: StackHome, { app, name, env, httpPort, healthPort }: ServiceSpec): Service {
  const child: Child = startChild(home, {
    name,
    command: process.execPath,
    args: ['--enable-source-maps', join(packageRoot(), `dist/apps/${app}/src/main.js`)],
    env,
  });
  let exit: Awaited<Child['exited']> | undefined;
  void child.exited.then((reason) => (exit = reason));
  const signal = (name: NodeJS.Signals): void => {
    if (exit === undefined) process.kill(child.pid, name);
  };
  return {
    name,
    url: `http://127.0.0.1:${httpPort}`,
    logFile: child.logFile,
    lastLog: () => logOf(child),
    isRunning: () => exit === undefined,
    ending: () => exit && describeExit(exit),
    signal,
    fillDisk: (maxBytes) => void execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${maxBytes}`]),
    ready: (deadlineMs = 60_000) => untilReady(child, () => isReady(healthPort), { deadlineMs }),
    health: (of) => healthOf(healthPort, of).catch(() => undefined),
    async kill() {
      signal('SIGKILL');
      await child.exited;
    },
    async stop() {
      await child.stop(20_000);
      if (exit?.code !== 0)
        throw new Error(`${name} did not stop in order (${describeExit(await child.exited)})${logOf(child)}`);
    },
  };
}

async function isReady(port: number): Promise<boolean> {
  const { ok, text } = await healthOf(port, 'ready');
  if (!ok) throw new Error(text);
  return true;
}

async function healthOf(port: number, of: 'live' | 'ready'): Promise<Health> {
  const answer = await fetch(`http://127.0.0.1:${port}/${of}`);
  return { ok: answer.ok, text: (await answer.text()).trim() };
}
