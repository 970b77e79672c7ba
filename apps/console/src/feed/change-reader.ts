import { TOPICS, type ClassChanged } from '#libs/contracts';
import type { Logger } from '#libs/service';
import { keepReading, readTopic, UndecodableError, type AvroRegistry, type KafkaConnection } from '#libs/stream';
import type { RuleSetTerms } from '../explain/rule-sets.ts';
import { changeOfRecord } from '../reads/change-row.ts';
import type { ChangeView } from '../reads/views.ts';

export interface ChangeReader {
  /** True while the topic is followed, else why not. */
  ready(): true | string;
  stop(): Promise<void>;
}

interface ChangeReaderDeps {
  readonly kafka: KafkaConnection;
  readonly registry: AvroRegistry;
  readonly terms: RuleSetTerms;
  readonly logger: Logger;
  onChange(change: ChangeView): void;
  /** The reading was broken off and begins again at the end: changes in between came to nobody. */
  onGap(): void;
}

/**
 * The one reader of risk.class-changed.v1 in this process, committed records from now on. A broken reading is begun
 * anew for ever, because lists and explanations are served without it; a record that cannot be decoded is named in
 * the log and left out, because the warehouse keeps it as a dead letter.
 */
export async function followChanges(deps: ChangeReaderDeps): Promise<ChangeReader> {
  const { kafka, registry, terms, logger } = deps;
  const reading = await keepReading({
    open: () =>
      readTopic(kafka, {
        topics: [TOPICS.classChanged.name],
        from: 'end',
        async onRecord({ value, partition, offset }) {
          try {
            await registry.prepare([value]);
            deps.onChange(changeOfRecord(registry.decode(value).value as ClassChanged, terms));
          } catch (error) {
            if (!(error instanceof UndecodableError)) throw error;
            logger.error({ err: error, partition, offset }, 'a class change cannot be decoded; the feed leaves it out');
          }
        },
      }),
    onBroken: (err, againMs) => logger.error({ err, againMs }, 'the feed lost its topic'),
    onResumed: () => deps.onGap(),
  });
  return {
    ready: () => reading.isReading() || 'the feed does not follow risk.class-changed.v1',
    stop: () => reading.stop(),
  };
}
