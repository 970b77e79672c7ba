import { EnvError } from '#libs/service';
import { HistoryLoadError } from '../history/load-history.ts';
import { readArguments, UsageError } from './arguments.ts';
import { MappingError, mappingNames } from './mapping-file.ts';
import { progressOn } from './progress.ts';
import { runImport } from './run-import.ts';
import { FileError } from './text-file.ts';

const USAGE = 2;
const FAILED = 3;
const REPEAT =
  'repeat the same command: what the log already holds has no second effect (an interrupted --history goes on with --resume)';

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2), await mappingNames());
  const progress = progressOn(process.stderr);
  try {
    const { text, refusedRows } = await runImport(args, progress);
    progress.end();
    process.stdout.write(text);
    return refusedRows > 0 ? 1 : 0;
  } finally {
    progress.end();
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError && error.help) return 0;
  const usage = [UsageError, MappingError, FileError, HistoryLoadError, EnvError];
  if (usage.some((kind) => error instanceof kind)) {
    process.stderr.write(`${(error as Error).message}\n`);
    return USAGE;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`the import failed: ${message}\n${REPEAT}\n`);
  return FAILED;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    process.stderr.write(`\ninterrupted; ${REPEAT}\n`);
    process.exit(FAILED);
  });

// Ended at once: an open connection to a broker that is down would hold the process.
process.exit(await main().catch(exitCodeOf));
