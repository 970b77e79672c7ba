import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { prepareStack } from '../../deploy/local/prepare-stack.ts';
import { SERVICE_FLAGS } from '../../deploy/local/services.ts';
import { freePort, startChild, untilReady, type Child } from '../../deploy/local/stack/index.ts';
import { startTestStack, type TestStack } from '../stack/test-stack.ts';
import { packageRoot } from '#libs/service';
import { benchModel } from './assessments.ts';
import { benchPopulation } from './population.ts';
import { benchReviews } from './reviews.ts';
import { eventsOffered, measureLatency, type Latency } from './latency.ts';
import { watchProcess, type ProcessUse } from './process-use.ts';
import { fillLog } from './fill-log.ts';
import { remember, type TakeOver } from './history.ts';
import { watchGroup, type GroupProgress } from './watch-group.ts';
import { RECORD_SCHEMAS, TOPICS } from '#libs/contracts';
import { connectKafka, connectRegistry, type AvroRegistry, type KafkaConnection } from '#libs/stream';

const HELP = `npm run bench -- [options]

Measures, in one run on this machine with a Kafka, a registry and a ClickHouse of its own:
  model       assessments per second of the evaluator alone, 8 and 64 facts each
  pipeline    what kafkajs alone reads and decodes; what the scorer reaches with outputs, transactions and durable state;
              what reaches ClickHouse; the time from a produced event to its class change and to its visible row; and how
              long after a kill -9 another scorer is ready, over the store and from the log alone
  population  seconds, processor seconds and memory for the whole population in ClickHouse, from the log and over folded
              facts, and over no facts at all
  reviews     how long until so many reviews that are due at one moment have fired, with a handler that does next to nothing
The pipeline adds a line to bench-results/history.jsonl, which npm run bench:history shows.

  --only PARTS      of the four above, comma-separated (default all)
  --population N    enterprises of the population       (default 100000), ten facts each; 1000000 take some minutes
  --reviews N       due at one moment                   (default 1000000)

  --events N        events of the backlog               (default 400000)
  --enterprises N   enterprises they are spread over    (default 50000)
  --zipf            a few enterprises have most of the events: the tenth has a tenth of those of the first
  --scorers N       processes that share the backlog    (default 1)
  --together        the warehouse works on the backlog beside the scorer, not after it: how long a replay takes from an
                    empty state to all rows in ClickHouse
  --rate LIST       events per second for the latency   (default 200,2000)
  --burst N         so many listings at one moment in a last measurement at the first rate (default 12000)
  --seconds N       length of each latency measurement  (default 20)
  --profile DIR     write a CPU profile of the scorer and the warehouse into this folder
  --help
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'model,pipeline,population,reviews' },
    population: { type: 'string', default: '100000' },
    reviews: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '400000' },
    enterprises: { type: 'string', default: '50000' },
    zipf: { type: 'boolean', default: false },
    scorers: { type: 'string', default: '1' },
    together: { type: 'boolean', default: false },
    rate: { type: 'string', default: '200,2000' },
    burst: { type: 'string', default: '12000' },
    seconds: { type: 'string', default: '20' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

/** Of the members of the groups: how long the partitions of a dead one stand still. */
const SESSION_MS = 6_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const PARTS = ['model', 'pipeline', 'population', 'reviews'];
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
const stack = await startTestStack({ clickhouseMemoryBytes: 3_000_000_000 });
const running: Child[] = [];
process.once('SIGINT', () => void stopAll().then(() => process.exit(130)));
try {
  await prepareStack(stack.stack, say);
  if (parts.includes('pipeline')) await bench(stack);
  for (const child of running.splice(0)) await child.stop();
  if (parts.includes('population')) await benchPopulation(stack, Number(values.population), say);
  if (parts.includes('reviews')) await benchReviews(stack.kafkaBrokers, Number(values.reviews), say);
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
  const spread = values.zipf ? 'ZIPF' : 'EVEN';
  const enterprises = Number(values.enterprises);
  const filled = await fillLog({ connection, registry, events, enterprises, spread });
  say(
    `log filled: ${events} events over ${enterprises} enterprises (${spread.toLowerCase()}), ${filled.bytesPerEvent} bytes each, ${filled.perSecond}/s`,
  );

  const decode = await decodeOnly(kafkaBrokers, registryUrl, filled.records);
  say(row('kafkajs reads and decodes, nothing else', decode, decode));

  const scorers = Number(values.scorers);
  const startWarehouse = async (): Promise<() => ProcessUse> => {
    const { pid } = await start('warehouse', {
      CLICKHOUSE_URL: stack.clickhouseUrl,
      CLICKHOUSE_USER: 'warehouse',
      CLICKHOUSE_PASSWORD: stack.clickhousePasswords.warehouse,
    });
    return watchProcess(pid);
  };
  const began = performance.now();
  const beside = values.together ? await startWarehouse() : undefined;
  const scorer = await start('scorer', {});
  for (let more = 1; more < scorers; more++) await start('scorer', {}, `scorer-${more + 1}`);
  const scored = await watchGroup(connection, 'scorer', [TOPICS.events.name], watchProcess(scorer.pid));
  say(row(`${scorers} scorer(s): outputs, transactions, durable state`, scored.perSecond, decode, scored));

  const stopWatching = beside ?? (await startWarehouse());
  const topics = [TOPICS.events.name, TOPICS.positions.name, TOPICS.classChanged.name, TOPICS.warnings.name];
  const written = await watchGroup(connection, 'warehouse', topics, stopWatching);
  const togetherSeconds = values.together ? (performance.now() - began) / 1_000 : null;
  if (togetherSeconds === null)
    say(row('ClickHouse: facts, positions, changes, warnings (rows)', written.perSecond, decode, written));
  else
    say(
      `scorer and warehouse together: all rows are in ClickHouse ${togetherSeconds.toFixed(1)} s after they were started`,
    );

  const [first, ...further] = await latencies(connection, registry, enterprises);
  // A killed process leaves no profile.
  const takeOver = scorers === 1 && values.profile === undefined ? await takeOvers(scorer) : null;
  const file = remember({
    events,
    enterprises,
    spread,
    scorers,
    ruleSet: filled.ruleSet,
    bytesPerEvent: filled.bytesPerEvent,
    decodeOnly: decode,
    scorer: scored,
    warehouse: written,
    togetherSeconds,
    ...(first as LatencyAt),
    further,
    takeOver,
  });
  say(`a line more in ${file}; npm run bench:history shows them`);
}

/** Kills the scorer with -9 and takes the time until another one is ready: over its store, and from the log alone. */
async function takeOvers(scorer: Child): Promise<TakeOver> {
  const after = async (killed: Child, prepare: () => Promise<void>): Promise<{ seconds: number; next: Child }> => {
    process.kill(killed.pid, 'SIGKILL');
    await killed.exited;
    await prepare();
    const began = performance.now();
    const next = await start('scorer', {}, 'scorer', 'ready');
    return { seconds: (performance.now() - began) / 1_000, next };
  };
  const withStore = await after(scorer, async () => undefined);
  const withoutStore = await after(withStore.next, () =>
    rm(join(stack.dataDir, 'state', 'scorer'), { recursive: true, force: true }),
  );
  const takeOver = { withStoreSeconds: withStore.seconds, withoutStoreSeconds: withoutStore.seconds };
  say(
    `killed with -9, another scorer is ready after ${takeOver.withStoreSeconds.toFixed(1)} s with its store, ` +
      `after ${takeOver.withoutStoreSeconds.toFixed(1)} s from the log alone; ${SESSION_MS / 1_000} s of it the dead one's session`,
  );
  return takeOver;
}

