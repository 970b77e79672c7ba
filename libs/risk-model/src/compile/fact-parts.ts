import { measured, endOfSpan, isWithin, type MeasuredSpan } from '../span.ts';
import type { FactState } from '../position.ts';
import type { ClockPart, DecayStep, FactsPart, StatePart } from '../rule-set/definition.ts';
import type { Run } from '../run.ts';
import { compileClosers } from './closers.ts';
import { whileOpen } from './openings.ts';
import type { ProgramBuilder } from './program.ts';

const FULL = 1000;

interface MeasuredStep {
  readonly until: MeasuredSpan;
  readonly perMille: number;
}

function measuredSteps(steps: readonly DecayStep[]): MeasuredStep[] {
  return steps.map(({ until, perMille }) => ({ until: measured(until), perMille }));
}

/** Weight in per-mille of a fact that began at `start`, 0 once the profile has run out; notes the step's end. */
function weightAt(run: Run, steps: readonly MeasuredStep[], start: number): number {
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at] as MeasuredStep;
    if (isWithin(run, start, step.until)) return step.perMille;
  }
  return 0;
}

export function layFacts(builder: ProgramBuilder, part: number, { select, points, decay }: FactsPart): void {
  if (decay === null) {
    builder.whileUsable(select, (run, _fact, place) => run.add(part, place, points, FULL));
    return;
  }
  const steps = measuredSteps(decay);
  builder.whileUsable(select, (run, _fact, place) => {
    const weight = weightAt(run, steps, run.life.start);
    if (weight > 0) run.add(part, place, points, weight);
  });
}

type IsOpen = (run: Run, fact: FactState) => boolean;

function conditionsOf(builder: ProgramBuilder, definition: StatePart): IsOpen[] {
  const conditions: IsOpen[] = [];
  if (definition.closesAfter !== null) {
    const longest = measured(definition.closesAfter);
    conditions.push((run) => isWithin(run, run.life.start, longest));
  }
  // Stryker disable next-line ConditionalExpression,EqualityOperator: saves a walk over the facts, the answer is the same
  if (definition.closedBy.length > 0) {
    const isClosed = compileClosers(builder, definition.closedBy, definition.select.factType);
    conditions.push((run, fact) => !isClosed(run, fact));
  }
  return conditions;
}

export function layState(builder: ProgramBuilder, part: number, definition: StatePart): void {
  const { select, points, opens, whileEnterprise, residual } = definition;
  const conditions = conditionsOf(builder, definition);
  const open = (run: Run, fact: FactState, place: number): void => {
    for (const holds of conditions) if (!holds(run, fact)) return;
    run.open[part] = 1;
    run.add(part, place, points, FULL);
  };
  if (whileEnterprise === null) whileOpen(builder, select, opens, open);
  else {
    const slot = builder.slot(whileEnterprise.attribute);
    const wanted = new Set<unknown>(whileEnterprise.values);
    whileOpen(builder, select, opens, (run, _fact, place) =>
      run.defer((again, fact, at) => void (wanted.has(again.attributeValue[slot]) && open(again, fact, at)), place),
    );
  }
  if (residual === null) return;
  const steps = measuredSteps(residual.decay);
  builder.afterClosing(select, (run, _fact, place) => {
    const { closedAt, publicityEnd } = run.life;
    for (const { until, perMille } of steps) {
      const end = Math.min(endOfSpan(closedAt, until), publicityEnd);
      if (run.asOf >= end) continue;
      run.watch(end);
      run.add(part, place, residual.points, perMille);
      return;
    }
  });
}

/** Points once a single fact has been open for so long; never over a union of facts. */
export function layClock(builder: ProgramBuilder, part: number, { select, after, points }: ClockPart): void {
  const span = measured(after);
  builder.whileUsable(select, (run, _fact, place) => {
    if (isWithin(run, run.life.start, span)) return;
    run.open[part] = 1;
    run.add(part, place, points, FULL);
  });
}
