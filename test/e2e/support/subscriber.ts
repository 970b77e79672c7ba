import { TOPICS, type ClassChanged } from '#libs/contracts';
import { readTopic, type AvroRegistry, type KafkaConnection } from '#libs/stream';
import { until } from './until.ts';

/** A subscriber of class changes as this project's own programs read them: committed records only. */
export interface Subscriber {
  readonly received: readonly ClassChanged[];
  /** The changes of an enterprise, as soon as there are so many; fails when there come more. */
  changesOf(value: string, count: number): Promise<readonly ClassChanged[]>;
  stop(): Promise<void>;
}

/** Reads from the first record kept. */
export async function subscribe(kafka: KafkaConnection, registry: AvroRegistry): Promise<Subscriber> {
  const received: ClassChanged[] = [];
  const reading = await readTopic(kafka, {
    topics: [TOPICS.classChanged.name],
    from: 'beginning',
    async onRecord({ value }) {
      await registry.prepare([value]);
      received.push(registry.decode(value).value as ClassChanged);
    },
  });
  const of = (value: string) => received.filter(({ subject }) => subject.value === value);
  return {
    received,
    async changesOf(value, count) {
      await until(`${count} class changes of ${value} have arrived`, () => of(value).length >= count, {
        explain: () => JSON.stringify(of(value)),
      });
      if (of(value).length > count) throw new Error(`more than ${count} class changes: ${JSON.stringify(of(value))}`);
      return of(value);
    },
    stop: () => reading.stop(),
  };
}
