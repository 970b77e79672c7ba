import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CitySettings } from './enterprises.ts';

/** What the command line asks for. */
export type DemoCommand =
  | { readonly command: 'load'; readonly settings: CitySettings }
  | { readonly command: 'export'; readonly settings: CitySettings; readonly out: string }
  | { readonly command: 'mix'; readonly settings: CitySettings; readonly ruleSet: string | undefined }
  | (LiveCommand & { readonly command: 'trickle'; readonly rate: number })
  | (LiveCommand & {
      readonly command: 'burst';
      readonly count: number;
      readonly run: string | undefined;
      readonly retract: boolean;
    });

interface LiveCommand {
  readonly settings: CitySettings;
  /** Neither size nor seed was given: the enterprises are those of the city in the log, where there is one. */
  readonly asLoaded: boolean;
}

/** A command line that cannot be carried out; `help` when help was asked for and has been printed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    message: string,
    readonly help = false,
  ) {
    super(message);
  }
}

interface CityOptions {
  readonly enterprises: number;
  readonly years: number;
  readonly seed: number;
  readonly until: number;
}

/** Reads the command line (without node and script); `now` stands for `--until now`. Throws UsageError. */
export function readArguments(argv: readonly string[], now: number): DemoCommand {
  let read: DemoCommand | undefined;
  const program = new Command('demo-city')
    .description('The synthetic demonstration city: its history, its live events, its files. None of it is real.')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const add = (name: string, description: string): Command =>
    cityOptions(program.command(name).description(description), now).exitOverride();

  add('load', 'load the history of the city into an empty log').action((options: CityOptions) => {
    read = { command: 'load', settings: settingsOf(options) };
  });
  add('export', 'write the history of the city as JSON Lines, in the form intake takes')
    .requiredOption('--out <file>', 'the file; .gz is compressed')
    .action((options: CityOptions & { out: string }) => {
      read = { command: 'export', settings: settingsOf(options), out: options.out };
    });
  add('mix', 'count the classes the city ends in under a rule set; writes nothing')
    .option('--rule-set <name>', 'rule set of schemas/rule-sets, as id@version (default: the latest of each scheme)')
    .action((options: CityOptions & { ruleSet?: string }) => {
      read = { command: 'mix', settings: settingsOf(options), ruleSet: options.ruleSet };
    });
  add('trickle', 'keep live events going through intake, of the city in the log unless size or seed is given')
    .option('--rate <events>', 'events per second', positive, 3)
    .addOption(new Option('--burst <kind>', 'send many events at once instead, and end').choices(['july-wave']))
    .option('--count <events>', 'events of the burst', whole, 12_000)
    .option('--run <name>', 'name of the burst; the same name is the same events')
    .option('--retract', 'take the burst of that name back', false)
    .action((options: TrickleOptions, command: Command) => {
      read = liveCommand(options, command);
    });

  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageError(error.message, error.exitCode === 0);
  }
  if (read === undefined) throw new UsageError('name a command; --help shows them');
  return read;
}

type TrickleOptions = CityOptions & {
  readonly rate: number;
  readonly burst?: string;
  readonly count: number;
  readonly run?: string;
  readonly retract: boolean;
};

function liveCommand(options: TrickleOptions, command: Command): DemoCommand {
  const { rate, burst, count, run, retract } = options;
  if (retract && run === undefined) throw new UsageError('--retract needs the --run that the burst printed');
  const asLoaded = ['enterprises', 'seed'].every((name) => command.getOptionValueSource(name) === 'default');
  const live = { settings: settingsOf(options), asLoaded };
  return burst === undefined
    ? { ...live, command: 'trickle', rate }
    : { ...live, command: 'burst', count, run, retract };
}

function cityOptions(command: Command, now: number): Command {
  return command
    .option('--enterprises <count>', 'how many enterprises the city has', whole, 20_000)
    .option('--years <count>', 'years of history', whole, 3)
    .option('--seed <number>', 'the same seed, size and moment give the same city', whole, 42)
    .option(
      '--until <moment>',
      'end of the history: now, or a moment as 2026-07-01T00:00:00+08:00',
      momentReader(now),
      now,
    );
}

function settingsOf({ enterprises, years, seed, until }: CityOptions): CitySettings {
  return { enterprises, years, seed, until };
}

function whole(text: string): number {
  if (!/^\d{1,9}$/u.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError('expected a number above 0, at most 10000.');
  return value;
}

function momentReader(now: number): (text: string) => number {
  return (text) => {
    const at = text === 'now' ? now : Date.parse(text);
    if (Number.isNaN(at)) throw new InvalidArgumentError('expected now or a moment as 2026-07-01T00:00:00+08:00.');
    if (at > now) throw new InvalidArgumentError('it is in the future.');
    return at;
  };
}
