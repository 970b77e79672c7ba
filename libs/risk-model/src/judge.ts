import type { CompiledCondition, CompiledModel } from './compiled.ts';
import { isScored } from './evaluate.ts';
import type { RiskClass } from './position.ts';
import type { Run } from './run.ts';

const ORDER: Readonly<Record<RiskClass, number>> = { A: 0, B: 1, C: 2, D: 3 };

export function worse(one: RiskClass, other: RiskClass): RiskClass {
  return ORDER[one] >= ORDER[other] ? one : other;
}

/** How many classes `to` lies below `from`; negative when it is better. */
export function classesWorse(from: RiskClass, to: RiskClass): number {
  return ORDER[to] - ORDER[from];
}

/** What a change of class is called on the wire; LEFT = no longer in the scored population. */
export type Direction = 'FIRST' | 'WORSENED' | 'IMPROVED' | 'LEFT';

export function directionOf(from: RiskClass | null, to: RiskClass | null): Direction {
  if (to === null) return 'LEFT';
  if (from === null) return 'FIRST';
  return classesWorse(from, to) > 0 ? 'WORSENED' : 'IMPROVED';
}

/** The class of a score by the bands alone, half-open on milli-points. */
export function bandOf(model: CompiledModel, score: number): RiskClass {
  for (const band of model.bands) if (score < band.to) return band.riskClass;
  return 'D';
}

/** The band's class; attributes alone (BASE) never make it worse than their limit. */
export function bandClass(run: Run, model: CompiledModel): RiskClass {
  const riskClass = bandOf(model, run.score);
  if (model.alone === null || ORDER[riskClass] <= ORDER[model.alone.worst]) return riskClass;
  for (let group = 0; group < model.groups.length; group++) {
    if (group !== model.alone.group && (run.groupPoints[group] as number) > 0) return riskClass;
  }
  return model.alone.worst;
}

/** Places of the conditions met, each once, in the order of the rule set. */
export function conditionsMet(run: Run): number[] {
  const met: number[] = [];
  for (let hit = 0; hit < run.hits; hit++) {
    const condition = run.hitCondition[hit] as number;
    let at = met.length;
    while (at > 0 && (met[at - 1] as number) > condition) at--;
    if (met[at - 1] !== condition) met.splice(at, 0, condition);
  }
  return met;
}

const NONE: readonly string[] = [];

export interface Judgement {
  readonly riskClass: RiskClass | null;
  readonly direct: readonly string[];
}

/** Band, floors, direct determinations (直接判定), population; null = not in the scored population. */
export function judge(run: Run, model: CompiledModel): Judgement {
  if (!isScored(run, model)) return { riskClass: null, direct: NONE };
  let riskClass = bandClass(run, model);
  if (run.hits === 0) return { riskClass, direct: NONE };
  const direct: string[] = [];
  for (const place of conditionsMet(run)) {
    const condition = model.conditions[place] as CompiledCondition;
    riskClass = worse(riskClass, condition.riskClass);
    if (condition.kind === 'DIRECT') direct.push(condition.code);
  }
  return { riskClass, direct: direct.length === 0 ? NONE : direct };
}
