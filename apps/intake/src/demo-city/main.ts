import { activeRuleSets, latestRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { createLogger, EnvError } from '#libs/service';
import { HistoryLoadError } from '../history/load-history.ts';
import { readArguments, UsageError, type DemoCommand } from './arguments.ts';
import { cityInLog, connectClusters } from './city-in-log.ts';
import type { CitySettings } from './enterprises.ts';
import { trickleEnv } from './env.ts';
import { exportCity } from './export.ts';
import { createIntakeClient, IntakeRefusedError, type IntakeClient } from './intake-client.ts';
import { loadCity } from './load.ts';
import { RULE_SETS_FOLDER } from '../default-opening.ts';
import { mixOf } from './mix.ts';
import { progressLine } from './progress-line.ts';
import { burst, trickle } from './trickle.ts';

/** 0 done, a trickle stopped · 1 failed · 2 command line wrong or log not empty · 3 interrupted · 78 configuration wrong. */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 3, configuration: 78 } as const;
const REPORT_MS = 60_000;
const STOP_DEADLINE_MS = 3_000;
const stop = new AbortController();

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seconds = (from: number): string => `${((Date.now() - from) / 1_000).toFixed(1)} s`;
const grouped = (count: number): string => count.toLocaleString('en-US');

async function run(command: DemoCommand, signal: AbortSignal): Promise<void> {
  switch (command.command) {
    case 'load':
      return load(command, signal);
    case 'export':
      return writeFile(command, signal);
    case 'mix':
      return countClasses(command);
    case 'trickle':
      return keepGoing(command, signal);
    case 'burst':
      return sendBurst(command, signal);
  }
}

async function load({ settings }: DemoCommand & { command: 'load' }, signal: AbortSignal): Promise<void> {
  const begun = Date.now();
  const line = progressLine(process.stdout);
  const { written, skipped } = await loadCity(settings, {
    signal,
    onEnterprises: (done, all) => line.show(`demonstration city: ${grouped(done)} of ${grouped(all)} enterprises made`),
    onWritten: (count) => line.show(`demonstration city: ${grouped(count)} events loaded`),
    onResume: (loadId) => say(`demonstration city: going on with the interrupted load ${loadId}`),
  });
  const earlier = skipped > 0 ? `, ${grouped(skipped)} were there already` : '';
  line.end(`demonstration city: ${grouped(written)} synthetic events loaded in ${seconds(begun)}${earlier}`);
}

async function writeFile({ settings, out }: DemoCommand & { command: 'export' }, signal: AbortSignal): Promise<void> {
  const begun = Date.now();
  const line = progressLine(process.stdout);
  const count = await exportCity(settings, out, {
    signal,
    onEnterprises: (done, all) => line.show(`${grouped(done)} of ${grouped(all)} enterprises made`),
  });
  line.end(`${grouped(count)} synthetic events written to ${out} in ${seconds(begun)}`);
}

async function countClasses({ settings, ruleSet }: DemoCommand & { command: 'mix' }): Promise<void> {
  const begun = Date.now();
  const files = readRuleSetFolder(RULE_SETS_FOLDER);
  const names = ruleSet === undefined ? latestRuleSets(files).map(({ name }) => name) : [ruleSet];
  const { scored, classes, direct, percentiles } = mixOf(settings, activeRuleSets(files, names));
  const share = (count: number): string => `${((100 * count) / scored).toFixed(2)} %`;
  for (const [riskClass, count] of Object.entries(classes))
    say(`${riskClass}  ${grouped(count).padStart(7)}  ${share(count)}`);
  say(`D by direct determination ${share(direct)}; score percentiles 50/75/90/95/99: ${percentiles.join('/')} points`);
  say(`${grouped(scored)} enterprises in the scored population, ${seconds(begun)}`);
}

function intake(onWait: (reason: string) => void): IntakeClient {
  const { RISK_INTAKE_URL: url, RISK_INTAKE_TOKEN: token } = trickleEnv();
  return createIntakeClient({ url, token }, onWait);
}

/** The enterprises that live events befall. */
async function livingCity({
  settings,
  asLoaded,
}: DemoCommand & { command: 'trickle' | 'burst' }): Promise<CitySettings> {
  return (asLoaded ? await cityInLog(await connectClusters(), 'CLOSED') : undefined) ?? settings;
}

async function keepGoing(command: DemoCommand & { command: 'trickle' }, signal: AbortSignal): Promise<void> {
  const { rate } = command;
  const settings = await livingCity(command);
  const logger = createLogger('trickle');
  let waiting: string | undefined;
  let sent = 0;
  let rejected = 0;
  const client = intake((reason) => {
    if (reason !== waiting) logger.warn({ reason }, 'waiting for intake');
    waiting = reason;
  });
  const report = setInterval(() => logger.info({ sent, rejected, rate }, 'live events'), REPORT_MS);
  logger.info({ rate, enterprises: settings.enterprises, seed: settings.seed }, 'live events begin');
  const onReceipt: Parameters<typeof trickle>[2]['onReceipt'] = (receipt) => {
    waiting = undefined;
    sent += receipt.accepted;
    rejected += receipt.rejected;
    if (receipt.firstFault !== undefined) logger.warn({ fault: receipt.firstFault }, 'intake refused an event');
  };
  const pace = { rate, run: Date.now().toString(36), now: Date.now, onReceipt };
  await trickle(settings, client, pace, signal).finally(() => {
    clearInterval(report);
    logger.info({ sent, rejected }, 'live events end');
  });
}

async function sendBurst(command: DemoCommand & { command: 'burst' }, signal: AbortSignal): Promise<void> {
  const { count, retract } = command;
  const settings = await livingCity(command);
  const begun = Date.now();
  const run = command.run ?? begun.toString(36);
  const client = intake((reason) => say(`waiting: ${reason}`));
  const { accepted, duplicate, rejected } = await burst(settings, client, { run, count, now: begun, retract }, signal);
  const rate = Math.round((accepted * 1_000) / Math.max(1, Date.now() - begun));
  say(
    `July wave ${run}: ${grouped(accepted)} accepted, ${duplicate} known already, ${rejected} refused, in ${seconds(begun)} (${grouped(rate)}/s)`,
  );
  if (!retract) say(`take it back with: trickle --burst july-wave --retract --run ${run} --count ${count}`);
}

function exitCodeOf(error: unknown): number {
  if (stop.signal.aborted) return isTrickle ? EXIT.done : EXIT.interrupted;
  if (error instanceof UsageError && error.help) return EXIT.done;
  process.stderr.write(`${error instanceof Error ? describe(error) : String(error)}\n`);
  if (error instanceof EnvError) return EXIT.configuration;
  return error instanceof UsageError || error instanceof HistoryLoadError ? EXIT.usage : EXIT.failed;
}

const describe = (error: Error): string => {
  const expected = [UsageError, EnvError, HistoryLoadError, IntakeRefusedError].some((kind) => error instanceof kind);
  return expected ? error.message : (error.stack ?? error.message);
};

let isTrickle = false;
for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.once(name, () => {
    stop.abort(new Error(`stopped by ${name}`));
    // A client that waits for an answer must not hold the process: whatever is cut off can be repeated.
    setTimeout(() => process.exit(exitCodeOf(stop.signal.reason)), STOP_DEADLINE_MS).unref();
  });

try {
  const command = readArguments(process.argv.slice(2), Date.now());
  isTrickle = command.command === 'trickle';
  await run(command, stop.signal);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
