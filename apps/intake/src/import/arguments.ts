import { Command, CommanderError, Option } from 'commander';
import type { Encoding } from './text-file.ts';

/** One file with the mapping that reads it. */
export interface FileArgument {
  readonly path: string;
  readonly mapping: string;
}

export interface ImportArguments {
  readonly files: readonly FileArgument[];
  readonly history: boolean;
  readonly resume: boolean;
  readonly dryRun: boolean;
  readonly closeLoad: string | undefined;
  readonly loadId: string | undefined;
  readonly source: string | undefined;
  readonly period: string | undefined;
  readonly encoding: Encoding | undefined;
  readonly synthetic: boolean;
  readonly temp: string | undefined;
}

/** A command line that cannot be carried out; `help` when it asked for help, which has been printed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    message: string,
    readonly help = false,
  ) {
    super(message);
  }
}

const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

function commandOf(mappings: readonly string[]): Command {
  return new Command('npm run import --')
    .description('Takes the rows of a file into the event log: CSV or JSON Lines, plain or gzip, UTF-8 or GB18030.')
    .argument('[file]', 'the file')
    .option(
      '--mapping <name>',
      `how its columns become facts: ${mappings.join(', ')}, or the path of a YAML file`,
      collect,
    )
    .option('--also <file>', 'a further file of a load of the past, followed by its --mapping', collect)
    .option('--history', 'load the past as the past, into an empty log')
    .option('--resume', 'go on with an interrupted load of the past')
    .option('--close-load <id>', 'end an interrupted load of the past that will not be resumed')
    .option('--load-id <id>', 'name the load of the past (default: derived from its files)')
    .option('--source <system>', 'source system, where it is another than the mapping says')
    .option('--period <date>', 'period of the file (yyyy, yyyy-MM or yyyy-MM-dd), for sources that number no revision')
    .addOption(
      new Option('--encoding <name>', 'encoding (default: detected)').choices(['utf-8', 'gb18030', 'utf-16le']),
    )
    .option('--synthetic', 'mark the facts as made up')
    .option('--temp <folder>', 'where a load of the past is sorted (default: the system folder for temporary files)')
    .option('--dry-run', 'check every row and write nothing to the log')
    .addHelpText(
      'after',
      `
Refused rows are written to FILE.rejected.csv with row number, column and rule.
Exit code: 0 every row accepted · 1 some rows refused · 2 command line, mapping or file wrong · 3 interrupted or failed.
The same command may be repeated at any time: a row that is in the log already has no second effect.`,
    )
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
}

interface Options {
  readonly mapping?: readonly string[];
  readonly also?: readonly string[];
  readonly history?: true;
  readonly resume?: true;
  readonly closeLoad?: string;
  readonly loadId?: string;
  readonly source?: string;
  readonly period?: string;
  readonly encoding?: Encoding;
  readonly synthetic?: true;
  readonly temp?: string;
  readonly dryRun?: true;
}

/** Reads the command line (without node and script). Throws UsageError. */
export function readArguments(argv: readonly string[], mappings: readonly string[]): ImportArguments {
  const command = commandOf(mappings);
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageError(error.message, error.exitCode === 0);
  }
  const options = command.opts<Options>();
  const args = {
    files: filesOf(command.args, options),
    history: options.history === true,
    resume: options.resume === true,
    dryRun: options.dryRun === true,
    closeLoad: options.closeLoad,
    loadId: options.loadId,
    source: options.source,
    period: options.period,
    encoding: options.encoding,
    synthetic: options.synthetic === true,
    temp: options.temp,
  };
  refuseContradictions(args);
  return args;
}

function filesOf([file]: readonly string[], { mapping = [], also = [] }: Options): FileArgument[] {
  const paths = [...(file === undefined ? [] : [file]), ...also];
  if (paths.length !== mapping.length)
    throw new UsageError(`${paths.length} files but ${mapping.length} times --mapping; each file needs its own`);
  return paths.map((path, index) => ({ path, mapping: mapping[index] as string }));
}

function refuseContradictions(args: ImportArguments): void {
  if (args.closeLoad !== undefined && args.files.length > 0)
    throw new UsageError('--close-load ends a load and takes no file');
  if (args.closeLoad === undefined && args.files.length === 0)
    throw new UsageError('name a file and its mapping; --help shows how');
  if (args.files.length > 1 && !args.history)
    throw new UsageError('several files at once are for --history only; import live files one after another');
  if (args.resume && !args.history)
    throw new UsageError('--resume goes with --history; a live import is just repeated');
  if (args.period !== undefined && !/^\d{4}(-\d{2}(-\d{2})?)?$/u.test(args.period))
    throw new UsageError('--period is yyyy, yyyy-MM or yyyy-MM-dd');
}
