import type { RuleSetReleaseStep } from '#libs/contracts';
import { identityOfStep } from './release.ts';

/** A rule set that took effect in every partition, or was retired there. */
export interface Activation {
  readonly activationId: string;
  /** `id@version`. */
  readonly ruleSet: string;
  readonly schemeId: string;
  readonly sha256: string;
  readonly at: number;
  readonly retired: boolean;
}

export function activationOfStep(step: RuleSetReleaseStep): Activation | undefined {
  const { activationId, schemeId, sha256, at } = step;
  if (activationId === null) return undefined;
  return { activationId, ruleSet: identityOfStep(step), schemeId, sha256, at, retired: step.step === 'RETIRED' };
}

/**
 * Every activation once, in the order in which they took effect. Those that the log began with are known from ClickHouse only,
 * those of releases from their steps too, so that a warehouse that lags hides none.
 */
export function allActivations(
  stored: readonly Activation[],
  steps: readonly RuleSetReleaseStep[],
): readonly Activation[] {
  const known = new Map<string, Activation>();
  for (const activation of stored) known.set(activation.activationId, activation);
  for (const step of steps) {
    const activation = activationOfStep(step);
    if (activation !== undefined) known.set(activation.activationId, activation);
  }
  return [...known.values()].sort((one, other) => one.at - other.at);
}

/** What decides each scheme now. */
export function inForceOf(activations: readonly Activation[]): ReadonlyMap<string, Activation> {
  const inForce = new Map<string, Activation>();
  for (const activation of activations) {
    if (activation.retired) inForce.delete(activation.schemeId);
    else inForce.set(activation.schemeId, activation);
  }
  return inForce;
}