interface LatencyAt {
  readonly rate: number;
  readonly burst: number;
  readonly latency: Latency;
}

/** At each rate, then once more at the first one with a burst; each with enterprises that nothing is known of. */
async function latencies(connection: KafkaConnection, registry: AvroRegistry, known: number): Promise<LatencyAt[]> {
  const seconds = Number(values.seconds);
  const rates = values.rate.split(',').map(Number);
  const cases = rates.map((rate) => ({ rate, burst: 0 }));
  const burst = Number(values.burst);
  if (burst > 0) cases.push({ rate: rates[0] as number, burst });
  const found: LatencyAt[] = [];
  let firstEnterprise = known;
  for (const each of cases) {
    const latency = await measureLatency({ connection, registry, stack, seconds, firstEnterprise, ...each });
    firstEnterprise += eventsOffered({ seconds, ...each });
    found.push({ ...each, latency });
    const wave = each.burst === 0 ? '' : ` and ${each.burst} at one moment`;
    say(
      `at ${each.rate} events/s${wave}, ${latency.changes} class changes (${latency.lost} of them not seen): milliseconds from produced to`,
    );
    say(
      `  class change at a read-committed subscriber  p50 ${latency.toSubscriber.p50}  p99 ${latency.toSubscriber.p99}`,
    );
    say(`  visible row in ClickHouse                    p50 ${latency.toRow.p50}  p99 ${latency.toRow.p99}`);
  }
  return found;
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

async function start(
  app: 'scorer' | 'warehouse',
  env: Record<string, string>,
  name: string = app,
  until: 'live' | 'ready' = 'live',
): Promise<Child> {
  const healthPort = await freePort();
  const child = startChild(stack.stack.home, {
    name,
    command: process.execPath,
    args: [...profileArguments(), ...SERVICE_FLAGS, join(packageRoot(), `dist/apps/${app}/src/main.js`)],
    env: {
      ...process.env,
      KAFKA_BROKERS: stack.kafkaBrokers,
      SCHEMA_REGISTRY_URL: stack.registryUrl,
      HEALTH_PORT: String(healthPort),
      RISK_STATE_DIR: join(stack.dataDir, 'state', name),
      LOG_LEVEL: 'warn',
      KAFKA_SESSION_TIMEOUT_MS: String(SESSION_MS),
      ...env,
    },
  });
  running.push(child);
  const isUp = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${healthPort}/${until}`)).ok;
  await untilReady(child, isUp, { deadlineMs: until === 'live' ? 60_000 : 900_000 });
  return child;
}

function profileArguments(): string[] {
  return values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
}
