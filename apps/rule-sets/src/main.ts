import { CommanderError } from 'commander';
import { EnvError } from '#libs/service';
import { commandLine, type Work } from './command-line.ts';
import { EXIT, type ExitCode } from './commands/exit-code.ts';
import { openDesk } from './desk.ts';
import { readEnv } from './env.ts';
import { terminal } from './output.ts';
import { RefusedError } from './refused.ts';

const SEE = 'npm run rule-sets -- list tells what holds; a step was written whole or not at all';

async function main(): Promise<ExitCode> {
  let work: Work | undefined;
  commandLine((chosen) => (work = chosen)).parse(process.argv.slice(2), { from: 'user' });
  if (work === undefined) return EXIT.usage;
  const desk = await openDesk(readEnv());
  try {
    return await work(desk, terminal(process.stdout, process.stderr));
  } finally {
    await desk.close();
  }
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CommanderError || error instanceof EnvError) {
    process.stderr.write(`${message}\n`);
    return EXIT.usage;
  }
  if (error instanceof RefusedError) {
    process.stderr.write(`refused: ${message}\n`);
    return EXIT.refused;
  }
  process.stderr.write(`failed: ${message}\n${SEE}\n`);
  return EXIT.failed;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    process.stderr.write(`\ninterrupted; ${SEE}\n`);
    process.exit(EXIT.failed);
  });

// Ended at once: an open connection to a broker that is down would hold the process.
process.exit(await main().catch(exitCodeOf));
