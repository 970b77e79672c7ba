import type { ActiveRuleSets, Reason, RiskClass } from '#libs/risk-model';
import type { Traits } from './traits.ts';

/** Where an enterprise stands in one scheme under some rule sets; null class = not rated. */
export interface Standpoint {
  /** `id@version`. */
  readonly ruleSet: string;
  /** Milli-points, higher = riskier. */
  readonly score: number;
  readonly riskClass: RiskClass | null;
}

export interface Comparison {
  readonly schemeId: string;
  /** null = the scheme is not in force, or does not apply to the enterprise. */
  readonly before: Standpoint | null;
  readonly after: Standpoint | null;
  /** Why the class is what it would be; asked for those that move only. */
  reasons(): readonly Reason[];
}

export interface ScoredEnterprise {
  /** `scheme:value`. */
  readonly subject: string;
  readonly traits: Traits;
  readonly schemes: readonly Comparison[];
}

export interface Question {
  readonly before: ActiveRuleSets;
  readonly after: ActiveRuleSets;
  /** Epoch milliseconds; known is what the warehouse has applied up to `knownAt`. */
  readonly asOf: number;
  readonly knownAt: number;
}

/** Every enterprise of the city under two groups of rule sets. The engine behind it may score row by row or in SQL. */
export interface Population {
  /** Stands in the report. */
  readonly engine: string;
  /** The latest moment up to which facts are known; undefined while there is none. */
  latestKnown(): Promise<number | undefined>;
  size(knownAt: number): Promise<number>;
  /** Each enterprise once. */
  score(question: Question): AsyncIterable<ScoredEnterprise>;
}
