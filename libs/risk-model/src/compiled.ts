import type { Reading } from './life.ts';
import type { FactState, RiskClass } from './position.ts';
import type { Run } from './run.ts';

/** Something an indicator or condition does with one fact that has begun; it reads the moments from `run.life`. */
export type FactRule = (run: Run, fact: FactState, place: number) => void;

/** Something done once all facts were seen: attributes, counts, sums. */
export type FinalRule = (run: Run) => void;

/** Everything done with facts of one type; rules are listed by class of the fact, the unclassified first. */
export interface TypePlan extends Reading {
  /** For usable facts, `start ≤ as-of < end`. */
  readonly whileUsable: readonly (readonly FactRule[])[];
  /** For closed facts, `closedAt ≤ as-of < publicityEnd`: residuals. */
  readonly afterClosing: readonly (readonly FactRule[])[];
  /** [attribute slot, place of the value] for the types that state attributes of the enterprise. */
  readonly states: readonly (readonly [slot: number, place: number])[];
  /** A usable fact of this type takes the enterprise out of the scored population. */
  readonly leavesPopulation: boolean;
}

export interface CompiledIndicator {
  readonly code: string;
  readonly name: Bilingual;
  readonly form: string;
  readonly basis: string;
  readonly group: number;
  /** Milli-points, as a magnitude for the positive pool too. */
  readonly cap: number;
  /** The single greatest fact counts, instead of the sum. */
  readonly greatest: boolean;
  /** Belongs to the positive pool (守信): taken off, not added. */
  readonly positive: boolean;
  readonly suspendsPositive: boolean;
  /** Order in which facts of one case are preferred on equal totals; -1 outside of the one-incident-once set. */
  readonly incidentOrder: number;
}

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export interface CompiledGroup {
  readonly code: string;
  readonly cap: number;
}

export interface Band {
  readonly riskClass: RiskClass;
  /** Milli-points, half-open `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

/** A floor or a direct determination; `condition` is its place in the run's list of hits. */
export interface CompiledCondition {
  readonly code: string;
  readonly name: Bilingual;
  readonly basis: string;
  readonly kind: 'FLOOR' | 'DIRECT';
  readonly riskClass: RiskClass;
}

export type WarningLevel = 'RED' | 'ORANGE' | 'YELLOW' | 'BLUE';

export interface CompiledWarning {
  readonly id: string;
  readonly level: WarningLevel;
  readonly text: Bilingual;
  readonly when:
    | { readonly kind: 'DIRECT_NEWLY_MET' }
    | { readonly kind: 'WORSENED_BY'; readonly classes: number }
    | { readonly kind: 'MOVED'; readonly from: RiskClass; readonly to: RiskClass };
}

export interface CompiledModel {
  readonly plans: readonly TypePlan[];
  readonly unknownTypePlan: TypePlan;
  readonly finals: readonly FinalRule[];
  readonly attributeSlots: readonly string[];
  readonly statusSlot: number;
  readonly registeredAtSlot: number;
  readonly leavingStatuses: ReadonlySet<string>;
  readonly groups: readonly CompiledGroup[];
  readonly indicators: readonly CompiledIndicator[];
  readonly exclusiveSets: readonly (readonly number[])[];
  readonly conditions: readonly CompiledCondition[];
  readonly scaleMax: number;
  readonly bands: readonly Band[];
  readonly alone: { readonly group: number; readonly worst: RiskClass } | null;
  readonly positiveCap: number;
  readonly evidenceMonths: number;
  readonly objectionDays: number;
  readonly objectionPerMille: number;
  readonly warnings: readonly CompiledWarning[];
  readonly classNames: ReadonlyMap<number, readonly string[]>;
}

/** A checked rule set, ready to assess with. One scheme for now; results are lists, so that more can follow. */
export interface CompiledRuleSet {
  readonly id: string;
  readonly version: string;
  /** `id@version`, as it stands in each result. */
  readonly identity: string;
  readonly schemeId: string;
  readonly label: 'published' | 'proposal';
  readonly model: CompiledModel;
}
