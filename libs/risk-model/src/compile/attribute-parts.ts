import type { AgePart, DerivedPart, LookupPart, SchemeClassPart } from '../rule-set/definition.ts';
import { isWithin, measured } from '../span.ts';
import { latestDerived } from './latest-derived.ts';
import type { ProgramBuilder } from './program.ts';
import { pointsAt } from './steps.ts';

const FULL = 1000;

/** Values whose points are remembered: more than there are classes in GB/T 4754, and bounded whatever is sent. */
const MOST_REMEMBERED = 4_096;

/** Points by the longest prefix of an attribute's value; no value, no points. */
export function layLookup(builder: ProgramBuilder, part: number, definition: LookupPart): void {
  const slot = builder.slot(definition.attribute);
  const table = new Map(definition.prefixes.map(({ prefix, points }) => [prefix, points]));
  const longest = Math.max(0, ...[...table.keys()].map((prefix) => prefix.length));
  const look = (value: string): number => {
    for (let length = longest; length > 0; length--) {
      const points = table.get(value.slice(0, length));
      if (points !== undefined) return points;
    }
    return definition.otherwise;
  };
  const asked = new Map<string, number>();
  builder.finally((run) => {
    const value = run.attributeValue[slot];
    if (typeof value !== 'string') return;
    let points = asked.get(value);
    // Stryker disable next-line ConditionalExpression: saves looking again, the answer is the same
    if (points === undefined) {
      points = look(value);
      // Stryker disable next-line ConditionalExpression,EqualityOperator: the same
      if (asked.size < MOST_REMEMBERED) asked.set(value, points);
    }
    if (points > 0) run.addAttribute(part, slot, points);
  });
}

/** Points by the time passed since the moment that an attribute states; they only fall. */
export function layAge(builder: ProgramBuilder, part: number, { attribute, steps }: AgePart): void {
  const slot = builder.slot(attribute);
  const spans = steps.map(({ until, points }) => ({ until: measured(until), points }));
  builder.finally((run) => {
    const since = run.attributeValue[slot];
    if (typeof since !== 'number') return;
    for (const { until, points } of spans) {
      if (isWithin(run, since, until)) return run.addAttribute(part, slot, points);
    }
  });
}

/** Steps or multiples of the latest derived value. */
export function layDerived(builder: ProgramBuilder, part: number, { factType, measure }: DerivedPart): void {
  const derived = latestDerived(builder, factType);
  builder.finally((run) => {
    const value = derived.valueOf(run);
    if (value === null) return;
    const points = measure.by === 'STEPS' ? pointsAt(measure.steps, value) : Math.max(0, value) * measure.points;
    if (points === 0) return;
    run.disputed = derived.isDisputed(run);
    run.add(part, derived.placeOf(run), points, FULL);
  });
}

/** Points by the class of another scheme at the same moment. */
export function laySchemeClass(builder: ProgramBuilder, part: number, { scheme, points }: SchemeClassPart): void {
  builder.finally((run) => {
    const riskClass = run.classOf(scheme);
    if (riskClass === null || points[riskClass] === 0) return;
    run.disputed = false;
    run.add(part, -1, points[riskClass], FULL);
  });
}
