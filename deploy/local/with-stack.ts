/**
 * Runs another program of this repository against the running local stack: `with-stack.js MAIN [arguments]` fills the
 * environment with what reaches the stack of the data directory unless clusters are named already, and loads MAIN.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectionEnv } from './endpoints.ts';

const [main, ...args] = process.argv.slice(2);
if (main === undefined) {
  console.error('usage: node dist/deploy/local/with-stack.js MAIN [arguments]');
  process.exit(2);
}
// Help must be had without a running stack.
if (!args.includes('--help') && !args.includes('-h')) {
  try {
    Object.assign(process.env, connectionEnv(process.env));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
process.argv.splice(1, 2, resolve(main));
await import(pathToFileURL(resolve(main)).href);
