import type { FactState } from '../position.ts';
import type { Collector, Run } from '../run.ts';
import { placeOf } from './places.ts';
import { valuesOf } from './predicates.ts';
import type { ProgramBuilder } from './program.ts';

/** The derived fact of a type that started last among those begun and not retracted, if it is usable. */
export interface LatestDerived {
  /** Its value, or null without a valid one. */
  valueOf(run: Run): number | null;
  /** Its place in the position; -1 without a valid one. */
  placeOf(run: Run): number;
  /** It is under objection. */
  isDisputed(run: Run): boolean;
}

const VALID = 1;
const DISPUTED = 2;

/**
 * Derived values replace one another: a later one that has become invalid is not replaced by an earlier one. Facts come in
 * order of id, so of equal starts the greater id wins.
 */
export function latestDerived(builder: ProgramBuilder, factType: string): LatestDerived {
  const id = builder.collector();
  const attribute = placeOf(factType, 'value');
  const starts = new WeakMap<Run, number>();
  builder.onceBegun(factType, (run, _fact, place) => {
    const collector = run.collectors[id] as Collector;
    const { start, end } = run.life;
    if (collector.size > 0 && start < (starts.get(run) as number)) return;
    starts.set(run, start);
    collector.size = 0;
    collector.add(place, (run.asOf < end ? VALID : 0) | (run.disputed ? DISPUTED : 0));
  });
  const flagsOf = (run: Run): number => {
    const { size, values } = run.collectors[id] as Collector;
    return size === 0 ? 0 : (values[0] as number);
  };
  const placeOfLatest = (run: Run): number =>
    (flagsOf(run) & VALID) === 0 ? -1 : ((run.collectors[id] as Collector).places[0] as number);
  return {
    placeOf: placeOfLatest,
    isDisputed: (run) => (flagsOf(run) & DISPUTED) !== 0,
    valueOf(run) {
      const place = placeOfLatest(run);
      const value = place < 0 ? null : valuesOf(run.facts[place] as FactState)[attribute];
      return typeof value === 'number' ? value : null;
    },
  };
}
