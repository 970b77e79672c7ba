import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectKafka,
  createTopics,
  deadLetterTopic,
  KeyedStreamProcessor,
  readTopic,
  type Chunk,
  type ChunkFunctions,
  type ChunkReport,
  type KafkaConnection,
  type KeyedStreamOptions,
  type Moment,
  type Outcome,
  type Output,
  type TopicRecord,
} from '#libs/stream';
import { testStack } from '../../stack/connect.ts';

/** A small keyed app for trying the stream library: it counts and adds up, and reviews a key where a record asks for it. */
export interface Tally {
  readonly count: number;
  readonly sum: number;
  readonly reviewed: readonly number[];
}

interface TallyInput {
  readonly add: number;
  readonly pad?: number;
  readonly reviewAt?: number;
  readonly again?: readonly number[];
  readonly to?: string;
}

export interface TallyTopics {
  readonly input: string;
  readonly changes: string;
  readonly snapshots: string;
  readonly deadLetters: string;
}

export const GROUP = 'tally';
const EMPTY: Tally = { count: 0, sum: 0, reviewed: [] };

/** What happens to tallies; the functions are handed to `replay`. */
function tallying(topics: TallyTopics, weight: number): ChunkFunctions<Tally> {
  const accepted = (
    state: Tally,
    nextDue: number | null,
    why: string,
    key: Buffer | null,
    moment: Moment,
  ): Outcome<Tally> => {
    const { asOf: at, offset, ordinal, memory } = moment;
    const text = JSON.stringify({ why, at, offset, ordinal, memory, ...state });
    return {
      kind: 'accepted',
      state,
      nextDue,
      publishNow: false,
      outputs: [{ topic: topics.changes, message: { key, value: Buffer.from(text) } }],
    };
  };
  return {
    /**
     * Input values: `{"add":n}`, with `"reviewAt":ms` to be reviewed then, `"pad":n` to tell n bytes more, with `"again":[offsets],"to":key` to send those
     * records on to another key; `poison` is refused; `sweep` makes every key due.
     */
    record(message, _key, state, moment) {
      const text = message.value?.toString('utf8') ?? '';
      if (text === 'tick') return { kind: 'unchanged' };
      if (text === 'sweep') return { kind: 'memory', memory: `swept at ${moment.asOf}`, reviewAll: true };
      if (text.startsWith('poison')) return { kind: 'deadLetter', reason: 'poison' };
      const { add, reviewAt, pad, again, to } = JSON.parse(text) as TallyInput;
      const before = state ?? EMPTY;
      const after = { ...before, count: before.count + 1, sum: before.sum + weight * add };
      const why = `add${'.'.repeat(pad ?? 0)}`;
      const outcome = accepted(after, reviewAt ?? null, why, message.key, moment);
      if (outcome.kind !== 'accepted' || again === undefined) return outcome;
      const outputsOf = (records: readonly TopicRecord[]): Output[] =>
        records.map(({ value }) => ({
          topic: topics.input,
          message: { key: to ?? '', value, timestamp: moment.asOf },
          partition: 'KEY',
        }));
      return { ...outcome, readAgain: { offsets: again, outputsOf } };
    },
    review: (key, state, moment) =>
      accepted({ ...state, reviewed: [...state.reviewed, moment.asOf] }, null, 'review', Buffer.from(key), moment),
  };
}

export interface TallyRig {
  readonly connection: KafkaConnection;
  readonly topics: TallyTopics;
  readonly reports: ChunkReport[];
  readonly crashes: Error[];
  start(
    name: string,
    extra?: Partial<KeyedStreamOptions<Tally>> & {
      handle?: (chunk: Chunk<Tally>, replay: (chunk: Chunk<Tally>) => Promise<void>) => Promise<void>;
      /** Stands where an app prepares the bytes of a chunk. */
      readonly beforeReplay?: () => Promise<void>;
      /** What an addition counts: another engine version may see it otherwise. */
      readonly weight?: number;
    },
  ): Promise<KeyedStreamProcessor<Tally>>;
  stateDirectory(name: string): string;
  read(topic: string): Promise<TopicRecord[]>;
  /** What the group has committed, by partition. */
  committed(): Promise<readonly string[]>;
  /** Deletes the input topic and makes another of the same name; nothing may read or write it. */
  emptyInput(): Promise<void>;
  dispose(): Promise<void>;
}

