import { addMonths } from './calendar.ts';
import { chooseContributions } from './choose.ts';
import type { CompiledIndicator, CompiledModel } from './compiled.ts';
import { evaluate } from './evaluate.ts';
import { joinParts } from './join-parts.ts';
import type { FactState } from './position.ts';
import { NO_OTHER_SCHEME, Run } from './run.ts';
import type { ClassOfScheme, PartTraits } from './run.ts';

/**
 * One reading of a position under one model: the run over its facts, and the sums made of it. Working memory, used again for
 * each position; read it before the next evaluation.
 */
export class Account {
  readonly model: CompiledModel;
  readonly run: Run;
  /** Each indicator before its cap, after exclusive sets and one incident once. */
  readonly sums: Float64Array;
  /** What each indicator brings to its group, after its cap. */
  readonly counted: Float64Array;
  readonly groupPoints: Float64Array;
  /** Indicators with a contribution, in order of the first one. */
  readonly touched: number[] = [];
  touches = 0;
  positiveSum = 0;
  positiveTaken = 0;
  score = 0;
  /** End of the time in which the latest event counts as evidence, and in which the enterprise counts as new. */
  evidenceEnd = -Infinity;
  newUntil = -Infinity;

  constructor(model: CompiledModel) {
    this.model = model;
    this.run = new Run(model.program);
    this.sums = new Float64Array(model.indicators.length);
    this.counted = new Float64Array(model.indicators.length);
    this.groupPoints = new Float64Array(model.groups.length);
  }

  /** Fills the account with everything that the facts come to at `asOf`. */
  read(facts: readonly FactState[], asOf: number, withoutDisputed: boolean, classOf: ClassOfScheme): void {
    const { run, model } = this;
    run.classOf = classOf;
    evaluate(run, facts, asOf, withoutDisputed);
    this.#joinParts();
    chooseContributions(run, model, this.sums);
    const total = this.#addGroups() - this.positiveTaken;
    this.score = total < 0 ? 0 : total > model.scaleMax ? model.scaleMax : total;
    this.#readEvidence();
  }

  /** Sums of the indicators that something contributes to; those and no others are listed in `touched`. */
  #joinParts(): void {
    const { run, model, sums, counted, touched } = this;
    for (let at = 0; at < this.touches; at++) sums[touched[at] as number] = counted[touched[at] as number] = 0;
    this.touches = 0;
    for (let entry = 0; entry < run.entries; entry++) {
      const { indicator } = run.program.parts[run.entryPart[entry] as number] as PartTraits;
      if (entry > 0 && this.#isTouched(indicator)) continue;
      touched[this.touches++] = indicator;
      sums[indicator] = joinParts(model.indicators[indicator] as CompiledIndicator, run.partSums);
    }
  }

  #isTouched(indicator: number): boolean {
    for (let at = 0; at < this.touches; at++) if (this.touched[at] === indicator) return true;
    return false;
  }

  isOpen(indicator: CompiledIndicator): boolean {
    return indicator.parts.some((part) => this.run.open[part] === 1);
  }

  #addGroups(): number {
    const { groupPoints, counted, sums, model, touched } = this;
    groupPoints.fill(0);
    let positive = 0;
    for (let each = 0; each < this.touches; each++) {
      const at = touched[each] as number;
      const indicator = model.indicators[at] as CompiledIndicator;
      const sum = sums[at] as number;
      const points = sum < indicator.cap ? sum : indicator.cap;
      counted[at] = points;
      if (indicator.positive) positive += points;
      else groupPoints[indicator.group] = (groupPoints[indicator.group] as number) + points;
    }
    let total = 0;
    for (let at = 0; at < model.groups.length; at++) {
      const cap = model.groups[at]?.cap as number;
      if ((groupPoints[at] as number) > cap) groupPoints[at] = cap;
      total += groupPoints[at] as number;
    }
    this.positiveSum = positive;
    const suspended = positive > 0 && model.indicators.some((item) => item.suspendsPositive && this.isOpen(item));
    this.positiveTaken = suspended ? 0 : Math.min(positive, model.positiveCap);
    return total;
  }

  #readEvidence(): void {
    const { run, model } = this;
    const registeredAt = run.attributeValue[model.registeredAtSlot];
    this.evidenceEnd = run.begun ? addMonths(run.lastStart, model.evidenceMonths) : -Infinity;
    this.newUntil = typeof registeredAt === 'number' ? addMonths(registeredAt, model.evidenceMonths) : -Infinity;
    run.watch(this.evidenceEnd);
    run.watch(this.newUntil);
  }
}

/** Both readings of a position: all facts with points under objection halved, and without the facts under objection. */
export interface Accounts {
  /** The score. */
  readonly score: Account;
  /** The class; the same account where nothing is under objection. */
  readonly forClass: Account;
}

const ACCOUNTS = new WeakMap<CompiledModel, Accounts>();

function accountsOf(model: CompiledModel): Accounts {
  const known = ACCOUNTS.get(model);
  if (known !== undefined) return known;
  const fresh = { score: new Account(model), forClass: new Account(model) };
  ACCOUNTS.set(model, fresh);
  return fresh;
}

/** Reads a position under a model; `score.run.next` is the least moment at which either reading may change. */
export function readBoth(
  facts: readonly FactState[],
  asOf: number,
  model: CompiledModel,
  classOf: ClassOfScheme = NO_OTHER_SCHEME,
): Accounts {
  const both = accountsOf(model);
  const { score, forClass } = both;
  score.read(facts, asOf, false, classOf);
  if (!score.run.sawDisputed) return { score, forClass: score };
  forClass.read(facts, asOf, true, classOf);
  score.run.watch(forClass.run.next);
  return both;
}
