import type { Child } from './child-process.ts';

/** One server of the stack: running once the promise of its starter has resolved. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** The process that runs now; another one after a restart. */
  readonly child: Child;
  stop(): Promise<void>;
  kill(): void;
  /** Stops and starts it again on the same port and data; resolves when it answers. */
  restart(): Promise<void>;
}

export async function startPart(name: string, launch: () => Promise<Child>): Promise<Part> {
  let child = await launch();
  return {
    name,
    get pid() {
      return child.pid;
    },
    get logFile() {
      return child.logFile;
    },
    get child() {
      return child;
    },
    stop: () => child.stop(),
    kill: () => child.kill(),
    async restart() {
      await child.stop();
      child = await launch();
    },
  };
}
