import type { StoredFact } from './stored-fact.ts';
import type { Activation, ChangeView, Distribution, EnterpriseView, Subject } from './views.ts';

/** What the console reads from ClickHouse. Nothing here is on record yet: only `AuditedReads` may hand a class to a viewer. */
export interface RiskReads {
  distribution(): Promise<readonly Distribution[]>;
  /** The latest class changes, newest first. */
  recentChanges(limit: number): Promise<readonly ChangeView[]>;
  /** Enterprises whose key starts with the query or whose name contains it, with their stored classes. */
  search(query: string, limit: number): Promise<readonly EnterpriseView[]>;
  /** One enterprise with its stored classes, or undefined when nothing is known of it. */
  enterprise(subject: Subject): Promise<EnterpriseView | undefined>;
  /** Every fact record of the enterprise in log order; with `knownAt` (epoch ms) only those applied until then. */
  factsOf(subject: Subject, knownAt: number | null): Promise<readonly StoredFact[]>;
  /** Activations of rule sets in the log of the enterprise's facts, in its order; with `knownAt` those applied until then. */
  activationsOf(subject: Subject, knownAt: number | null): Promise<readonly Activation[]>;
  /** Names by `scheme:value`. */
  namesOf(subjects: readonly Subject[]): Promise<ReadonlyMap<string, string>>;
}
