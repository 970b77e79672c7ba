/** `npm run dead-letters -- list | show | replay | drop`: what consumers could not process, and what is done about it. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { RECORD_SCHEMAS, TOPIC_LIST } from '#libs/contracts';
import { kafkaEnv, parseEnv, registryEnv } from '#libs/service';
import {
  connectKafka,
  connectRegistry,
  createTransactionalWriter,
  kafkaOptionsOf,
  type AvroRegistry,
  type KafkaConnection,
  type TransactionalWriter,
} from '#libs/stream';
import { DONE, NOTHING_SELECTED, REFUSED, run, USAGE } from '../commands/run.ts';
import { connectionEnv } from '../local/endpoints.ts';
import { wholeNumber } from '../local/options.ts';
import { letterJson, listLine, shown } from './format.ts';
import type { Letter, LetterState } from './letter.ts';
import { readLetters } from './read-letters.ts';
import { drop, refusalsOf, replay, superseded, type Refusal } from './replay.ts';
import { isEverything, isSelected, offsetRange, type OffsetRange, type Selection } from './selection.ts';

/** One holder at a time: a second command fences the first, whose transaction then writes nothing. */
const TRANSACTIONAL_ID = 'dead-letters-command';

interface Options extends Selection {
  readonly json: boolean;
  readonly state: LetterState | 'any';
  readonly everything: boolean;
  readonly dryRun: boolean;
  readonly again: boolean;
  readonly note: string;
}

const DEAD_LETTER_TOPICS = TOPIC_LIST.filter(({ key }) => key === 'ORIGINAL').map(({ name }) => name);
const COMPACTED = new Set(
  TOPIC_LIST.filter(({ config }) => config['cleanup.policy'] === 'compact').map(({ name }) => name),
);

