import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { packageRoot } from '#libs/service';

/** Ports of the loopback, by who listens there. */
export interface Ports {
  readonly kafka: number;
  readonly registry: number;
  readonly clickhouse: number;
  readonly console: number;
  readonly intake: number;
}

export interface StartOptions {
  /** Start without the demonstration city and without a trickle. */
  readonly empty: boolean;
  readonly enterprises: number;
  /** Events per second of the live trickle; 0 turns it off. */
  readonly rate: number;
  readonly ports: Ports;
  /** Absolute. */
  readonly dataDir: string;
}

/** Which option changes the port of whom: for the messages about a taken port. */
export const PORT_OPTIONS: Readonly<Record<keyof Ports, { readonly who: string; readonly option: string }>> = {
  kafka: { who: 'Kafka', option: '--kafka-port' },
  registry: { who: 'the schema registry', option: '--registry-port' },
  clickhouse: { who: 'ClickHouse', option: '--clickhouse-port' },
  console: { who: 'the console', option: '--console-port' },
  intake: { who: 'intake', option: '--intake-port' },
};

/** `npm start`'s options; prints help and ends the process on --help, prints the fault and exits 2 on a wrong one. */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const command = new Command('npm start --')
    .description(
      'Starts the embedded stack (Kafka, schema registry, ClickHouse) and the services on loopback, loads a synthetic\n' +
        'demonstration city on the first start, and keeps a trickle of events going. Ctrl-C stops everything; the data stay.',
    )
    .option('--empty', 'no demonstration city and no trickle', false)
    .option('--enterprises <n>', 'size of the demonstration city', wholeNumber(1, 5_000_000), 20_000)
    .option('--rate <n>', 'events per second of the live trickle, 0 for none', numberBetween(0, 10_000), 2)
    .addOption(portOption('kafka', 9092))
    .addOption(portOption('registry', 8081))
    .addOption(portOption('clickhouse', 8123))
    .addOption(portOption('console', 3000))
    .addOption(portOption('intake', 3001))
    .addOption(dataDirOption())
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command.parse(argv, { from: 'user' });
  const values = command.opts<Record<`${keyof Ports}Port`, number> & Omit<StartOptions, 'ports'>>();
  return {
    empty: values.empty,
    enterprises: values.enterprises,
    rate: values.rate,
    dataDir: values.dataDir,
    ports: {
      kafka: values.kafkaPort,
      registry: values.registryPort,
      clickhouse: values.clickhousePort,
      console: values.consolePort,
      intake: values.intakePort,
    },
  };
}

export function dataDirOption(): Option {
  return new Option('--data-dir <folder>', 'where all data lie')
    .default(resolve(packageRoot(), '.data'), '.data')
    .argParser((folder: string) => resolve(folder));
}

function portOption(name: keyof Ports, fallback: number): Option {
  const { who, option } = PORT_OPTIONS[name];
  return new Option(`${option} <port>`, `port of ${who}`).default(fallback).argParser(wholeNumber(1, 65_535));
}

export function wholeNumber(low: number, high: number): (text: string) => number {
  const between = numberBetween(low, high);
  return (text) => {
    if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`);
    return between(text);
  };
}

function numberBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= low && value <= high)) throw new InvalidArgumentError(`Expected a number from ${low} to ${high}.`);
    return value;
  };
}
