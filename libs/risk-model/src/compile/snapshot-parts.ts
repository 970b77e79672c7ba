import { monthOf } from '../calendar.ts';
import type { AttributeValue } from '../facts.ts';
import type { FactState } from '../position.ts';
import type { ConsecutivePart, DropPart, Selection } from '../rule-set/definition.ts';
import type { Collector, Run } from '../run.ts';
import { isDisputed } from '../objection.ts';
import { endOfSpan, measured } from '../span.ts';
import { placeOf } from './places.ts';
import { compileTests, valuesOf } from './predicates.ts';
import type { ProgramBuilder } from './program.ts';

const FULL = 1000;

/** Values of the collector are the starts of the facts: the latest begun speaks for a key, of equal starts the greater id. */
function gatherStarts(builder: ProgramBuilder, factType: string): number {
  const id = builder.collector();
  const every: Selection = { factType, outcome: null, where: [] };
  builder.whileUsable(every, (run, _fact, place) => (run.collectors[id] as Collector).add(place, run.life.start));
  return id;
}

type KeyOf = (fact: FactState) => number | null;

function greatestKey(run: Run, { places, size }: Collector, keyOf: KeyOf): number {
  let greatest = -Infinity;
  for (let at = 0; at < size; at++) {
    greatest = Math.max(greatest, keyOf(run.facts[places[at] as number] as FactState) ?? -Infinity);
  }
  return greatest;
}

/** Index in the collector of the fact that speaks for one key; -1 without one. */
function speakerFor(run: Run, { places, values, size }: Collector, keyOf: KeyOf, key: number): number {
  let found = -1;
  for (let at = 0; at < size; at++) {
    if (keyOf(run.facts[places[at] as number] as FactState) !== key) continue;
    if (found < 0 || (values[at] as number) >= (values[found] as number)) found = at;
  }
  return found;
}

/** Index in the collector of the fact that speaks for each key. */
function speakers(run: Run, collector: Collector, keyOf: KeyOf): Map<number, number> {
  const found = new Map<number, number>();
  for (let at = 0; at < collector.size; at++) {
    const key = keyOf(run.facts[collector.places[at] as number] as FactState);
    if (key === null) continue;
    const known = found.get(key);
    if (known === undefined || (collector.values[at] as number) >= (collector.values[known] as number)) {
      found.set(key, at);
    }
  }
  return found;
}

function numberOf(value: AttributeValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

/** Adds points that rest on one gathered fact; half under objection. */
function addSpeaker(run: Run, part: number, place: number, points: number): void {
  run.disputed = isDisputed(run, run.facts[place] as FactState);
  run.add(part, place, points, FULL);
}

export function layConsecutive(builder: ProgramBuilder, part: number, definition: ConsecutivePart): void {
  const { factType, length, points } = definition;
  const id = gatherStarts(builder, factType);
  const attribute = placeOf(factType, definition.key);
  const holds = compileTests(definition.holds, factType) ?? (() => true);
  builder.finally((run) => {
    const collector = run.collectors[id] as Collector;
    if (collector.size < length) return;
    const keyOf = (fact: FactState): number | null => numberOf(valuesOf(fact)[attribute]);
    const latest = greatestKey(run, collector, keyOf);
    for (let back = 0; back < length; back++) {
      const at = speakerFor(run, collector, keyOf, latest - back);
      if (at < 0 || !holds(run.facts[collector.places[at] as number] as FactState)) return;
    }
    const speaker = speakerFor(run, collector, keyOf, latest);
    addSpeaker(run, part, collector.places[speaker] as number, points);
  });
}

export function layDrop(builder: ProgramBuilder, part: number, definition: DropPart): void {
  const { factType, everyMonths, from, toPerMille, points } = definition;
  const id = gatherStarts(builder, factType);
  const [key, value] = [placeOf(factType, definition.key), placeOf(factType, definition.attribute)];
  const within = measured(definition.within);
  const monthOfFact = (fact: FactState): number | null => {
    const at = numberOf(valuesOf(fact)[key]);
    return at === null ? null : monthOf(at);
  };
  builder.finally((run) => {
    const collector = run.collectors[id] as Collector;
    // Stryker disable next-line ConditionalExpression: saves the map, the answer is the same
    if (collector.size < 2) return;
    const found = speakers(run, collector, monthOfFact);
    const valueAt = (at: number): number | null =>
      numberOf(valuesOf(run.facts[collector.places[at] as number] as FactState)[value]);
    for (const [month, later] of found) {
      const earlier = found.get(month - everyMonths);
      if (earlier === undefined) continue;
      const [before, after] = [valueAt(earlier), valueAt(later)];
      if (before === null || after === null || before < from || after * FULL > before * toPerMille) continue;
      const end = endOfSpan(collector.values[later] as number, within);
      if (run.asOf >= end) continue;
      run.watch(end);
      addSpeaker(run, part, collector.places[later] as number, points);
    }
  });
}