const program = new Command('npm run dead-letters --')
  .description(
    'Records that a consumer could not process: original bytes, key and headers, with the reason.\n' +
      'Reads from KAFKA_BROKERS and SCHEMA_REGISTRY_URL, else from the running npm start (RISK_DATA_DIR, when it was\n' +
      'started with --data-dir).',
  )
  .addHelpText(
    'after',
    '\nExits 0 when it is done, 1 when something failed, 2 for wrong options, 3 when no letter was selected,\n' +
      '4 when some were refused (the others are done), 78 for a wrong configuration.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? DONE : USAGE));

selecting(program.command('list'), 'waiting')
  .description('One line for each letter: topic, partition/offset, time, state, where it stood, key, reason.')
  .option('--json', 'one JSON object per line', false)
  .action((options: Options) => run(() => list(options)));
selecting(program.command('show'), 'any')
  .description('Everything of the selected letters, and whether this version can read them now.')
  .option('--json', 'one JSON object per line, the value in hex', false)
  .action((options: Options) => run(() => show(options)));
changing(selecting(program.command('replay'), 'any'))
  .description(
    'Writes the original bytes with the original key back to the partition they stood in, as new records (header\n' +
      'dlt-replay-of), and marks the letters. A record that was replayed is refused, also when another group has a letter\n' +
      'of it. Once a mended version runs; what it cannot read either becomes a dead letter again.',
  )
  .option('--again', 'also what was replayed or dropped before', false)
  .action((options: Options) => run(() => replayLetters(options)));
changing(selecting(program.command('drop'), 'waiting'))
  .description('Marks letters as given up. Nothing is deleted: a rebuild of state passes over the records they name.')
  .action((options: Options) => run(() => dropLetters(options)));

await program.parseAsync();

function selecting(command: Command, state: Options['state']): Command {
  return command
    .addOption(
      new Option('--topic <name>', 'records of this topic, or letters of this dead-letter topic').choices([
        ...new Set([...DEAD_LETTER_TOPICS.map(sourceTopic), ...DEAD_LETTER_TOPICS]),
      ]),
    )
    .option('--group <name>', 'letters of this consumer group')
    .option('--partition <n>', 'letters in this partition', wholeNumber(0, 1_000_000))
    .option('--offset <n|n-m>', 'letters at these offsets of their dead-letter topic', readOffsets)
    .option('--key <key>', 'letters with this key; - for none')
    .option('--reason <text>', 'letters whose reason holds this text')
    .addOption(
      new Option('--state <state>', 'letters in this state')
        .choices(['waiting', 'replayed', 'dropped', 'any'])
        .default(state),
    );
}

function changing(command: Command): Command {
  return command
    .option('--everything', 'needed when no filter is given', false)
    .option('--dry-run', 'say what would be done', false)
    .option('--note <text>', 'why, kept with the mark', '');
}

async function list(options: Options): Promise<number> {
  const { chosen } = await select(options);
  for (const letter of chosen) console.log(options.json ? JSON.stringify(letterJson(letter, false)) : listLine(letter));
  return chosen.length === 0 ? nothing() : DONE;
}

async function show(options: Options): Promise<number> {
  const { chosen, registry } = await select(options);
  const reader = await registry();
  for (const letter of chosen) {
    const now = await readNow(reader, letter);
    console.log(options.json ? JSON.stringify({ ...letterJson(letter, true), readNow: now }) : shown(letter, now));
  }
  return chosen.length === 0 ? nothing() : DONE;
}

async function replayLetters(options: Options): Promise<number> {
  refuseUnfiltered(options);
  // Fenced before the letters are read: nobody else's marks can come between the reading and the writing.
  return changingLetters(options, async ({ chosen, all, kafka, writer }) => {
    const refusals = [...refusalsOf(chosen, all, options), ...(await superseded(kafka, chosen, COMPACTED))];
    const refused = new Set(refusals.map(({ letter }) => letter));
    const letters = chosen.filter((letter) => !refused.has(letter));
    if (!options.dryRun) await replay(writer, letters, options);
    return report('replay', letters, refusals, options.dryRun);
  });
}

async function dropLetters(options: Options): Promise<number> {
  refuseUnfiltered(options);
  return changingLetters(options, async ({ chosen, writer }) => {
    if (!options.dryRun && chosen.length > 0) await drop(writer, chosen, options.note);
    return report('drop', chosen, [], options.dryRun);
  });
}

interface Selected {
  readonly chosen: readonly Letter[];
  readonly all: readonly Letter[];
  readonly kafka: KafkaConnection;
  registry(): Promise<AvroRegistry>;
}

async function select(options: Options): Promise<Selected> {
  const { kafka, registry } = connections();
  const all = await readLetters(kafka, DEAD_LETTER_TOPICS);
  return { chosen: chosenOf(all, options), all, kafka, registry };
}

async function changingLetters(
  options: Options,
  change: (selected: Selected & { readonly writer: TransactionalWriter }) => Promise<number>,
): Promise<number> {
  const { kafka, registry } = connections();
  const writer = createTransactionalWriter(kafka, { transactionalId: TRANSACTIONAL_ID });
  try {
    if (!options.dryRun) await writer.transaction(async () => undefined);
    const all = await readLetters(kafka, DEAD_LETTER_TOPICS);
    return await change({ chosen: chosenOf(all, options), all, kafka, registry, writer });
  } finally {
    await writer.close().catch(() => undefined);
  }
}

function chosenOf(all: readonly Letter[], { topic, group, partition, offset, key, reason, state }: Options): Letter[] {
  const selection = { topic, group, partition, offset, key, reason } as Selection;
  return all.filter((letter) => (state === 'any' || letter.state === state) && isSelected(letter, selection));
}

function connections(): { readonly kafka: KafkaConnection; registry(): Promise<AvroRegistry> } {
  const env = parseEnv(z.object({ ...kafkaEnv, ...registryEnv }), connectionEnv(process.env));
  const { SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_USERNAME: username, SCHEMA_REGISTRY_PASSWORD: password } = env;
  return {
    kafka: connectKafka(kafkaOptionsOf('dead-letters', env)),
    registry: () => connectRegistry({ url, username, password }, RECORD_SCHEMAS, []),
  };
}

/** What a reader of this version makes of the letter's bytes. */
async function readNow(registry: AvroRegistry, { record }: Letter): Promise<string> {
  try {
    await registry.prepare([record.value]);
    return `as ${registry.decode(record.value).fullName}`;
  } catch (error) {
    return `not: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function report(
  what: 'replay' | 'drop',
  letters: readonly Letter[],
  refusals: readonly Refusal[],
  dryRun: boolean,
): number {
  if (letters.length + refusals.length === 0) return nothing();
  for (const letter of letters) console.log(listLine(letter));
  for (const { letter, why } of refusals) console.error(`refused: ${listLine(letter)}: ${why}`);
  const done = { replay: 'replayed', drop: 'dropped' }[what];
  console.log(`${letters.length} ${dryRun ? `would be ${done}` : done}, ${refusals.length} refused`);
  return refusals.length > 0 ? REFUSED : DONE;
}

function nothing(): number {
  console.error('no letter is selected; list --state any shows all there are');
  return NOTHING_SELECTED;
}

function refuseUnfiltered({ everything, topic, group, partition, offset, key, reason }: Options): void {
  if (everything || !isEverything({ topic, group, partition, offset, key, reason } as Selection)) return;
  console.error('give a filter (--topic, --group, --partition, --offset, --key, --reason), or --everything');
  process.exit(USAGE);
}

function readOffsets(text: string): OffsetRange {
  const range = offsetRange(text);
  if (range === undefined)
    throw new InvalidArgumentError('Expected an offset or two with a hyphen between: 17, 17-40.');
  return range;
}

function sourceTopic(deadLetterTopic: string): string {
  return deadLetterTopic.split('.').slice(0, -2).join('.');
}
