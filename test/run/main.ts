/** `npm test`: every level of tests, those that need it on one real stack of their own; the last line is the sum. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { packageRoot } from '#libs/service';
import { startTestStack, writeEndpoints, type TestStack } from '../stack/test-stack.ts';
import { addUp, countOf, hasFailed, type Count } from './count.ts';

/** Levels that run beside each other on files alone, and levels that share the stack and go one by one. */
const ALONE = ['unit', 'contract'];
const ON_STACK = ['component', 'e2e'];

/** How long jest may take to end once its report is written. */
const ENDS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

const command = new Command('npm test --')
  .description('Runs the tests, by default all of them, on a Kafka, a registry and a ClickHouse of their own.')
  .argument('[paths...]', 'only test files whose path contains one of these')
  .addOption(
    new Option('--only <level>', `only this level: ${[...ALONE, ...ON_STACK].join(', ')}; may be repeated`).argParser(
      level,
    ),
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
command.parse();
const levels = command.opts<{ only?: string[] }>().only ?? [...ALONE, ...ON_STACK];
const paths = command.args;

const workDir = await mkdtemp(join(tmpdir(), 'risk-test-run-'));
let stack: Promise<TestStack> | undefined;
let interrupted = false;
const cleanUp = async () => {
  await stack?.then(
    (running) => running.stop(),
    () => undefined,
  );
  await rm(workDir, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // jest sees the terminal's Ctrl-C itself; the stack is ours to end. A second signal ends us: the guardian cleans up.
    if (interrupted) process.exit(130);
    interrupted = true;
    void cleanUp().finally(() => process.exit(130));
  });
}

let sum: Count = { passed: 0, failed: 0, skipped: 0 };
try {
  const onStack = levels.filter((level) => ON_STACK.includes(level));
  const needsStack = onStack.length > 0 && (await hasTests(onStack));
  if (needsStack) {
    // It starts while the tests that do not need it run.
    stack = startTestStack();
    stack.catch(() => undefined);
  }
  const alone = levels.filter((level) => ALONE.includes(level));
  if (alone.length > 0) sum = addUp(sum, await runJest('alone', alone, []));
  if (needsStack)
    sum = addUp(sum, await runJest('on-stack', onStack, ['--runInBand', '--forceExit'], await stackEnv(await stack!)));
} catch (error) {
  console.error(error);
  sum = addUp(sum, { passed: 0, failed: 1, skipped: 0 });
} finally {
  await cleanUp();
}

if (sum.skipped > 0) console.log(`${sum.skipped} tests were skipped: no test may be`);
if (sum.passed + sum.failed + sum.skipped === 0) console.log('no test was found');
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exit(hasFailed(sum) ? 1 : 0);

function level(name: string, before: string[] = []): string[] {
  if (![...ALONE, ...ON_STACK].includes(name)) throw new InvalidArgumentError('There is no such level.');
  return [...before, name];
}

async function stackEnv(running: TestStack): Promise<NodeJS.ProcessEnv> {
  const file = join(workDir, 'stack.json');
  await writeEndpoints(file, running);
  return {
    TEST_STACK_FILE: file,
    TEST_KAFKA_BROKERS: running.kafkaBrokers,
    TEST_SCHEMA_REGISTRY_URL: running.registryUrl,
    TEST_CLICKHOUSE_URL: running.clickhouseUrl,
  };
}

function startJest(args: readonly string[], env: NodeJS.ProcessEnv, output: 'inherit' | 'pipe') {
  const options = ['--experimental-vm-modules --disable-warning=ExperimentalWarning', process.env['NODE_OPTIONS'] ?? '']
    .join(' ')
    .trim();
  return spawn(process.execPath, [join(packageRoot(), 'node_modules/jest/bin/jest.js'), ...args], {
    cwd: packageRoot(),
    env: { ...process.env, ...env, NODE_OPTIONS: options },
    stdio: ['ignore', output, 'inherit'],
  });
}

async function hasTests(projects: readonly string[]): Promise<boolean> {
  const jest = startJest(['--listTests', '--selectProjects', ...projects, '--', ...paths], {}, 'pipe');
  let found = '';
  jest.stdout?.on('data', (chunk: Buffer) => (found += chunk.toString()));
  await once(jest, 'close');
  return found.includes('.spec.ts');
}

async function runJest(
  name: string,
  projects: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Count> {
  const report = join(workDir, `${name}.json`);
  const output = ['--passWithNoTests', '--json', `--outputFile=${report}`];
  const jest = startJest([...output, ...args, '--selectProjects', ...projects, '--', ...paths], env, 'pipe');
  // The report goes to standard output as well; the file is enough.
  jest.stdout?.resume();
  const code = await endOf(jest, report);
  const text = await readFile(report, 'utf8').catch(() => undefined);
  return countOf(text, code);
}

/**
 * The exit code. A process that has written its report and does not end is ended, and its report counts: at its own end Node
 * waits for the native handles that are left, and was seen to wait for ever.
 */
async function endOf(jest: ChildProcess, report: string): Promise<number | null> {
  let reportedAt: number | undefined;
  let wasEnded = false;
  const timer = setInterval(() => {
    if (existsSync(report)) reportedAt ??= performance.now();
    if (reportedAt === undefined || performance.now() - reportedAt < ENDS_WITHIN_MS) return;
    wasEnded = true;
    jest.kill('SIGKILL');
  }, LOOK_EVERY_MS);
  const [code] = (await once(jest, 'close')) as [number | null];
  clearInterval(timer);
  return wasEnded ? 0 : code;
}