let rigs = 0;

/** Topics of their own on a broker, the test stack's unless another is named, and processors over them. */
export async function createTallyRig(partitions = 2, kafkaBrokers = testStack().kafkaBrokers): Promise<TallyRig> {
  const connection = connectKafka({ clientId: 'tally', brokers: [kafkaBrokers] });
  const input = `tally-${process.pid}-${Date.now()}-${rigs++}`;
  const topics = {
    input,
    changes: `${input}.changes`,
    snapshots: `${input}.snapshots`,
    deadLetters: deadLetterTopic(input, GROUP),
  };
  await createTopics(connection, [
    ...[topics.input, topics.changes, topics.deadLetters].map((topic) => ({ topic, partitions })),
    { topic: topics.snapshots, partitions, config: { 'cleanup.policy': 'compact' } },
  ]);
  const root = mkdtempSync(join(tmpdir(), 'tally-'));
  const running = new Set<KeyedStreamProcessor<Tally>>();
  const reports: ChunkReport[] = [];
  const crashes: Error[] = [];
  const rig: TallyRig = {
    connection,
    topics,
    reports,
    crashes,
    stateDirectory: (name) => join(root, name),
    async start(name, { handle, beforeReplay, weight, ...extra } = {}) {
      const functions = tallying(topics, weight ?? 1);
      const replay = async (chunk: Chunk<Tally>): Promise<void> => {
        await beforeReplay?.();
        chunk.replay(functions);
        await chunk.readAgain(async () => undefined);
      };
      const processor = new KeyedStreamProcessor<Tally>(
        input,
        {
          connection,
          groupId: GROUP,
          stateDirectory: rig.stateDirectory(name),
          engineVersion: '1',
          appVersion: 'test',
          sessionTimeoutMs: 6_000,
          codec: {
            encode: (state) => Buffer.from(JSON.stringify(state)),
            decode: (bytes) => JSON.parse(bytes.toString('utf8')) as Tally,
          },
          snapshot: (key, { state, since: { offset, ordinal } }) => ({
            topic: topics.snapshots,
            message: { key, value: Buffer.from(JSON.stringify({ ...state, offset, ordinal })) },
          }),
          clockTick: () => ({ key: null, value: Buffer.from('tick') }),
          onChunk: (report) => reports.push(report),
          onCrash: (error) => crashes.push(error),
          ...extra,
        },
        handle === undefined ? replay : (chunk) => handle(chunk, replay),
      );
      await processor.start();
      running.add(processor);
      return processor;
    },
    async read(topic) {
      const records: TopicRecord[] = [];
      const reading = await readTopic(connection, {
        topics: [topic],
        from: 'beginning',
        untilEnd: true,
        onRecord: (each) => void records.push(each),
      });
      await reading.done;
      return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
    },
    async committed() {
      const admin = connection.kafka.admin();
      await admin.connect();
      const [answer] = await admin.fetchOffsets({ groupId: GROUP, topics: [input] });
      await admin.disconnect();
      return (answer?.partitions ?? [])
        .toSorted((a, b) => a.partition - b.partition)
        .map(({ partition, offset }) => `${partition}: ${offset}`);
    },
    async emptyInput() {
      const admin = connection.kafka.admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [input] });
      await eventually('the topic is gone', async () => !(await admin.listTopics()).includes(input));
      await admin.disconnect();
      await createTopics(connection, [{ topic: input, partitions }]);
    },
    async dispose() {
      for (const processor of running) await processor.stop().catch(() => undefined);
      rmSync(root, { recursive: true, force: true });
    },
  };
  return rig;
}

/** Polls until `check` holds; fails with `what` after the deadline. */
export async function eventually(
  what: string,
  check: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`did not come true within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Snapshots by key, the newest only: what a new subscriber of a compacted topic ends up with. */
export function newestByKey(records: readonly TopicRecord[]): Map<string, unknown> {
  return new Map(
    records.map((record) => [record.key?.toString('utf8') ?? '', JSON.parse(record.value?.toString('utf8') ?? 'null')]),
  );
}

export function texts(records: readonly TopicRecord[]): unknown[] {
  return records.map((record) => JSON.parse(record.value?.toString('utf8') ?? 'null'));
}
