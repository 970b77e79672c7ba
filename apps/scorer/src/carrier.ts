import { carryTo, fullNameOf, subjectOf, TOPICS, toLogRecord, type EnterpriseEvent } from '#libs/contracts';
import type { AvroRegistry, Output, ReadAgain } from '#libs/stream';
import { follows, type Destination } from './links.ts';

const NOTHING: readonly Output[] = [];

export const FACT_CARRIED = 'enterprise.events.FactCarried';

/**
 * Sends records on to the enterprises that another one goes on as. A carried record keeps its fact, register, revision and
 * times, and its id derives from the record first received and the new key: carried twice, or round in a circle, it is the same.
 */
export class Carrier {
  readonly #registry: AvroRegistry;

  constructor(registry: AvroRegistry) {
    this.#registry = registry;
  }

  /** A record that has just come, for each destination once. @param at stream time, the record time of what goes out */
  carried(event: EnterpriseEvent, destinations: readonly Destination[], at: number): readonly Output[] {
    if (destinations.length === 0) return NOTHING;
    const outputs: Output[] = [];
    const reached = new Set<string>();
    for (const { to, kind } of destinations) {
      if (reached.has(to) || !follows(kind, event.envelope.factType)) continue;
      reached.add(to);
      const record = carryTo(event, subjectOf(to));
      if (record === undefined) continue;
      const value = this.#registry.encode(fullNameOf(record), record);
      outputs.push({ topic: TOPICS.events.name, message: { key: to, value, timestamp: at }, partition: 'KEY' });
    }
    return outputs;
  }

  /** Everything known, when links take effect: the model keeps only what it reads, so the log is asked. */
  everything(origins: readonly number[], destinations: readonly Destination[], at: number): ReadAgain {
    return {
      offsets: origins,
      outputsOf: (records) =>
        records.flatMap(({ value }) => {
          const { fullName, value: decoded } = this.#registry.decode(value);
          const event = toLogRecord(fullName, decoded);
          return 'envelope' in event ? this.carried(event, destinations, at) : [];
        }),
    };
  }
}
