import type { Account } from './account.ts';
import type { CompiledCondition, CompiledModel, ConditionTree } from './compiled.ts';
import type { RiskClass } from './position.ts';
import type { Run } from './run.ts';

const ORDER: Readonly<Record<RiskClass, number>> = { A: 0, B: 1, C: 2, D: 3 };

export function worse(one: RiskClass, other: RiskClass): RiskClass {
  return ORDER[one] >= ORDER[other] ? one : other;
}

export function better(one: RiskClass, other: RiskClass): RiskClass {
  return ORDER[one] <= ORDER[other] ? one : other;
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

/** The band's class of a score; attributes alone (BASE) never make it worse than their limit. */
function bandClass(account: Account, score: number): RiskClass {
  const { model, groupPoints } = account;
  const riskClass = bandOf(model, score);
  if (model.alone === null || ORDER[riskClass] <= ORDER[model.alone.worst]) return riskClass;
  for (let group = 0; group < model.groups.length; group++) {
    if (group !== model.alone.group && (groupPoints[group] as number) > 0) return riskClass;
  }
  return model.alone.worst;
}

export function holds(run: Run, tree: ConditionTree): boolean {
  switch (tree.kind) {
    case 'leaf':
      return run.leafHit[tree.leaf] === 1;
    case 'not':
      return !holds(run, tree.of);
    case 'any':
      for (const each of tree.of) if (holds(run, each)) return true;
      return false;
    case 'all':
      for (const each of tree.of) if (!holds(run, each)) return false;
      return true;
  }
}

/** Whether the enterprise belongs to the scored population (domain: state 1 and suspended in, 3–6 out). */
export function isScored({ run, model }: Account): boolean {
  if (!run.begun || run.left) return false;
  return !model.leavingStatuses.has(run.attributeValue[run.program.statusSlot]);
}

export function conditionsMet({ run, model }: Account): CompiledCondition[] {
  return model.conditions.filter(({ when }) => holds(run, when));
}

const NONE: readonly string[] = [];

/** What facts alone come to, before a manual class and before what a base scheme determines. */
export interface Judgement {
  readonly riskClass: RiskClass | null;
  /** Codes of the direct determinations met. */
  readonly direct: readonly string[];
}

const OUTSIDE: Judgement = { riskClass: null, direct: NONE };

/** Band of a score, floors, direct determinations (直接判定), population; null = not in the scored population. */
export function judge(account: Account, score: number = account.score): Judgement {
  if (!isScored(account)) return OUTSIDE;
  const { run, model } = account;
  let riskClass = bandClass(account, score);
  let direct: string[] | null = null;
  for (let at = 0; at < model.conditions.length; at++) {
    const condition = model.conditions[at] as CompiledCondition;
    if (!holds(run, condition.when)) continue;
    riskClass = worse(riskClass, condition.riskClass);
    if (condition.kind === 'DIRECT') (direct ??= []).push(condition.code);
  }
  return { riskClass, direct: direct ?? NONE };
}
