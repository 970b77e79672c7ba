/** `npm run chaos`: one log through an undisturbed run and through one full of faults; both have to end in the same. */
import { inspect } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { startBrokerCluster } from '../stack/broker-cluster.ts';
import { startTestStack } from '../stack/test-stack.ts';
import { differences, type Difference } from '../e2e/support/outcome.ts';
import { chaosRun, type ChaosReport } from './chaos-run.ts';
import { FAULT_NAMES, FAULTS, type FaultName } from './faults.ts';
import type { Plan } from './schedule.ts';
import { canMount, mountStateDisk } from './state-disk.ts';

const DISK_FULL: FaultName = 'disk-full';
interface Settings extends Omit<Plan, 'faults'> {
  readonly only?: FaultName[];
  readonly logs?: string;
}

/** Of what is not as it has to be at intake, and as many at the console. */
const FAULTS_TOLD = 3;
const EXIT = { same: 0, different: 1, usage: 2 } as const;

const command = new Command('npm run chaos --')
  .description(
    [
      'Sends one log through two scorers and the warehouse on three brokers, a registry and a ClickHouse of their own, while ' +
        'faults happen, and once more undisturbed. Final positions, class changes, warnings and rows have to be the same. ' +
        'A quarter of the log is posted to intake: the log has what it acknowledges and nothing else, and what is posted ' +
        'again has no second effect. Somebody reads classes at the console: what it answers is on record.',
      'Exit code 0: all of this holds. 1: it does not, or the run did not come to its end. 2: wrong options.',
    ].join('\n'),
  )
  .option('--seed <n>', 'which faults happen when, and which city is in the log', whole(0), 1)
  .option('--kills <n>', 'kill -9 of services, shared out among the faults that kill', whole(0), 50)
  .option('--rounds <n>', 'how often each other fault happens', whole(0), 3)
  .option('--events <n>', 'about so many events in the log', whole(100), 30_000)
  .option('--logs <folder>', 'keep the logs of all processes in this folder')
  .addOption(
    new Option('--only <fault>', 'only this fault; may be repeated').argParser(
      (name: string, before: FaultName[] = []): FaultName[] => {
        const known = FAULT_NAMES.find((each) => each === name);
        if (known === undefined)
          throw new InvalidArgumentError(`There is no such fault; of ${FAULT_NAMES.join(', ')}.`);
        return [...before, known];
      },
    ),
  )
  .addHelpText(
    'after',
    `\nFaults:\n${FAULT_NAMES.map((name) => `  ${name.padEnd(16)} ${FAULTS[name].what}`).join('\n')}`,
  )
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.same : EXIT.usage));
command.parse();

const began = Date.now();
const say = (text: string): void =>
  void process.stdout.write(`${((Date.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${text}\n`);
process.exit(await main(command.opts<Settings>()));

async function main({ only, logs, ...settings }: Settings): Promise<number> {
  const mountable = await canMount();
  if (only?.includes(DISK_FULL) === true && !mountable) {
    process.stderr.write(`${DISK_FULL} needs a disk of its own, and only root may mount one\n`);
    return EXIT.usage;
  }
  const faults = (only ?? FAULT_NAMES).filter((name) => mountable || name !== DISK_FULL);
  if (!mountable) say(`without ${DISK_FULL}: only root may mount a disk for it`);
  const plan: Plan = { ...settings, faults };
  try {
    return tell(await runOnStack(plan, logs), plan);
  } catch (error) {
    process.stderr.write(`${inspect(error)}\n`);
    say(`did not come to its end; again with --seed ${plan.seed}`);
    return EXIT.different;
  }
}

async function runOnStack(plan: Plan, logsFolder: string | undefined): Promise<ChaosReport> {
  say('starting three brokers, a registry and ClickHouse');
  const [starting, clustering] = [startTestStack(), startBrokerCluster(3)];
  const stopAll = async (): Promise<void> => {
    await Promise.allSettled([starting.then((stack) => stack.stop()), clustering.then((cluster) => cluster.stop())]);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stopAll().finally(() => process.exit(130)));
  try {
    const [stack, cluster] = await Promise.all([starting, clustering]);
    const { clickhouse } = stack.stack;
    const mountDisk = plan.faults.includes(DISK_FULL) ? mountStateDisk : undefined;
    return await chaosRun({ stack, cluster, clickhouseServer: clickhouse, mountDisk, logsFolder }, plan, say);
  } finally {
    await stopAll();
  }
}

function tell(report: ChaosReport, plan: Plan): number {
  const { disturbed, undisturbed, strikes, kills, endedByThemselves, posted, viewed } = report;
  for (const [name, count] of Object.entries(strikes)) say(`${name} ${count} times`);
  say(`${kills} times kill -9 of a service`);
  for (const [why, times] of endedByThemselves) say(`${times} times ended by itself, ${why}`);
  for (const [part, records] of Object.entries(undisturbed.parts)) say(`${records.length} ${part}`);
  say(
    `${posted.records} records posted, ${posted.repeatedRequests} requests repeated, ${posted.twice} records twice in the log`,
  );
  say(`${viewed.reads} classes read at the console`);
  const faults = [...someOf(posted.faults), ...someOf(viewed.faults)];
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  const different = differences(disturbed, undisturbed);
  for (const difference of different) process.stdout.write(`${textOf(difference)}\n`);
  for (const id of disturbed.repeatedIds.slice(0, 3)) process.stdout.write(`told more than once: ${id}\n`);
  if (disturbed.logLength !== undisturbed.logLength)
    process.stdout.write(
      `the log grew between the runs, from ${disturbed.logLength} to ${undisturbed.logLength} records\n`,
    );
  const isSame =
    different.length + faults.length + disturbed.repeatedIds.length === 0 &&
    disturbed.logLength === undisturbed.logLength;
  say(isSame ? `the same, of seed ${plan.seed}` : `not the same; again with --seed ${plan.seed}`);
  return isSame ? EXIT.same : EXIT.different;
}

function someOf(faults: readonly string[]): readonly string[] {
  const told = faults.slice(0, FAULTS_TOLD);
  return faults.length > told.length ? [...told, `and ${faults.length - told.length} more of this kind`] : told;
}

function textOf({ part, index, here, there, countHere, countThere }: Difference): string {
  return [
    `${part}: ${countHere} after the faults, ${countThere} undisturbed; the first that differs, number ${index}:`,
    `  after the faults  ${here ?? 'none'}`,
    `  undisturbed       ${there ?? 'none'}`,
  ].join('\n');
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`A whole number from ${least} on is expected.`);
    return value;
  };
}
