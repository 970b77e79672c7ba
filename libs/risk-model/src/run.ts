import { emptyLife } from './life.ts';
import type { Life, Reading } from './life.ts';
import type { AttributeValue } from './facts.ts';
import { CONTENT, CONTENT_CASE } from './position.ts';
import type { FactState } from './position.ts';

/** One row of a count or a sum: which fact brought what to which sub-total. */
export interface Row {
  readonly indicator: number;
  readonly place: number;
  readonly value: number;
  readonly group: string;
  readonly incident: string;
}

/** What a run needs to know of the model it works for. */
export interface RunModel {
  readonly indicators: readonly { readonly greatest: boolean; readonly incidentOrder: number }[];
  readonly groups: readonly unknown[];
  readonly attributeSlots: readonly string[];
  readonly plans: readonly Reading[];
  readonly objectionDays: number;
  readonly objectionPerMille: number;
}

const PER_MILLE = 1000;

/** Whole milli-points times per-mille, rounded half up. */
export function share(points: number, perMille: number): number {
  return perMille === PER_MILLE ? points : Math.floor((points * perMille + PER_MILLE / 2) / PER_MILLE);
}

/**
 * Working memory of one evaluation, used again for each position so that the hot path allocates next to nothing.
 * Contributions lie in parallel arrays; `next` collects the least future moment at which anything may change.
 */
export class Run {
  readonly model: RunModel;
  facts: readonly FactState[] = [];
  asOf = 0;
  /** Facts under objection are left out: the run that decides the class. */
  withoutDisputed = false;
  sawDisputed = false;
  next = Infinity;

  readonly life: Life = emptyLife();
  readonly otherLife: Life = emptyLife();
  /** The fact at hand is under objection, so its points are halved. */
  disputed = false;

  /** Sum, or greatest, of the contributions of each indicator, in milli-points before its cap. */
  readonly sums: Float64Array;
  /** What each indicator brings to its group after exclusion, one-incident-once and its cap. */
  readonly counted: Float64Array;
  readonly groupPoints: Float64Array;
  readonly open: Uint8Array;

  entries = 0;
  caseEntries = 0;
  readonly entryIndicator: number[] = [];
  readonly entryPlace: number[] = [];
  readonly entryUndecayed: number[] = [];
  readonly entryWeight: number[] = [];
  readonly entryPoints: number[] = [];
  readonly entryCounts: boolean[] = [];
  readonly entryGroup: string[] = [];

  hits = 0;
  readonly hitCondition: number[] = [];
  readonly hitPlace: number[] = [];

  readonly rows: Row[] = [];

  readonly attributeValue: AttributeValue[] = [];
  readonly attributeStart: number[] = [];
  readonly attributePlace: number[] = [];
  readonly attributeDisputed: boolean[] = [];

  begun = false;
  left = false;
  lastStart = -Infinity;

  /** End of the time in which the latest event counts as evidence, and in which the enterprise counts as new. */
  evidenceEnd = -Infinity;
  newUntil = -Infinity;

  positiveSum = 0;
  positiveTaken = 0;
  score = 0;

  constructor(model: RunModel) {
    this.model = model;
    this.sums = new Float64Array(model.indicators.length);
    this.counted = new Float64Array(model.indicators.length);
    this.groupPoints = new Float64Array(model.groups.length);
    this.open = new Uint8Array(model.indicators.length);
  }

  reset(facts: readonly FactState[], asOf: number, withoutDisputed: boolean): void {
    this.facts = facts;
    this.asOf = asOf;
    this.withoutDisputed = withoutDisputed;
    this.sawDisputed = false;
    this.next = Infinity;
    this.sums.fill(0);
    this.open.fill(0);
    this.entries = 0;
    this.caseEntries = 0;
    this.hits = 0;
    if (this.rows.length > 0) this.rows.length = 0;
    for (let slot = 0; slot < this.model.attributeSlots.length; slot++) {
      this.attributeValue[slot] = null;
      this.attributeStart[slot] = -Infinity;
      this.attributePlace[slot] = -1;
      this.attributeDisputed[slot] = false;
    }
    this.begun = false;
    this.left = false;
    this.lastStart = -Infinity;
  }

  /** Notes a moment at which something may change. */
  watch(moment: number): void {
    if (moment > this.asOf && moment < this.next) this.next = moment;
  }

  /** Adds a contribution of the fact at hand: milli-points before decay, weight in per-mille. */
  add(indicator: number, place: number, undecayed: number, weight: number): void {
    let points = share(undecayed, weight);
    if (this.disputed) points = share(points, this.model.objectionPerMille);
    const entry = this.entries++;
    this.entryIndicator[entry] = indicator;
    this.entryPlace[entry] = place;
    this.entryUndecayed[entry] = undecayed;
    this.entryWeight[entry] = weight;
    this.entryPoints[entry] = points;
    this.entryCounts[entry] = true;
    this.entryGroup[entry] = '';
    const traits = this.model.indicators[indicator];
    if (traits === undefined) return;
    const sum = this.sums[indicator] as number;
    if (!traits.greatest) this.sums[indicator] = sum + points;
    else if (points > sum) this.sums[indicator] = points;
    if (traits.incidentOrder >= 0 && this.facts[place]?.[CONTENT]?.[CONTENT_CASE] !== null) this.caseEntries++;
  }

  /** Adds a contribution of the fact that states an attribute of the enterprise. */
  addAttribute(indicator: number, slot: number, points: number): void {
    this.disputed = this.attributeDisputed[slot] as boolean;
    this.add(indicator, this.attributePlace[slot] as number, points, PER_MILLE);
  }

  hit(condition: number, place: number): void {
    const hit = this.hits++;
    this.hitCondition[hit] = condition;
    this.hitPlace[hit] = place;
  }
}
