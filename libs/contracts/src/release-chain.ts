import { hash } from 'node:crypto';
import type { RuleSetReleaseStep } from './generated/records.ts';
import { canonical, idOf } from './identity.ts';

/** What a step states, before it takes its place behind the step before. */
export type ReleaseStatement = Omit<RuleSetReleaseStep, 'stepId' | 'previousHash' | 'hash'>;

/**
 * The step as it is written behind `before`, the last one in the topic (undefined: it is the first). The same statement
 * behind the same step has the same id and hash, so that a repetition after a lost answer shows as one; a step given as
 * the statement counts by what it states.
 */
export function chainReleaseStep(stated: ReleaseStatement, before: RuleSetReleaseStep | undefined): RuleSetReleaseStep {
  const { stepId: _, previousHash: __, hash: ___, ...statement } = stated as RuleSetReleaseStep;
  const previousHash = before?.hash ?? null;
  const stepId = idOf('rule-set-release', previousHash ?? '', canonical(statement));
  const step = { ...statement, stepId, previousHash };
  return { ...step, hash: releaseHashOf(step) };
}

/**
 * SHA-256 over everything that a step states and over the hash of the step before, as 64 hex digits. Null fields are left
 * out: a field added to the record later must have null as its default, or every older step would seem changed.
 */
export function releaseHashOf(step: Omit<RuleSetReleaseStep, 'hash'>): string {
  const { hash: _, ...stated } = step as RuleSetReleaseStep;
  return hash('sha256', canonical(stated), 'hex');
}

/**
 * What is wrong with the first step that is not as it was written or does not follow the one before it, in words for an
 * operator; undefined when the chain holds. A repetition of the step before, left by a writer that got no answer, is none.
 * A chain shows what was changed, dropped or inserted, not that its end was cut off: compare its last hash for that.
 */
export function brokenReleaseChain(steps: readonly RuleSetReleaseStep[]): string | undefined {
  let before: RuleSetReleaseStep | undefined;
  for (const step of steps) {
    const name = `${step.step} of ${step.ruleSetId}@${step.version} (step ${step.stepId})`;
    if (step.hash !== releaseHashOf(step)) return `${name} was changed after it was written: its hash is another`;
    if (step.hash === before?.hash) continue;
    if (step.previousHash !== (before?.hash ?? null)) {
      return before
        ? `${name} does not follow ${before.step} of ${before.ruleSetId}@${before.version} (step ${before.stepId}): a step was dropped or inserted`
        : `${name} is the first one there is, but names one before it: the beginning was dropped`;
    }
    before = step;
  }
  return undefined;
}
