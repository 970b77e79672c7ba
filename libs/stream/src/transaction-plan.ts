import { AsyncLocalStorage } from 'node:async_hooks';

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

const plans = new AsyncLocalStorage<TransactionPlan>();

/**
 * Where one transaction is going to write. A partition has to be told to the coordinator before anything is written to it: the
 * first request tells all of them, so that the sends that follow need none.
 */
export class TransactionPlan {
  readonly #planned = new Map<string, Set<number>>();
  readonly #told = new Map<string, Set<number>>();
  #last: Promise<void> = Promise.resolve();

  /** The plan of the transaction that the caller is working for. */
  static current(): TransactionPlan | undefined {
    return plans.getStore();
  }

  /** Runs `work` with this plan as the current one. */
  follow<T>(work: () => T): T {
    return plans.run(this, work);
  }

  expect(topic: string, partition: number): void {
    note(this.#planned, topic, partition);
  }

  /**
   * Makes sure that these are told. `tell` is called one at a time, with what is not told yet of these and of all that is
   * planned; not at all when that is nothing of these. When it rejects, nothing of it counts as told.
   */
  tell(
    wanted: readonly TopicPartitions[],
    tell: (topics: readonly TopicPartitions[]) => Promise<unknown>,
  ): Promise<void> {
    const telling = this.#last.then(() => this.#tellNow(wanted, tell));
    this.#last = telling.catch(() => undefined);
    return telling;
  }

  async #tellNow(
    wanted: readonly TopicPartitions[],
    tell: (topics: readonly TopicPartitions[]) => Promise<unknown>,
  ): Promise<void> {
    if (!wanted.some(({ topic, partitions }) => partitions.some((partition) => !this.#isTold(topic, partition))))
      return;
    for (const { topic, partitions } of wanted) for (const partition of partitions) this.expect(topic, partition);
    const topics = [...this.#planned].flatMap(([topic, planned]): TopicPartitions[] => {
      const partitions = [...planned].filter((partition) => !this.#isTold(topic, partition));
      return partitions.length === 0 ? [] : [{ topic, partitions }];
    });
    await tell(topics);
    for (const { topic, partitions } of topics) for (const partition of partitions) note(this.#told, topic, partition);
  }

  #isTold(topic: string, partition: number): boolean {
    return this.#told.get(topic)?.has(partition) === true;
  }
}

function note(partitions: Map<string, Set<number>>, topic: string, partition: number): void {
  const known = partitions.get(topic);
  if (known === undefined) partitions.set(topic, new Set([partition]));
  else known.add(partition);
}
