import { execFileSync } from 'node:child_process';
import { runInThisContext } from 'node:vm';

// Node ignores the signal of a write beyond the limit; jest, outside of the context that tests see, ends its process by it.
(runInThisContext('process') as NodeJS.Process).on('SIGXFSZ', () => undefined);

const limit = (...args: readonly string[]): string =>
  execFileSync('prlimit', ['--pid', String(process.pid), ...args], { encoding: 'utf8' }).trim();

/** Does something while no file of this process can grow beyond so many bytes: to it the disk is full. */
export async function onFullDisk<T>(maxBytes: number, work: () => Promise<T>): Promise<T> {
  const before = limit('--fsize', '--output', 'SOFT', '--noheadings', '--raw');
  limit(`--fsize=${maxBytes}:`);
  try {
    return await work();
  } finally {
    limit(`--fsize=${before}:`);
  }
}
