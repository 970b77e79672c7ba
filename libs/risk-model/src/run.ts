import type { AttributeValue } from './facts.ts';
import { emptyLife } from './life.ts';
import type { Life, Reading } from './life.ts';
import { CONTENT, CONTENT_CASE } from './position.ts';
import type { FactState, RiskClass } from './position.ts';

/** Something an indicator or condition does with one fact that has begun; it reads the moments from `run.life`. */
export type FactRule = (run: Run, fact: FactState, place: number) => void;

/** Something done once all facts were seen: attributes, counts, sums. */
export type FinalRule = (run: Run) => void;

export type FactTest = (fact: FactState) => boolean;

/** Everything done with facts of one type; rules are listed by class of the fact, the unclassified first. */
export interface TypePlan extends Reading {
  /** For usable facts, `start ≤ as-of < end`. */
  readonly whileUsable: readonly (readonly FactRule[])[];
  /** For closed facts, `closedAt ≤ as-of < publicityEnd`: residuals, states that open at an expiry. */
  readonly afterClosing: readonly (readonly FactRule[])[];
  /** For facts that have begun, ended or not: the latest derived value. */
  readonly onceBegun: readonly FactRule[];
  /** [attribute slot, place of the value] for the types that state attributes of the enterprise. */
  readonly states: readonly (readonly [slot: number, place: number])[];
  /** A usable fact that passes takes the enterprise out of the scored population. */
  readonly leavesPopulation: FactTest | null;
  /** Says something of the enterprise's own conduct: makes it a member of the population, and is evidence. */
  readonly isEvidence: boolean;
  /** Nothing at all is done with facts of the type, not even as evidence: they are passed by. */
  readonly isIdle: boolean;
}

export interface PartTraits {
  readonly indicator: number;
  /** Only the greatest contribution counts. */
  readonly greatest: boolean;
  readonly inIncident: boolean;
  /** Place of the attribute whose values are counted apart. */
  readonly per: number | null;
}

/** What is read of the facts of an enterprise, compiled once. */
export interface Program {
  readonly plans: readonly TypePlan[];
  readonly unknownTypePlan: TypePlan;
  readonly finals: readonly FinalRule[];
  readonly attributeSlots: readonly string[];
  /** Slot of the register status; -1 where nobody asks for it. */
  readonly statusSlot: number;
  readonly parts: readonly PartTraits[];
  readonly collectors: number;
  readonly leaves: number;
  readonly objectionDays: number;
  readonly objectionPerMille: number;
}

const PER_MILLE = 1000;

/** Whole milli-points times per-mille, rounded half up. */
export function share(points: number, perMille: number): number {
  // Stryker disable next-line ConditionalExpression: saves the arithmetic, the answer is the same
  return perMille === PER_MILLE ? points : Math.floor((points * perMille + PER_MILLE / 2) / PER_MILLE);
}

// Stryker disable ArrayDeclaration,BooleanLiteral,UnaryOperator: working memory, written before it is read
/** Facts gathered for a count or a sum: places in the position, and the amount of each. */
export class Collector {
  readonly places: number[] = [];
  readonly values: number[] = [];
  size = 0;

  add(place: number, value: number): void {
    this.places[this.size] = place;
    this.values[this.size++] = value;
  }
}

/** What a scheme knows of the schemes that were assessed before it, at the same moment. */
export type ClassOfScheme = (schemeId: string) => RiskClass | null;

/** No other scheme is read. */
export const NO_OTHER_SCHEME: ClassOfScheme = () => null;

/**
 * Working memory of one evaluation, used again for each position so that the hot path allocates next to nothing.
 * Contributions lie in parallel arrays; `next` collects the least future moment at which anything may change.
 */
export class Run {
  readonly program: Program;
  facts: readonly FactState[] = [];
  asOf = 0;
  /** Facts under objection are left out: the run that decides the class. */
  withoutDisputed = false;
  sawDisputed = false;
  next = Infinity;
  classOf: ClassOfScheme = NO_OTHER_SCHEME;

  readonly life: Life = emptyLife();
  readonly otherLife: Life = emptyLife();
  /** The fact at hand is under objection, so its points are halved. */
  disputed = false;

  /** Sum, or greatest, of the contributions of each part, in milli-points. */
  readonly partSums: Float64Array;
  /** A state or clock of the part is open, counted or not. */
  readonly open: Uint8Array;

