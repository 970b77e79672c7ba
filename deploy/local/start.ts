/** `npm start`: the embedded stack, the services and the demonstration city on this machine, until Ctrl-C. */
import { relative } from 'node:path';
import { cityState, loadCity, startTrickle, type CityState } from './demo-city.ts';
import { writeEndpoints, type Endpoints } from './endpoints.ts';
import { showFirstChanges } from './first-changes.ts';
import { takeLock } from './lock.ts';
import { parseStartOptions, type StartOptions } from './options.ts';
import { missingPrerequisites } from './prerequisites.ts';
import { createProgress, seconds, type Progress } from './progress.ts';
import { prepareStack } from './prepare-stack.ts';
import { SERVICES, startService, type ServiceName, type ServiceSetting } from './services.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';
import { describe, endStaleProcesses, fetchJars, freePorts, jarsAreCached, logOf, startStack } from './stack/index.ts';
import type { Stack } from './stack/index.ts';

const EXIT_PREREQUISITE = 2;
class PrerequisiteError extends Error {}

const FIRST_CHANGES = 5;
const options = parseStartOptions(process.argv.slice(2));
const progress = createProgress();
const shutdown = createShutdown(() => progress.line('stopping'));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!shutdown.signal.aborted) return void shutdown.begin(0);
    // Asked twice: at once. What is still starting is ended by the guardian, whose pipe closes with this process.
    shutdown.killAll();
    process.exit(130);
  });
}

try {
  const starting = start(options, progress, shutdown);
  shutdown.during(starting);
  await starting;
} catch (error) {
  if (!shutdown.signal.aborted) console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  await shutdown.begin(error instanceof PrerequisiteError ? EXIT_PREREQUISITE : 1);
}

async function start({ dataDir, ports, ...options }: StartOptions, progress: Progress, shutdown: Shutdown) {
  const unlock = takeLock(dataDir);
  await shutdown.add({ name: 'lock', stop: async () => unlock() });
  const stale = await endStaleProcesses(dataDir);
  if (stale.length > 0) progress.line(`ended what an earlier run had left behind: ${stale.join(', ')}`);
  await checkPrerequisites(dataDir, ports);
  if (!jarsAreCached()) {
    await progress.step('fetching Kafka and the schema registry through Maven, once (180 MB)', () =>
      fetchJars(shutdown.signal),
    );
  }

  const stack = await progress.step('Kafka, schema registry and ClickHouse', (note) => startParts(note));
  await shutdown.add(stack);
  stopWhenPartDies(stack, shutdown);
  await progress.step('topics, schemas, tables', () => prepareStack(stack, (text) => progress.line(`! ${text}`)));

  const setting = await serviceSetting(stack, shutdown);
  const city: CityState = options.empty ? { kind: 'NONE' } : await cityState(stack, options.enterprises);
  const run = async (name: ServiceName) => shutdown.add(await startService(name, setting));
  const first = SERVICES.filter((name) => name !== 'intake');
  await progress.step(`${first.join(', ')}`, () => Promise.all(first.map(run)));
  const changes = await showFirstChanges(stack, {
    count: FIRST_CHANGES,
    show: (text) => progress.line(`  ${seconds(process.uptime() * 1000).padStart(7)}  ${text}`),
  });
  await shutdown.add(changes);

  if (city.kind === 'TO_LOAD') {
    const { enterprises } = city.city;
    const more = city.brokenOff ? '; going on with a load that was broken off' : '';
    progress.line(`demonstration city (synthetic): ${enterprises} enterprises, three years${more}`);
    await loadCity(stack, city.city, shutdown.signal);
  }
  // Intake comes after the load: it takes no events while the past is being loaded.
  await progress.step('intake', () => run('intake'));
  if (city.kind !== 'NONE' && options.rate > 0) {
    const trickle = { city: city.city, rate: options.rate, intakePort: ports.intake };
    await shutdown.add(startTrickle(stack, trickle, (text) => progress.line(`! ${text}`)));
  }
  const remove = writeEndpoints(dataDir, endpointsOf(stack, setting));
  await shutdown.add({ stop: async () => remove() });
  progress.line(summary(stack));

  async function startParts(note: (text: string) => void): Promise<Stack> {
    const ready: string[] = [];
    return startStack({
      dataDir,
      kafkaPort: ports.kafka,
      registryPort: ports.registry,
      clickhousePort: ports.clickhouse,
      kafkaHeapMb: 768,
      signal: shutdown.signal,
      onReady(part, ms) {
        ready.push(`${part} ${seconds(ms)}`);
        note(ready.join(', '));
      },
    });
  }

  async function serviceSetting(stack: Stack, shutdown: Shutdown): Promise<ServiceSetting> {
    const health = await freePorts(SERVICES.length);
    return {
      stack,
      ports,
      healthPorts: Object.fromEntries(SERVICES.map((name, i) => [name, health[i]])) as Record<ServiceName, number>,
      signal: shutdown.signal,
      onRestart: (message) => progress.line(`! ${message}`),
      onHopeless: (error) => fail(error, shutdown),
    };
  }

  function summary(stack: Stack): string {
    const folder = relative(process.cwd(), dataDir) || '.';
    return [
      `\neverything runs, ${seconds(process.uptime() * 1000)} after the start; open`,
      `  http://127.0.0.1:${ports.console}/#token=${stack.secrets.tokens.operator}`,
      `intake http://127.0.0.1:${ports.intake}/v1/events, Kafka ${stack.kafkaBrokers}, registry ${stack.registryUrl}, ClickHouse ${stack.clickhouseUrl}`,
      `passwords and tokens: ${folder}/secrets.json · logs: ${folder}/logs`,
      `in another terminal: npm run tail -- risk.class-changed.v1`,
      `                     npm run import -- FILE --mapping NAME`,
      `Ctrl-C stops everything, npm start goes on with the data, npm run reset deletes them`,
    ].join('\n');
  }

  function endpointsOf(stack: Stack, { healthPorts }: ServiceSetting): Endpoints {
    return {
      kafkaBrokers: stack.kafkaBrokers,
      registryUrl: stack.registryUrl,
      clickhouseUrl: stack.clickhouseUrl,
      consoleUrl: `http://127.0.0.1:${ports.console}`,
      intakeUrl: `http://127.0.0.1:${ports.intake}`,
      health: Object.fromEntries(SERVICES.map((name) => [name, `http://127.0.0.1:${healthPorts[name]}`])),
    };
  }
}

async function checkPrerequisites(dataDir: string, ports: StartOptions['ports']): Promise<void> {
  const problems = await missingPrerequisites(dataDir, ports);
  if (problems.length === 0) return;
  throw new PrerequisiteError(`npm start cannot begin:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
}

/** Without one of the three nothing works and nothing is lost: the log says why, the next start goes on. */
function stopWhenPartDies(stack: Stack, shutdown: Shutdown): void {
  for (const { child } of [stack.kafka, stack.registry, stack.clickhouse]) {
    void child.exited.then((exit) => {
      if (!shutdown.signal.aborted) fail(new Error(`${child.name} died (${describe(exit)})${logOf(child)}`), shutdown);
    });
  }
}

function fail(error: Error, shutdown: Shutdown): void {
  progress.line(`\n✘ ${error.message}`);
  void shutdown.begin(1);
}
