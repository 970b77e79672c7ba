import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guardian } from './guardian.ts';
import { openLog, tailOf } from './log-file.ts';
import { dropPid, HOME_VARIABLE, recordPid } from './pid-record.ts';

/** What all processes of one stack share: where its data and logs lie, and who ends them when we cannot. */
export interface StackHome {
  /** Absolute. */
  readonly dataDir: string;
  readonly guardian: Guardian;
}

export interface ChildSpec {
  /** Names the log (`logs/<name>.log`) and the pid record; one running child per name. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Show its output on our terminal instead of keeping it in the log. */
  readonly onTerminal?: boolean;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the process has ended, however it ended; never rejects. */
  readonly exited: Promise<ChildExit>;
  /** SIGTERM to the process group, SIGKILL after the deadline; resolves when the process is gone. */
  stop(deadlineMs?: number): Promise<void>;
  kill(): void;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts a process in its own process group, so that a Ctrl-C in the terminal reaches only us and we keep the order. */
export function startChild(home: StackHome, spec: ChildSpec): Child {
  const logFile = join(home.dataDir, 'logs', `${spec.name}.log`);
  const log = openLog(logFile);
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: { ...(spec.env ?? process.env), [HOME_VARIABLE]: home.dataDir },
    stdio: ['ignore', spec.onTerminal === true ? 'inherit' : log, spec.onTerminal === true ? 'inherit' : log],
    detached: true,
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) {
    child.once('error', () => undefined);
    throw new Error(`${spec.name}: ${spec.command} cannot be started; is it installed and on the PATH?`);
  }
  home.guardian.watch(pid);
  recordPid(home.dataDir, spec.name, pid);
  let ended = false;
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      signalGroup(pid, 'SIGKILL');
      home.guardian.forget(pid);
      dropPid(home.dataDir, spec.name);
      resolve({ code, signal });
    });
  });
  return {
    name: spec.name,
    pid,
    logFile,
    exited,
    async stop(deadlineMs = 10_000) {
      if (ended) return;
      signalGroup(pid, 'SIGTERM');
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), deadlineMs);
      await exited;
      clearTimeout(timer);
    },
    kill() {
      if (!ended) signalGroup(pid, 'SIGKILL');
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already: that is what was wanted.
  }
}

/**
 * Polls until `probe` answers true. Fails, with the end of the child's log, when the child ends first or the deadline
 * passes, or when broken off; an error of the probe counts as "not yet" and is named in the end.
 */
export async function untilReady(
  child: Child,
  probe: () => Promise<boolean>,
  { deadlineMs = 120_000, signal }: { deadlineMs?: number; signal?: AbortSignal } = {},
): Promise<void> {
  let exit: ChildExit | undefined;
  void child.exited.then((reason) => (exit = reason));
  const deadline = Date.now() + deadlineMs;
  let last: unknown;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    if (exit !== undefined) throw new Error(`${child.name} ended while starting (${describe(exit)})${logOf(child)}`);
    try {
      if (await probe()) return;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  const why = last instanceof Error ? `; last answer: ${last.message}` : '';
  throw new Error(`${child.name} was not ready within ${deadlineMs / 1000} s${why}${logOf(child)}`, { cause: last });
}

export function describe({ code, signal }: ChildExit): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

/** The end of a child's log, indented, to stand below an error message. */
export function logOf({ logFile }: { logFile: string }): string {
  const tail = tailOf(logFile);
  return tail === '' ? `; its log ${logFile} is empty` : `; the end of ${logFile}:\n${tail.replace(/^/gm, '    ')}`;
}
