import type { RuleSetReleaseStep } from '#libs/contracts';
import { identityOfStep } from './release.ts';

/** Begins the note of an activation that took a release back, by one person and without approval. */
export const WAY_BACK = 'way back: ';

export function isWayBack({ step, note }: RuleSetReleaseStep): boolean {
  return step === 'ACTIVATED' && note.startsWith(WAY_BACK);
}

export type WayBack =
  | { readonly kind: 'to'; readonly ruleSet: string; readonly undoes: RuleSetReleaseStep }
  | { readonly kind: 'none'; readonly why: string };

/**
 * Which rule set a scheme goes back to: the one that its last activation replaced, or the one that was retired. One step back
 * only: going back from the way back would put in force, by one person, what was just taken out.
 * @param inForce `id@version` in the scheme now; undefined when it is not rated
 */
export function wayBack(schemeId: string, steps: readonly RuleSetReleaseStep[], inForce: string | undefined): WayBack {
  const last = steps.findLast(
    (step) => step.schemeId === schemeId && (step.step === 'ACTIVATED' || step.step === 'RETIRED'),
  );
  const none = (why: string): WayBack => ({ kind: 'none', why });
  if (last === undefined)
    return none(
      `nothing was released in the scheme ${schemeId}: ${inForce ?? 'no rule set'} is what the log began with`,
    );
  const done = identityOfStep(last);
  if (last.step === 'RETIRED') return { kind: 'to', ruleSet: done, undoes: last };
  if (isWayBack(last))
    return none(
      `${done} is the way back already, since ${last.by} took it; any other rule set is activated after approval`,
    );
  if (inForce !== done)
    return none(`${done} was activated last, but ${inForce ?? 'no rule set'} is in force in ${schemeId}`);
  if (last.previous === null)
    return none(`there was no rule set in the scheme ${schemeId} before ${done}; retire the scheme instead`);
  return { kind: 'to', ruleSet: last.previous, undoes: last };
}
