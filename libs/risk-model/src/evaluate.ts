import { readLife } from './life.ts';
import { isDisputed } from './objection.ts';
import { CONTENT, CONTENT_VALUES, TYPE } from './position.ts';
import type { FactState } from './position.ts';
import type { FactRule, Program, Run, TypePlan } from './run.ts';

export function planOf(program: Program, fact: FactState): TypePlan {
  const type = fact[TYPE];
  return typeof type === 'number' ? (program.plans[type] ?? program.unknownTypePlan) : program.unknownTypePlan;
}

/** The latest begun fact that states an attribute wins; facts come in order of id, so equal starts go to the greater. */
function stateAttributes(run: Run, fact: FactState, plan: TypePlan, place: number): void {
  const values = fact[CONTENT]?.[CONTENT_VALUES];
  for (const [slot, at] of plan.states) {
    const value = values?.[at];
    if (value === null || value === undefined || run.life.start < (run.attributeStart[slot] as number)) continue;
    run.attributeValue[slot] = value;
    run.attributeStart[slot] = run.life.start;
    run.attributePlace[slot] = place;
    run.attributeDisputed[slot] = run.disputed;
  }
}

/** A deregistration may state the status it leads to (revoked is not deregistered); without one it means the end. */
function statesNoStatus(run: Run, fact: FactState, plan: TypePlan): boolean {
  const stated = plan.states.find(([slot]) => slot === run.program.statusSlot);
  return stated === undefined || typeof fact[CONTENT]?.[CONTENT_VALUES][stated[1]] !== 'string';
}

function useFact(run: Run, fact: FactState, plan: TypePlan, place: number): void {
  run.watch(run.life.end);
  if (plan.states.length > 0) stateAttributes(run, fact, plan, place);
  if (plan.leavesPopulation !== null && plan.leavesPopulation(fact) && statesNoStatus(run, fact, plan)) run.left = true;
  const rules = plan.whileUsable[run.life.classIndex + 1] as readonly FactRule[];
  for (let at = 0; at < rules.length; at++) (rules[at] as FactRule)(run, fact, place);
}

function readFact(run: Run, fact: FactState, place: number): void {
  const plan = planOf(run.program, fact);
  if (plan.isIdle) return;
  const { life, asOf } = run;
  if (!readLife(life, fact, plan)) return;
  if (asOf < life.start) {
    run.watch(life.start);
    return;
  }
  if (plan.isEvidence) {
    run.begun = true;
    if (life.start > run.lastStart) run.lastStart = life.start;
  }
  run.disputed = isDisputed(run, fact);
  if (run.disputed) {
    run.sawDisputed = true;
    if (run.withoutDisputed) return;
  }
  for (const rule of plan.onceBegun) rule(run, fact, place);
  if (life.end <= life.start) return;
  if (asOf < life.end) useFact(run, fact, plan, place);
  else if (asOf < life.publicityEnd) {
    for (const rule of plan.afterClosing[life.classIndex + 1] as readonly FactRule[]) rule(run, fact, place);
  }
}

/** What had to wait for the attributes of the enterprise, each with its fact at hand again. */
function applyDeferred(run: Run): void {
  for (let at = 0; at < run.deferred; at++) {
    const place = run.deferredPlace[at] as number;
    const fact = run.facts[place] as FactState;
    readLife(run.life, fact, planOf(run.program, fact));
    run.disputed = isDisputed(run, fact);
    (run.deferredRule[at] as FactRule)(run, fact, place);
  }
}

/** Fills the run with what the facts come to at `asOf`: contributions, open states, leaves that are met, next moment. */
export function evaluate(run: Run, facts: readonly FactState[], asOf: number, withoutDisputed: boolean): void {
  run.reset(facts, asOf, withoutDisputed);
  for (let place = 0; place < facts.length; place++) {
    readFact(run, facts[place] as FactState, place);
  }
  applyDeferred(run);
  for (const rule of run.program.finals) rule(run);
}
