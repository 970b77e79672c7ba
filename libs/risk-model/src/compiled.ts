import type { Reading } from './life.ts';
import type { FactState, RiskClass } from './position.ts';
import type { Bilingual, Label, RuleSetDefinition, WarningDefinition } from './rule-set/definition.ts';
import type { Run } from './run.ts';

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

export interface CompiledIndicator {
  readonly code: string;
  readonly name: Bilingual;
  readonly label: Label;
  readonly basis: string;
  readonly group: number;
  /** Milli-points, as a magnitude for the positive pool too. */
  readonly cap: number;
  /** Places of its parts; joined by their sum or by their greatest. */
  readonly parts: readonly number[];
  readonly greatestPart: boolean;
  /** Belongs to the positive pool (守信): taken off, not added. */
  readonly positive: boolean;
  readonly suspendsPositive: boolean;
  /** Order in which facts of one case are preferred on equal totals; -1 outside of the one-incident-once set. */
  readonly incidentOrder: number;
}

export interface CompiledGroup {
  readonly code: string;
  readonly name: Bilingual;
  readonly cap: number;
}

export interface Band {
  readonly riskClass: RiskClass;
  /** Milli-points, half-open `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

/** A condition over leaves: places in the run's `leafHit`. */
export type ConditionTree =
  | { readonly kind: 'leaf'; readonly leaf: number }
  | { readonly kind: 'any' | 'all'; readonly of: readonly ConditionTree[] }
  | { readonly kind: 'not'; readonly of: ConditionTree };

/** A floor or a direct determination. */
export interface CompiledCondition {
  readonly code: string;
  readonly name: Bilingual;
  readonly label: Label;
  readonly basis: string;
  readonly kind: 'FLOOR' | 'DIRECT';
  readonly riskClass: RiskClass;
  readonly when: ConditionTree;
}

export interface CompiledWarning {
  readonly definition: WarningDefinition;
  /** Of NEWLY_MET. */
  readonly when: ConditionTree | null;
}

/** One indicator of the set counts; `keys` gives the place of the key in the values of each fact type, null = all facts. */
export interface CompiledExclusiveSet {
  readonly members: readonly number[];
  readonly keys: ReadonlyMap<number, number> | null;
}

export interface CompiledModel {
  readonly program: Program;
  readonly registeredAtSlot: number;
  readonly leavingStatuses: ReadonlySet<unknown>;
  readonly groups: readonly CompiledGroup[];
  readonly indicators: readonly CompiledIndicator[];
  readonly exclusiveSets: readonly CompiledExclusiveSet[];
  /** Direct determinations first, then floors. */
  readonly conditions: readonly CompiledCondition[];
  readonly scaleMax: number;
  readonly bands: readonly Band[];
  readonly alone: { readonly group: number; readonly worst: RiskClass } | null;
  readonly positiveCap: number;
  readonly evidenceMonths: number;
  readonly overrideDays: number | null;
  readonly warnings: readonly CompiledWarning[];
  readonly classNames: ReadonlyMap<number, readonly string[]>;
}

/** Whether a scheme rates an enterprise at all. */
export interface Gate {
  readonly program: Program;
  readonly when: ConditionTree;
}

/** A checked rule set, ready to assess with. */
export interface CompiledRuleSet {
  readonly id: string;
  readonly version: string;
  /** `id@version`, as it stands in each result. */
  readonly identity: string;
  readonly schemeId: string;
  readonly label: Label;
  readonly definition: RuleSetDefinition;
  readonly gate: Gate | null;
  readonly model: CompiledModel;
}
