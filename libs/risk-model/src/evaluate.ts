import { addMonths } from './calendar.ts';
import { chooseContributions } from './choose.ts';
import type { CompiledModel, FactRule, TypePlan } from './compiled.ts';
import { objectionEnd, readLife } from './life.ts';
import { CONTENT, CONTENT_VALUES, DISPUTE, REGISTER_EFFECTIVE_AT, TYPE } from './position.ts';
import type { FactState } from './position.ts';
import type { Run } from './run.ts';

/** Whether a fact is under objection now; notes when that will change. */
function isDisputed(run: Run, fact: FactState): boolean {
  const dispute = fact[DISPUTE];
  if (dispute === null) return false;
  const end = objectionEnd(fact, run.model.objectionDays);
  const from = dispute[REGISTER_EFFECTIVE_AT];
  if (run.asOf >= end || from >= end) return false;
  run.watch(run.asOf < from ? from : end);
  return run.asOf >= from;
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
  const slot = (run.model as CompiledModel).statusSlot;
  const stated = plan.states.find(([stating]) => stating === slot);
  return stated === undefined || typeof fact[CONTENT]?.[CONTENT_VALUES][stated[1]] !== 'string';
}

function useFact(run: Run, fact: FactState, plan: TypePlan, place: number): void {
  run.watch(run.life.end);
  if (plan.states.length > 0) stateAttributes(run, fact, plan, place);
  if (plan.leavesPopulation && statesNoStatus(run, fact, plan)) run.left = true;
  const rules = plan.whileUsable[run.life.classIndex + 1] as readonly FactRule[];
  for (let at = 0; at < rules.length; at++) (rules[at] as FactRule)(run, fact, place);
}

function leaveResidual(run: Run, fact: FactState, plan: TypePlan, place: number): void {
  for (const rule of plan.afterClosing[run.life.classIndex + 1] as readonly FactRule[]) rule(run, fact, place);
}

function readFact(run: Run, model: CompiledModel, fact: FactState, place: number): void {
  const type = fact[TYPE];
  const plan = typeof type === 'number' ? (model.plans[type] ?? model.unknownTypePlan) : model.unknownTypePlan;
  const { life, asOf } = run;
  if (!readLife(life, fact, plan)) return;
  if (asOf < life.start) {
    run.watch(life.start);
    return;
  }
  run.begun = true;
  if (life.start > run.lastStart) run.lastStart = life.start;
  run.disputed = isDisputed(run, fact);
  if (run.disputed) {
    run.sawDisputed = true;
    if (run.withoutDisputed) return;
  }
  if (life.end <= life.start) return;
  if (asOf < life.end) useFact(run, fact, plan, place);
  else if (asOf < life.publicityEnd) leaveResidual(run, fact, plan, place);
}

function addGroups(run: Run, model: CompiledModel): number {
  const { groupPoints, counted, sums } = run;
  groupPoints.fill(0);
  let positive = 0;
  let suspended = false;
  for (let at = 0; at < model.indicators.length; at++) {
    const indicator = model.indicators[at];
    if (indicator === undefined) continue;
    const sum = sums[at] as number;
    const points = sum < indicator.cap ? sum : indicator.cap;
    counted[at] = points;
    if (indicator.suspendsPositive && run.open[at] === 1) suspended = true;
    if (indicator.positive) positive += points;
    else groupPoints[indicator.group] = (groupPoints[indicator.group] as number) + points;
  }
  let total = 0;
  for (let at = 0; at < model.groups.length; at++) {
    const cap = model.groups[at]?.cap as number;
    if ((groupPoints[at] as number) > cap) groupPoints[at] = cap;
    total += groupPoints[at] as number;
  }
  run.positiveSum = positive;
  run.positiveTaken = suspended ? 0 : Math.min(positive, model.positiveCap);
  return total;
}

/** Whether the enterprise belongs to the scored population (domain: state 1 and suspended in, 3–6 out). */
export function isScored(run: Run, model: CompiledModel): boolean {
  if (!run.begun || run.left) return false;
  const status = run.attributeValue[model.statusSlot];
  return !(typeof status === 'string' && model.leavingStatuses.has(status));
}

function readEvidence(run: Run, model: CompiledModel): void {
  const registeredAt = run.attributeValue[model.registeredAtSlot];
  run.evidenceEnd = run.begun ? addMonths(run.lastStart, model.evidenceMonths) : -Infinity;
  run.newUntil = typeof registeredAt === 'number' ? addMonths(registeredAt, model.evidenceMonths) : -Infinity;
  run.watch(run.evidenceEnd);
  run.watch(run.newUntil);
}

/** Fills the run with everything that the facts come to at `asOf`: contributions, groups, score, hits, next moment. */
export function evaluate(run: Run, facts: readonly FactState[], asOf: number, withoutDisputed: boolean): void {
  const model = run.model as CompiledModel;
  run.reset(facts, asOf, withoutDisputed);
  for (let place = 0; place < facts.length; place++) {
    const fact = facts[place] as FactState;
    if (fact[CONTENT] !== null) readFact(run, model, fact, place);
  }
  run.disputed = false;
  for (const rule of model.finals) rule(run);
  chooseContributions(run, model);
  const total = addGroups(run, model) - run.positiveTaken;
  run.score = total < 0 ? 0 : total > model.scaleMax ? model.scaleMax : total;
  readEvidence(run, model);
}
