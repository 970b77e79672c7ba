import type { FactRecord } from '#libs/risk-model';
import type { EnterpriseView, Subject } from '../reads/views.ts';
import type { EnterpriseExplanation } from './views.ts';

export interface ExplainInput {
  readonly subject: Subject;
  /** What is stored of the enterprise; undefined when the warehouse has facts but no position yet. */
  readonly enterprise: EnterpriseView | undefined;
  /** In log order. */
  readonly facts: readonly FactRecord[];
  /** Epoch ms. */
  readonly asOf: number;
  readonly knownAt: number | null;
}

export type Explain = (input: ExplainInput) => EnterpriseExplanation;
