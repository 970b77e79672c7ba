import type { KafkaConnection } from '../kafka-connection.ts';
import { readTopic } from '../read-topic.ts';
import { emptyStage, type Stage } from './chunk.ts';
import type { CommittedPosition } from './committed-position.ts';
import type { Moment } from './outcome.ts';
import type { PartitionState } from './partition-state.ts';
import type { RenewalOptions, RuntimeOptions } from './runtime-options.ts';

const OUTPUTS_AT_ONCE = 1_000;
/** Above every ordinal that records and reviews take at one offset. */
const AFTER_ALL = 2 ** 30;

/**
 * What is told of the keys that this engine version makes otherwise than the one that published them, in parts of one
 * transaction each; `publishNow` names their keys, whose snapshots go out with it, so that a part that is committed shows no
 * difference at the next take-over. Worked out when the state is rebuilt and the first part is asked for.
 */
export async function renewalDifferences<S>(
  { connection, renewal, engineVersion }: RuntimeOptions<S>,
  state: PartitionState<S>,
  committed: CommittedPosition | undefined,
  partition: number,
): Promise<Iterable<Stage>> {
  if (renewal === undefined || committed === undefined || committed.engineVersion === engineVersion) return [];
  const published = await readPublished(connection, renewal.topic, partition);
  await renewal.prepare([...published.values()]);
  return differences(published, state, partition, renewal.outputsOf);
}

/** The newest snapshot of each key of a partition. */
async function readPublished(
  connection: KafkaConnection,
  topic: string,
  partition: number,
): Promise<ReadonlyMap<string, Buffer>> {
  const published = new Map<string, Buffer>();
  const reading = await readTopic(connection, {
    topics: [topic],
    partitions: [partition],
    from: 'beginning',
    untilEnd: true,
    onRecord({ key, value }) {
      if (key === null) return;
      if (value === null) published.delete(key.toString('utf8'));
      else published.set(key.toString('utf8'), value);
    },
  });
  await reading.done;
  return published;
}

function* differences<S>(
  published: ReadonlyMap<string, Buffer>,
  state: PartitionState<S>,
  partition: number,
  outputsOf: RenewalOptions<S>['outputsOf'],
): Iterable<Stage> {
  const moment = momentOf(state, partition);
  let stage = emptyStage();
  for (const [key, snapshot] of published) {
    const held = state.held(key);
    const outputs = held === undefined ? [] : outputsOf(key, snapshot, held, moment);
    if (outputs.length === 0) continue;
    stage.outputs.push(...outputs);
    stage.publishNow.add(key);
    if (stage.outputs.length < OUTPUTS_AT_ONCE) continue;
    yield stage;
    stage = emptyStage();
  }
  if (stage.outputs.length > 0) yield stage;
}

/**
 * After all that was told at the last applied record and before the next one's. It takes no ordinals of the log: a rebuild,
 * which tells nothing, counts the same. Where the commit was cut between reviews, the place of the next review stands in.
 */
function momentOf<S>({ position, streamTime, memory }: PartitionState<S>, partition: number): Moment {
  const { offset, ordinal, cursor } = position;
  const place = cursor === null ? { offset: offset - 1, ordinal: AFTER_ALL } : { offset, ordinal };
  return { partition, asOf: streamTime, ...place, memory };
}
