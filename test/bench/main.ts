import { parseArgs } from 'node:util';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { prepareStack } from '../../deploy/local/prepare-stack.ts';
import { freePort, startChild, untilReady, type Child } from '../../deploy/local/stack/index.ts';
import { startTestStack, type TestStack } from '../stack/test-stack.ts';
import { packageRoot } from '#libs/service';
import { benchModel } from './assessments.ts';
import { benchPopulation } from './population.ts';
import { measureLatency } from './latency.ts';
import { watchProcess } from './process-use.ts';
import { fillLog } from './fill-log.ts';
import { remember } from './history.ts';
import { watchGroup, type GroupProgress } from './watch-group.ts';
import { RECORD_SCHEMAS, TOPICS } from '#libs/contracts';
import { connectKafka, connectRegistry } from '#libs/stream';

const HELP = `npm run bench -- [options]

Measures, in one run on this machine with a Kafka, a registry and a ClickHouse of its own:
  model       assessments per second of the evaluator alone, 8 and 64 facts each
  pipeline    what kafkajs alone reads and decodes; what the scorer reaches with outputs, transactions and durable state;
              what reaches ClickHouse; and the time from a produced event to its class change and to its visible row
  population  seconds for the whole population in ClickHouse, over folded facts and from the log
The pipeline adds a line to bench-results/history.jsonl, which npm run bench:history shows.

  --only PARTS      of the three above, comma-separated (default all)
  --population N    enterprises of the population       (default 1000000), ten facts each

  --events N        events of the backlog               (default 400000)
  --enterprises N   enterprises they are spread over    (default 50000)
  --rate N          events per second for the latency   (default 200)
  --seconds N       length of the latency measurement   (default 20)
  --profile DIR     write a CPU profile of the scorer and the warehouse into this folder
  --help
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'model,pipeline,population' },
    population: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '400000' },
    enterprises: { type: 'string', default: '50000' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const PARTS = ['model', 'pipeline', 'population'];
const parts = values.only.split(',');
const unknown = parts.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  process.stderr.write(`--only ${unknown.join(', ')} is not known; of ${PARTS.join(', ')}\n`);
  process.exit(2);
}
const events = Number(values.events);
say(`node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`);
if (parts.includes('model')) benchModel(say);
if (parts.length === 1 && parts[0] === 'model') process.exit(0);
const stack = await startTestStack();
const running: Child[] = [];
process.once('SIGINT', () => void stopAll().then(() => process.exit(130)));
try {
  await prepareStack(stack.stack, say);
  if (parts.includes('pipeline')) await bench(stack);
  for (const child of running.splice(0)) await child.stop();
  if (parts.includes('population')) await benchPopulation(stack, Number(values.population), say);
} finally {
  await stopAll();
}
process.exit(0);

async function stopAll(): Promise<void> {
  for (const child of running) await child.stop();
  await stack.stop();
}

async function bench({ kafkaBrokers, registryUrl }: TestStack): Promise<void> {
  say('the pipeline; the broker, ClickHouse and this harness are on the same cores');
  const connection = connectKafka({ clientId: 'bench', brokers: [kafkaBrokers] });
  const registry = await connectRegistry({ url: registryUrl }, RECORD_SCHEMAS);
  const filled = await fillLog({ connection, registry, events, enterprises: Number(values.enterprises) });
  say(
    `log filled: ${events} events over ${values.enterprises} enterprises, ${filled.bytesPerEvent} bytes each, ${filled.perSecond}/s`,
  );

  const decode = await decodeOnly(kafkaBrokers, registryUrl, filled.records);
  say(row('kafkajs reads and decodes, nothing else', decode, decode));

  const scorer = await start('scorer', {});
  const scored = await watchGroup(connection, 'scorer', [TOPICS.events.name], watchProcess(scorer.pid));
  say(row('scorer: outputs, transactions, durable state', scored.perSecond, decode, scored));

  const warehouse = await start('warehouse', {
    CLICKHOUSE_URL: stack.clickhouseUrl,
    CLICKHOUSE_USER: 'warehouse',
    CLICKHOUSE_PASSWORD: stack.clickhousePasswords.warehouse,
  });
  const topics = [TOPICS.events.name, TOPICS.positions.name, TOPICS.classChanged.name, TOPICS.warnings.name];
  const written = await watchGroup(connection, 'warehouse', topics, watchProcess(warehouse.pid));
  say(row('ClickHouse: facts, positions, changes, warnings (rows)', written.perSecond, decode, written));

  const latency = await measureLatency({
    connection,
    registry,
    stack,
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    firstEnterprise: Number(values.enterprises),
  });
  say(
    `at ${values.rate} events/s, ${latency.changes} class changes (${latency.lost} of them not seen): milliseconds from produced to`,
  );
  say(
    `  class change at a read-committed subscriber  p50 ${latency.toSubscriber.p50}  p99 ${latency.toSubscriber.p99}`,
  );
  say(`  visible row in ClickHouse                    p50 ${latency.toRow.p50}  p99 ${latency.toRow.p99}`);
  const file = remember({
    events,
    enterprises: Number(values.enterprises),
    ruleSet: filled.ruleSet,
    bytesPerEvent: filled.bytesPerEvent,
    decodeOnly: decode,
    scorer: scored,
    warehouse: written,
    rate: Number(values.rate),
    latency,
  });
  say(`a line more in ${file}; npm run bench:history shows them`);
}

function row(what: string, perSecond: number, base: number, more?: GroupProgress): string {
  const memory =
    more === undefined
      ? ''
      : `  ${more.cpuMicros.toFixed(1)} CPU µs each  peak ${more.peakRss} MB (anonymous ${more.peakAnonymous} MB)  ${more.seconds.toFixed(1)} s`;
  return `${what.padEnd(56)} ${String(perSecond).padStart(8)}/s  ${(perSecond / base).toFixed(2)}${memory}`;
}

async function decodeOnly(brokers: string, registryUrl: string, records: number): Promise<number> {
  const { spawnSync } = await import('node:child_process');
  const script = join(packageRoot(), 'dist/test/bench/decode-only.js');
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--max-semi-space-size=64', script, brokers, registryUrl, String(records)],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (status !== 0) throw new Error('the decode-only consumer failed');
  return (JSON.parse(stdout) as { perSecond: number }).perSecond;
}

async function start(name: 'scorer' | 'warehouse', env: Record<string, string>): Promise<Child> {
  const healthPort = await freePort();
  const child = startChild(stack.stack.home, {
    name,
    command: process.execPath,
    args: [
      ...profileArguments(),
      '--enable-source-maps',
      '--max-semi-space-size=64',
      join(packageRoot(), `dist/apps/${name}/src/main.js`),
    ],
    env: {
      ...process.env,
      KAFKA_BROKERS: stack.kafkaBrokers,
      SCHEMA_REGISTRY_URL: stack.registryUrl,
      HEALTH_PORT: String(healthPort),
      RISK_STATE_DIR: join(stack.dataDir, 'state', name),
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  running.push(child);
  await untilReady(child, async () => (await fetch(`http://127.0.0.1:${healthPort}/live`)).ok, { deadlineMs: 60_000 });
  return child;
}

function profileArguments(): string[] {
  return values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
}
