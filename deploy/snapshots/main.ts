/** `npm run snapshots -- list | verify | restore`: copies of the scorer's state, and how it is brought up from them by hand. */
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { parseEnv } from '#libs/service';
import {
  installSnapshot,
  listSnapshots,
  lockStateDirectory,
  storePath,
  verifySnapshot,
  type StoreSnapshot,
} from '#libs/stream';
import { DONE, NOTHING_SELECTED, REFUSED, run, USAGE } from '../commands/run.ts';
import { wholeNumber } from '../local/options.ts';

interface Options {
  readonly group?: string;
  readonly partition?: number;
  readonly name?: string;
  readonly json?: boolean;
  readonly replace?: boolean;
}

const program = new Command('npm run snapshots --')
  .description(
    'Snapshots of the scorer: copies of its local stores, each with a manifest, in RISK_SNAPSHOT_DIR. A scorer that has this\n' +
      'directory brings a lost, old or foreign store up from them by itself; these commands are for what it cannot know.',
  )
  .addHelpText(
    'after',
    '\nExits 0 when it is done, 1 when something failed, 2 for wrong options, 3 when no snapshot was selected,\n' +
      '4 when some are damaged or were refused (the others are done), 78 for a wrong configuration.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? DONE : USAGE));

selecting(program.command('list'))
  .description('One line for each snapshot: place, when it was taken, offset, keys, bytes, engine version, cluster.')
  .option('--json', 'one JSON object per line: the manifest with its path', false)
  .action((options: Options) => run(() => list(options)));
selecting(program.command('verify'))
  .description('Compares size and SHA-256 of each selected snapshot with its manifest.')
  .action((options: Options) => run(() => verify(options)));
selecting(program.command('restore'))
  .description(
    'Puts the newest selected snapshot of each partition that is whole into RISK_STATE_DIR, while no scorer runs on it. What\n' +
      'lies between it and the committed offset is replayed at the next start, which also refuses what is of another cluster,\n' +
      'log or engine version.',
  )
  .option('--replace', 'also where there is a store already', false)
  .action((options: Options) => run(() => restore(options)));

await program.parseAsync();

function selecting(command: Command): Command {
  return command
    .option('--group <name>', 'snapshots of this consumer group')
    .option('--partition <n>', 'snapshots of this partition', wholeNumber(0, 1_000_000))
    .option('--name <name>', 'the snapshot with this name, as list prints it', (name) => {
      if (name.includes('/')) throw new InvalidArgumentError('Expected the last part of its path.');
      return name;
    });
}

async function list(options: Options): Promise<number> {
  const chosen = await select(options);
  for (const { path, manifest, fault } of chosen) {
    if (options.json === true) console.log(JSON.stringify({ path, fault, ...manifest }));
    else if (manifest === undefined) console.log(`${path}  ${fault}`);
    else {
      const { takenAt, offset, keys, bytes, engineVersion, clusterId } = manifest;
      console.log(
        `${path}  ${takenAt}  offset ${offset}  ${keys} keys  ${bytes} bytes  engine ${engineVersion}  cluster ${clusterId}`,
      );
    }
  }
  return chosen.length === 0 ? nothing() : DONE;
}

async function verify(options: Options): Promise<number> {
  const chosen = await select(options);
  let damaged = 0;
  for (const snapshot of chosen) {
    const fault = await faultOf(() => verifySnapshot(snapshot));
    if (fault !== undefined) damaged++;
    console.log(`${snapshot.path}  ${fault ?? 'whole'}`);
  }
  if (chosen.length === 0) return nothing();
  console.log(`${chosen.length - damaged} whole, ${damaged} damaged`);
  return damaged > 0 ? REFUSED : DONE;
}

async function restore(options: Options): Promise<number> {
  const { RISK_STATE_DIR } = parseEnv(z.object({ RISK_STATE_DIR: z.string() }), process.env);
  const chosen = await select(options);
  if (chosen.length === 0) return nothing();
  const unlock = lockStateDirectory(RISK_STATE_DIR);
  const places = new Map<string, 'restored' | 'refused'>();
  try {
    for (const snapshot of chosen) {
      const target = storePath(RISK_STATE_DIR, snapshot.groupId, snapshot.partition);
      if (places.get(target) === 'restored') continue;
      places.set(target, 'refused');
      if (options.replace !== true && existsSync(target)) {
        console.error(`refused: ${target} is there already; --replace puts the snapshot in its place`);
        continue;
      }
      const fault = await faultOf(() => installSnapshot(snapshot, target));
      if (fault === undefined) places.set(target, 'restored');
      console.log(fault === undefined ? `${target} is now ${snapshot.path}` : `refused: ${fault}`);
    }
  } finally {
    unlock();
  }
  const restored = [...places.values()].filter((what) => what === 'restored').length;
  console.log(`${restored} restored, ${places.size - restored} refused`);
  return restored < places.size ? REFUSED : DONE;
}

async function select({ group, partition, name }: Options): Promise<readonly StoreSnapshot[]> {
  const { RISK_SNAPSHOT_DIR } = parseEnv(z.object({ RISK_SNAPSHOT_DIR: z.string() }), process.env);
  const all = await listSnapshots(RISK_SNAPSHOT_DIR);
  return all.filter(
    (snapshot) =>
      (group === undefined || snapshot.groupId === group) &&
      (partition === undefined || snapshot.partition === partition) &&
      (name === undefined || snapshot.path.endsWith(`/${name}`)),
  );
}

async function faultOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function nothing(): number {
  console.error('no snapshot is selected; list shows all there are');
  return NOTHING_SELECTED;
}
