import type { RiskClass } from './position.ts';
import type { Bilingual, Label, RuleSetDefinition, WarningDefinition } from './rule-set/definition.ts';
import type { Program } from './run.ts';

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

/** One indicator of the set counts; `keys` gives the place of the key in the values of each fact type, -1 = none; null = all facts. */
export interface CompiledExclusiveSet {
  readonly members: readonly number[];
  readonly keys: readonly number[] | null;
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
