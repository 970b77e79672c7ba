import type { EnterpriseAttributes, EvidenceLevel, Position } from '#libs/risk-model';
import type { Link } from './links.ts';

/** What the last assessment said of one scheme beside what stands in the position. */
export interface SchemeStanding {
  /** `id@version`. */
  readonly ruleSet: string;
  /** Milli-points. */
  readonly groups: Readonly<Record<string, number>>;
}

/** What the last assessment said: kept for the slim position and to tell what the next one changes. */
export interface Standing {
  /** The rule sets of that assessment, see RulesInForce. */
  readonly rules: string;
  /** That of the general scheme as `id@version`; empty without one. */
  readonly general: string;
  readonly evidenceLevel: EvidenceLevel;
  readonly attributes: StandingAttributes;
  readonly schemes: Readonly<Record<string, SchemeStanding>>;
}

/** What of an enterprise's own attributes the slim position tells, as of that assessment. */
export type StandingAttributes = Pick<EnterpriseAttributes, 'town' | 'industry' | 'registeredAt' | 'status'>;

/** What the scorer keeps of one enterprise. */
export interface EnterpriseState {
  readonly position: Position;
  /** Null while no rule set has been active. */
  readonly standing: Standing | null;
  /** True when a fact is made up: what is told of the enterprise carries the flag. */
  readonly synthetic: boolean;
  /** Offsets of the records that made the position, ascending: the log is read again there when a link takes effect. */
  readonly origins: readonly number[];
  /** Enterprises that this one goes on as. */
  readonly links: readonly Link[];
}
