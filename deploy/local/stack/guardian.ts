import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * A small process of its own that ends every process group it was told of as soon as the pipe from its starter closes,
 * even when the starter was killed by SIGKILL and could clean nothing up.
 */
export interface Guardian {
  watch(pid: number): void;
  forget(pid: number): void;
  /** Ends the guardian; nothing may be watched any more, or it is ended with it. */
  close(): Promise<void>;
}

export function startGuardian(): Guardian {
  // Detached: Ctrl-C in a terminal goes to the whole foreground group, and the guardian must outlive its starter.
  const child = spawn(process.execPath, ['--max-semi-space-size=1', compiled('./guardian-main.js')], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  // A write to a guardian that somebody killed must not take the stack with it.
  child.stdin.on('error', () => undefined);
  return {
    watch: (pid) => void child.stdin.write(`+${pid}\n`),
    forget: (pid) => void child.stdin.write(`-${pid}\n`),
    async close() {
      const exited = once(child, 'exit');
      child.ref();
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}

/** Where the compiled form of a neighbour of this file is: jest runs the sources, a child process needs dist/. */
export function compiled(relative: string): string {
  const here = fileURLToPath(new URL(relative, import.meta.url));
  return here.includes('/dist/deploy/') ? here : here.replace('/deploy/local/', '/dist/deploy/local/');
}
