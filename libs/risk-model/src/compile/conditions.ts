import { fullWeightOf } from '../rule-set/full-weight.ts';
import type { ConditionTree } from '../compiled.ts';
import { addDays } from '../calendar.ts';
import type { FactState } from '../position.ts';
import type { Condition, CountCondition, FactCondition, RuleSetDefinition } from '../rule-set/definition.ts';
import type { Collector, FactRule, Run } from '../run.ts';
import { hasPassed, isWithin, measured } from '../span.ts';
import { gather, incidentsIn } from './aggregate-parts.ts';
import { holdsPerformance, whileOpen } from './openings.ts';
import { startsWithOneOf } from './predicates.ts';
import type { ProgramBuilder } from './program.ts';

type FactTest = (run: Run, fact: FactState) => boolean;

/** In the last days before the end that is known; notes when they begin. */
function endsWithin(run: Run, days: number): boolean {
  const end = run.asOf < run.life.end ? run.life.end : Math.min(run.life.removedAt, run.life.publicityEnd);
  const from = addDays(end, -days);
  if (run.asOf >= from) return true;
  run.watch(from);
  return false;
}

function testsOf({ opens, within, after, unlessPerformance, endsWithinDays }: FactCondition): FactTest[] {
  const tests: FactTest[] = [];
  const since = opens.on === 'EXPIRY' ? 'expiresAt' : 'start';
  if (within !== null) {
    const span = measured(within);
    tests.push((run) => isWithin(run, run.life[since], span));
  }
  if (after !== null) {
    const span = measured(after);
    tests.push((run) => hasPassed(run, run.life[since], span));
  }
  if (unlessPerformance !== null) tests.push((run, fact) => !holdsPerformance(run, fact, unlessPerformance));
  if (endsWithinDays !== null) tests.push((run) => endsWithin(run, endsWithinDays));
  return tests;
}

function layFactLeaf(builder: ProgramBuilder, leaf: number, condition: FactCondition): void {
  const tests = testsOf(condition);
  const rule: FactRule = (run, fact, place) => {
    for (const holds of tests) if (!holds(run, fact)) return;
    run.hit(leaf, place);
  };
  whileOpen(builder, condition.select, condition.opens, rule);
}

function layCountLeaf(builder: ProgramBuilder, leaf: number, { select, within, atLeast }: CountCondition): void {
  const id = gather(builder, select, within);
  builder.finally((run) => {
    const collector = run.collectors[id] as Collector;
    if (incidentsIn(run, collector) < atLeast) return;
    for (let at = 0; at < collector.size; at++) run.hit(leaf, collector.places[at] as number);
  });
}

/** Lays down the leaves of a condition and answers how they hang together. */
export function layCondition(
  builder: ProgramBuilder,
  definition: RuleSetDefinition,
  condition: Condition,
): ConditionTree {
  switch (condition.kind) {
    case 'any':
    case 'all':
      return { kind: condition.kind, of: condition.of.map((item) => layCondition(builder, definition, item)) };
    case 'not':
      return { kind: 'not', of: layCondition(builder, definition, condition.of) };
    case 'fullWeight':
      return layLeaf(builder, fullWeightOf(definition, condition.indicator));
    case 'open':
      return layOpenLeaf(
        builder,
        definition.indicators.findIndex(({ code }) => code === condition.indicator),
      );
    default:
      return layLeaf(builder, condition);
  }
}

/** A state or clock of an indicator is open; the facts behind it are those that contribute to it. */
function layOpenLeaf(builder: ProgramBuilder, indicator: number): ConditionTree {
  const leaf = builder.leaf();
  const parts = builder.partsOf(indicator);
  builder.finally((run) => {
    for (let entry = 0; entry < run.entries; entry++) {
      const part = run.entryPart[entry] as number;
      if (parts.includes(part) && run.open[part] === 1) run.hit(leaf, run.entryPlace[entry] as number);
    }
  });
  return { kind: 'leaf', leaf };
}

type Leaf = Exclude<Condition, { kind: 'any' | 'all' | 'not' | 'fullWeight' | 'open' }>;

function layLeaf(builder: ProgramBuilder, condition: Leaf): ConditionTree {
  const leaf = builder.leaf();
  switch (condition.kind) {
    case 'fact':
      layFactLeaf(builder, leaf, condition);
      break;
    case 'count':
      layCountLeaf(builder, leaf, condition);
      break;
    case 'attribute': {
      const wanted = new Set<unknown>(condition.values);
      layAttributeLeaf(builder, leaf, condition.attribute, (value) => wanted.has(value));
      break;
    }
    case 'attributePrefix':
      layAttributeLeaf(builder, leaf, condition.attribute, startsWithOneOf(condition.prefixes));
      break;
    case 'schemeClass': {
      const wanted = new Set<unknown>(condition.classes);
      builder.finally((run) => void (wanted.has(run.classOf(condition.scheme)) && run.hit(leaf, -1)));
      break;
    }
  }
  return { kind: 'leaf', leaf };
}

function layAttributeLeaf(
  builder: ProgramBuilder,
  leaf: number,
  attribute: string,
  holds: (value: unknown) => boolean,
): void {
  const slot = builder.slot(attribute);
  builder.finally((run) => void (holds(run.attributeValue[slot]) && run.hit(leaf, run.attributePlace[slot] as number)));
}