  entries = 0;
  caseEntries = 0;
  readonly entryPart: number[] = [];
  /** Place of the fact in the position; -1 where no fact is behind it (the class of another scheme). */
  readonly entryPlace: number[] = [];
  readonly entryUndecayed: number[] = [];
  readonly entryWeight: number[] = [];
  readonly entryPoints: number[] = [];
  readonly entryCounts: boolean[] = [];
  /** What was counted together: the value of `per`, or empty. */
  readonly entryGroup: string[] = [];
  /** Collector behind the entry, -1 for the fact at `entryPlace` alone. */
  readonly entryCollector: number[] = [];

  hits = 0;
  readonly hitLeaf: number[] = [];
  readonly hitPlace: number[] = [];
  readonly leafHit: Uint8Array;

  readonly collectors: readonly Collector[];
  /** Rules that wait until the attributes of the enterprise are known. */
  deferred = 0;
  readonly deferredRule: FactRule[] = [];
  readonly deferredPlace: number[] = [];

  readonly attributeValue: AttributeValue[] = [];
  readonly attributeStart: number[] = [];
  readonly attributePlace: number[] = [];
  readonly attributeDisputed: boolean[] = [];

  begun = false;
  left = false;
  lastStart = -Infinity;
  // Stryker restore all

  constructor(program: Program) {
    this.program = program;
    this.partSums = new Float64Array(program.parts.length);
    this.open = new Uint8Array(program.parts.length);
    this.leafHit = new Uint8Array(program.leaves);
    this.collectors = Array.from({ length: program.collectors }, () => new Collector());
  }

  reset(facts: readonly FactState[], asOf: number, withoutDisputed: boolean): void {
    this.facts = facts;
    this.asOf = asOf;
    this.withoutDisputed = withoutDisputed;
    // Stryker disable next-line BooleanLiteral: saves a second reading that comes to the same
    this.sawDisputed = false;
    this.next = Infinity;
    if (this.entries > 0) this.partSums.fill(0);
    this.open.fill(0);
    this.entries = 0;
    this.caseEntries = 0;
    if (this.hits > 0) this.leafHit.fill(0);
    this.hits = 0;
    this.deferred = 0;
    for (const collector of this.collectors) collector.size = 0;
    for (let slot = 0; slot < this.program.attributeSlots.length; slot++) {
      this.attributeValue[slot] = null;
      this.attributeStart[slot] = -Infinity;
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
  add(part: number, place: number, undecayed: number, weight: number): void {
    let points = share(undecayed, weight);
    if (this.disputed) points = share(points, this.program.objectionPerMille);
    const entry = this.entries++;
    this.entryPart[entry] = part;
    this.entryPlace[entry] = place;
    this.entryUndecayed[entry] = undecayed;
    this.entryWeight[entry] = weight;
    this.entryPoints[entry] = points;
    this.entryCounts[entry] = true;
    this.entryGroup[entry] = '';
    this.entryCollector[entry] = -1;
    const traits = this.program.parts[part] as PartTraits;
    const sum = this.partSums[part] as number;
    if (!traits.greatest) this.partSums[part] = sum + points;
    else if (points > sum) this.partSums[part] = points;
    // Stryker disable next-line ConditionalExpression,LogicalOperator,OptionalChaining: saves the look for cases, no more
    if (traits.inIncident && this.facts[place]?.[CONTENT]?.[CONTENT_CASE] !== null) this.caseEntries++;
  }

  /** Adds what the facts of a collector come to, counted or summed together; objections are in it already. */
  addCollected(part: number, collector: number, place: number, points: number, group: string): void {
    this.disputed = false;
    this.add(part, place, points, PER_MILLE);
    this.entryGroup[this.entries - 1] = group;
    this.entryCollector[this.entries - 1] = collector;
  }

  /** Adds a contribution of the fact that states an attribute of the enterprise. */
  addAttribute(part: number, slot: number, points: number): void {
    this.disputed = this.attributeDisputed[slot] as boolean;
    this.add(part, this.attributePlace[slot] as number, points, PER_MILLE);
  }

  /** Place of the indicator that an entry contributes to. */
  indicatorOf(entry: number): number {
    return (this.program.parts[this.entryPart[entry] as number] as PartTraits).indicator;
  }

  hit(leaf: number, place: number): void {
    const hit = this.hits++;
    this.hitLeaf[hit] = leaf;
    this.hitPlace[hit] = place;
    this.leafHit[leaf] = 1;
  }

  defer(rule: FactRule, place: number): void {
    this.deferredRule[this.deferred] = rule;
    this.deferredPlace[this.deferred++] = place;
  }
}
