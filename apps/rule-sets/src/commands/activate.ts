import { refOf, type Desk } from '../desk.ts';
import type { Output } from '../output.ts';
import { RefusedError } from '../refused.ts';
import { WAY_BACK, wayBack } from '../release/way-back.ts';
import type { ExitCode } from './exit-code.ts';
import { refuseUnlessAccepted } from './record-step.ts';
import { ruleSetsInForce, together, withCandidate } from './rule-sets-in-force.ts';
import { takeEffect, type WaitOptions } from './take-effect.ts';

export interface ActOptions extends WaitOptions {
  readonly by: string;
  readonly note: string;
}

/** `activate`: what was approved decides its scheme from here on. */
export async function activateRuleSet(desk: Desk, out: Output, name: string, options: ActOptions): Promise<ExitCode> {
  const by = desk.account(options.by);
  return takeEffect(desk, out, options, async (steps, at) => {
    const file = desk.file(name);
    const { note } = options;
    const standing = await refuseUnlessAccepted(desk, { step: 'ACTIVATED', file, by, note }, steps, at);
    withCandidate(ruleSetsInForce(desk, standing), file.compiled);
    const previous = standing.inForce.get(file.compiled.schemeId)?.ruleSet ?? null;
    return { ref: refOf(file), step: 'ACTIVATED', by: by.name, note, previous };
  });
}

/** `rollback`: one person of either role takes the last activation of a scheme back, whatever the effective period says. */
export async function rollBack(desk: Desk, out: Output, schemeId: string, options: ActOptions): Promise<ExitCode> {
  const by = desk.account(options.by);
  if (options.note === '') throw new RefusedError('say why with --note: this step is taken by one person alone');
  return takeEffect(desk, out, options, async (steps) => {
    const standing = await desk.standing(steps);
    const current = standing.inForce.get(schemeId)?.ruleSet;
    const way = wayBack(schemeId, steps, current);
    if (way.kind === 'none') throw new RefusedError(way.why);
    const file = desk.file(way.ruleSet);
    const released = standing.activations.findLast(({ ruleSet }) => ruleSet === way.ruleSet);
    if (released?.sha256 !== file.sha256)
      throw new RefusedError(
        `${way.ruleSet} was in force with SHA-256 ${released?.sha256 ?? '(never)'}, its file has ${file.sha256}: put the released file back`,
      );
    // What is in force is judged by its file only as far as it stays: the way back must be open when the new file is gone.
    const others = new Map([...standing.inForce].filter(([scheme]) => scheme !== schemeId));
    withCandidate(ruleSetsInForce(desk, { ...standing, inForce: others }), file.compiled);
    const note = WAY_BACK + options.note;
    return { ref: refOf(file), step: 'ACTIVATED', by: by.name, note, previous: current ?? null };
  });
}

/** `retire`: a scheme is rated no longer. The general one stays: every other thing in the system rests on it. */
export async function retire(desk: Desk, out: Output, schemeId: string, options: ActOptions): Promise<ExitCode> {
  const by = desk.account(options.by);
  const { note } = options;
  if (by.role !== 'approver')
    throw new RefusedError(`${by.name} is ${by.role}; RETIRED is for an account with the role approver`);
  if (note === '') throw new RefusedError('say why with --note: a retired scheme rates nobody');
  return takeEffect(desk, out, options, async (steps) => {
    const standing = await desk.standing(steps);
    const current = standing.inForce.get(schemeId);
    if (current === undefined)
      throw new RefusedError(
        `the scheme ${schemeId} is not in force; there are ${[...standing.inForce.keys()].join(', ')}`,
      );
    const inForce = ruleSetsInForce(desk, standing);
    const own = inForce.find((ruleSet) => ruleSet.schemeId === schemeId);
    if (own?.definition.scheme.kind === 'general')
      throw new RefusedError(
        `${schemeId} is the general scheme, which is never retired; activate another rule set in it`,
      );
    together(inForce.filter((ruleSet) => ruleSet !== own));
    const ref = refOf(desk.file(current.ruleSet));
    return { ref, step: 'RETIRED', by: by.name, note, previous: null };
  });
}
