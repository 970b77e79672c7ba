import {
  brokenReleaseChain,
  chainReleaseStep,
  TOPICS,
  type ReleaseStatement,
  type RuleSetReleaseStep,
} from '#libs/contracts';
import type { LogMessage } from '#libs/event-log';
import {
  createTransactionalWriter,
  readTopic,
  topicOffsets,
  UndecodableError,
  type AvroRegistry,
  type KafkaConnection,
} from '#libs/stream';
import { RefusedError } from '../refused.ts';

const TOPIC = TOPICS.ruleSetReleases.name;
const EVENTS = TOPICS.events.name;
const STEP = 'risk.RuleSetReleaseStep';

/** Fences every other writer of steps: between reading the last one and writing the next, nobody else writes. */
export const RELEASE_TRANSACTIONAL_ID = `${TOPIC}-writer`;

/** A step to be written, and what it puts into each partition of the event log in the same transaction. */
export interface Entry {
  readonly statement: ReleaseStatement;
  readonly controls?: (partition: number) => readonly LogMessage[];
}

/** The steps of all releases, in the order of the topic. */
export interface ReleaseLog {
  steps(): Promise<readonly RuleSetReleaseStep[]>;
  /**
   * Writes the step that `decide` answers behind the steps it is shown, or nothing when it throws. Step and control records
   * become visible together, in every partition, or not at all. Refuses to write behind a broken chain.
   */
  write(decide: (steps: readonly RuleSetReleaseStep[]) => Promise<Entry>): Promise<RuleSetReleaseStep>;
}

export function releaseLog(kafka: KafkaConnection, registry: AvroRegistry): ReleaseLog {
  const steps = () => readSteps(kafka, registry);
  return {
    steps,
    async write(decide) {
      const writer = createTransactionalWriter(kafka, { transactionalId: RELEASE_TRANSACTIONAL_ID });
      try {
        return await writer.transaction(async (tx) => {
          // From here on an earlier writer can no longer commit, so what is read now is all there is.
          const before = await steps();
          const broken = brokenReleaseChain(before);
          if (broken !== undefined) throw new RefusedError(`the chain of release steps is broken: ${broken}`);
          const { statement, controls } = await decide(before);
          const partitions = controls === undefined ? [] : await topicOffsets(kafka, EVENTS);
          const step = chainReleaseStep(statement, before.at(-1));
          const messages = partitions.flatMap(({ partition }) => controls?.(partition) ?? []);
          if (messages.length > 0) await tx.send(EVENTS, messages);
          const key = `${step.ruleSetId}@${step.version}`;
          await tx.send(TOPIC, [{ key, value: registry.encode(STEP, step), timestamp: step.at, partition: 0 }]);
          return step;
        });
      } finally {
        await writer.close();
      }
    },
  };
}

/** A record that is no step is passed over: it cannot have been written here, and the chain does not name it. */
async function readSteps(kafka: KafkaConnection, registry: AvroRegistry): Promise<readonly RuleSetReleaseStep[]> {
  const steps: RuleSetReleaseStep[] = [];
  const reading = await readTopic(kafka, {
    topics: [TOPIC],
    from: 'beginning',
    untilEnd: true,
    async onRecord({ value }) {
      try {
        await registry.prepare([value]);
        const decoded = registry.decode(value);
        if (decoded.fullName === STEP) steps.push(decoded.value as RuleSetReleaseStep);
      } catch (error) {
        if (!(error instanceof UndecodableError)) throw error;
      }
    },
  });
  await reading.done;
  // A writer that got no answer may have written its step twice.
  return steps.filter(({ hash }, place) => hash !== steps[place - 1]?.hash);
}
