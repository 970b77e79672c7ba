import type { FactState } from '../position.ts';
import { CONTENT, CONTENT_CASE, ID } from '../position.ts';
import type { CountPart, ExcessPart, Selection, Span, TotalPart } from '../rule-set/definition.ts';
import type { Collector, Run } from '../run.ts';
import { isWithin, liesWithin, measured, watchFirstEnd } from '../span.ts';
import { latestDerived } from './latest-derived.ts';
import { placeOf } from './places.ts';
import { sumOf, valuesOf } from './predicates.ts';
import type { ProgramBuilder } from './program.ts';
import { pointsAt } from './steps.ts';

const FULL = 1000;

/** Facts that began within so much time, gathered in a collector. */
export interface Window {
  readonly id: number;
  of(run: Run): Collector;
  /** Gathers the fact if it lies within; false otherwise. */
  take(run: Run, place: number, start: number): boolean;
  /** Notes when the first of them leaves the window; for what means something now. */
  watch(run: Run): void;
}

export function windowOf(builder: ProgramBuilder, within: Span): Window {
  const id = builder.collector();
  const span = measured(within);
  const of = (run: Run): Collector => run.collectors[id] as Collector;
  return {
    id,
    of,
    take(run, place, start) {
      if (!liesWithin(run, start, span)) return false;
      of(run).add(place, start);
      return true;
    },
    watch: (run) => watchFirstEnd(run, of(run), span),
  };
}

/** Gathers usable facts that began within the window and are not under objection; counts leave those out. */
export function gather(builder: ProgramBuilder, select: Selection, within: Span): Window {
  const window = windowOf(builder, within);
  builder.whileUsable(select, (run, _fact, place) => {
    if (!run.disputed) window.take(run, place, run.life.start);
  });
  return window;
}

/** What makes two facts one incident: their case number, else each is its own. */
export function incidentOf(fact: FactState): string {
  const caseNumber = fact[CONTENT]?.[CONTENT_CASE] ?? null;
  return caseNumber === null ? `fact:${fact[ID]}` : `case:${caseNumber}`;
}

/** Distinct incidents among the gathered facts. */
export function incidentsIn(run: Run, collector: Collector): number {
  const { size, places } = collector;
  // Stryker disable next-line ConditionalExpression: saves the set, the answer is the same
  if (size < 2) return size;
  const incidents = new Set<string>();
  for (let at = 0; at < size; at++) incidents.add(incidentOf(run.facts[places[at] as number] as FactState));
  return incidents.size;
}

interface SubTotal {
  readonly incidents: Set<string>;
  readonly place: number;
}

function byValue(run: Run, collector: Collector, attribute: number): Map<string, SubTotal> {
  const values = new Map<string, SubTotal>();
  for (let at = 0; at < collector.size; at++) {
    const place = collector.places[at] as number;
    const fact = run.facts[place] as FactState;
    const value = valuesOf(fact)[attribute];
    if (typeof value !== 'string') continue;
    const known = values.get(value);
    if (known === undefined) values.set(value, { incidents: new Set([incidentOf(fact)]), place });
    else known.incidents.add(incidentOf(fact));
  }
  return values;
}

/** Distinct incidents in a window against steps, for each value of an attribute; values add up. */
export function layCount(builder: ProgramBuilder, part: number, definition: CountPart): void {
  const { select, per, within, steps } = definition;
  const gathered = gather(builder, select, within);
  const least = steps[0]?.from ?? Infinity;
  const attribute = per === null ? null : placeOf(select.factType, per);
  const add = (run: Run, place: number, incidents: number, value: string): void => {
    const points = pointsAt(steps, incidents);
    if (points === 0) return;
    gathered.watch(run);
    run.addCollected(part, gathered.id, place, points, value);
  };
  builder.finally((run) => {
    const collector = gathered.of(run);
    // Stryker disable next-line ConditionalExpression: the same; there are no more incidents than facts
    if (collector.size < least) return;
    if (attribute === null) {
      add(run, collector.places[0] as number, incidentsIn(run, collector), '');
      return;
    }
    for (const [value, { incidents, place }] of byValue(run, collector, attribute))
      add(run, place, incidents.size, value);
  });
}

/** Sum of amounts in a window against a table of whole-number breakpoints; half, rounded up, under objection. */
export function layTotal(builder: ProgramBuilder, part: number, definition: TotalPart): void {
  const { select, steps } = definition;
  const places = definition.sumOf.map((attribute) => placeOf(select.factType, attribute));
  const span = measured(definition.within);
  const id = builder.collector();
  builder.whileUsable(select, (run, fact, place) => {
    const amount = sumOf(valuesOf(fact), places);
    if (amount <= 0 || !isWithin(run, run.life.start, span)) return;
    const counted = run.disputed ? Math.ceil((amount * run.program.objectionPerMille) / FULL) : amount;
    (run.collectors[id] as Collector).add(place, counted);
  });
  builder.finally((run) => {
    const { size, values, places: at } = run.collectors[id] as Collector;
    let sum = 0;
    for (let each = 0; each < size; each++) sum += values[each] as number;
    const points = pointsAt(steps, sum);
    if (points > 0) run.addCollected(part, id, at[0] as number, points, '');
  });
}

/** Points for each incident above the latest derived value. */
export function layExcess(builder: ProgramBuilder, part: number, definition: ExcessPart): void {
  const { select, within, over, overAtLeast, each } = definition;
  const gathered = gather(builder, select, within);
  const derived = latestDerived(builder, over);
  builder.finally((run) => {
    const collector = gathered.of(run);
    const value = derived.valueOf(run);
    if (value === null) return;
    const above = incidentsIn(run, collector) - Math.max(value, overAtLeast);
    if (above <= 0) return;
    gathered.watch(run);
    run.addCollected(part, gathered.id, collector.places[0] as number, above * each, '');
  });
}
