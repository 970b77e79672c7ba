import { fullWeightOf } from '../rule-set/full-weight.ts';
import type { ConditionTree } from '../compiled.ts';
import { addDays } from '../calendar.ts';
import type { FactState } from '../position.ts';
import type { Condition, CountCondition, FactCondition, RuleSetDefinition, Span } from '../rule-set/definition.ts';
import type { FactRule, Run } from '../run.ts';
import { holds } from '../judge.ts';
import { isWithin, measured } from '../span.ts';
import { gather, incidentsIn, windowOf, type Window } from './aggregate-parts.ts';
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

/** The moment from which the spans of a condition are measured. */
function sinceOf({ opens }: FactCondition): 'expiresAt' | 'start' {
  return opens.on === 'EXPIRY' ? 'expiresAt' : 'start';
}

function testsOf(condition: FactCondition): FactTest[] {
  const { after, unlessPerformance, endsWithinDays } = condition;
  const tests: FactTest[] = [];
  if (after !== null) {
    const [since, span] = [sinceOf(condition), measured(after)];
    tests.push((run) => !isWithin(run, run.life[since], span));
  }
  if (unlessPerformance !== null) tests.push((run, fact) => !holdsPerformance(run, fact, unlessPerformance));
  if (endsWithinDays !== null) tests.push((run) => endsWithin(run, endsWithinDays));
  return tests;
}

function layFactLeaf(builder: ProgramBuilder, leaf: number, condition: FactCondition, windows: Window[]): void {
  const tests = testsOf(condition);
  const hit: FactRule = (run, fact, place) => {
    for (const passes of tests) if (!passes(run, fact)) return;
    run.hit(leaf, place);
  };
  const { select, opens, within } = condition;
  whileOpen(builder, select, opens, within === null ? hit : inWindow(builder, condition, within, windows, hit));
}

/** The rule for facts within the window, which is added to `windows`. */
function inWindow(
  builder: ProgramBuilder,
  condition: FactCondition,
  within: Span,
  windows: Window[],
  rule: FactRule,
): FactRule {
  const since = sinceOf(condition);
  const window = windowOf(builder, within);
  windows.push(window);
  return (run, fact, place) => void (window.take(run, place, run.life[since]) && rule(run, fact, place));
}

function layCountLeaf(builder: ProgramBuilder, leaf: number, { select, within, atLeast }: CountCondition): void {
  const gathered = gather(builder, select, within);
  builder.finally((run) => {
    const collector = gathered.of(run);
    if (incidentsIn(run, collector) < atLeast) return;
    gathered.watch(run);
    for (let at = 0; at < collector.size; at++) run.hit(leaf, collector.places[at] as number);
  });
}

/**
 * Lays down the leaves of a condition and answers how they hang together. A fact that falls out of a window can only end a
 * condition that holds, unless something in it is denied: only then is that moment watched.
 */
export function layCondition(
  builder: ProgramBuilder,
  definition: RuleSetDefinition,
  condition: Condition,
): ConditionTree {
  const windows: Window[] = [];
  const tree = layTree(builder, definition, condition, windows);
  if (windows.length > 0) {
    const denies = deniesSomething(tree);
    builder.finally((run) => {
      if (denies || holds(run, tree)) for (const window of windows) window.watch(run);
    });
  }
  return tree;
}

function deniesSomething(tree: ConditionTree): boolean {
  return tree.kind === 'not' || (tree.kind !== 'leaf' && tree.of.some(deniesSomething));
}

function layTree(
  builder: ProgramBuilder,
  definition: RuleSetDefinition,
  condition: Condition,
  windows: Window[],
): ConditionTree {
  switch (condition.kind) {
    case 'any':
    case 'all':
      return { kind: condition.kind, of: condition.of.map((item) => layTree(builder, definition, item, windows)) };
    case 'not':
      return { kind: 'not', of: layTree(builder, definition, condition.of, windows) };
    case 'fullWeight':
      return layLeaf(builder, fullWeightOf(definition, condition.indicator), windows);
    case 'open':
      return layOpenLeaf(
        builder,
        definition.indicators.findIndex(({ code }) => code === condition.indicator),
      );
    default:
      return layLeaf(builder, condition, windows);
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

function layLeaf(builder: ProgramBuilder, condition: Leaf, windows: Window[]): ConditionTree {
  const leaf = builder.leaf();
  switch (condition.kind) {
    case 'fact':
      layFactLeaf(builder, leaf, condition, windows);
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
  isWanted: (value: unknown) => boolean,
): void {
  const slot = builder.slot(attribute);
  builder.finally(
    (run) => void (isWanted(run.attributeValue[slot]) && run.hit(leaf, run.attributePlace[slot] as number)),
  );
}
