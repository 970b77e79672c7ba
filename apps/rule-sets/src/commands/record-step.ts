import type { RuleSetReleaseStep } from '#libs/contracts';
import type { RuleSetFile } from '#libs/rule-set-files';
import { refOf, statementOf, type Desk, type Standing } from '../desk.ts';
import { RefusedError } from '../refused.ts';
import type { Account } from '../release/accounts.ts';
import { decide, type Situation, type WantedStep } from '../release/decide.ts';

export interface StepRequest {
  readonly step: WantedStep;
  readonly file: RuleSetFile;
  readonly by: Account;
  readonly note: string;
}

/** Throws RefusedError when the step may not follow those shown. */
export async function refuseUnlessAccepted(
  desk: Desk,
  { step, file, by, note }: StepRequest,
  steps: readonly RuleSetReleaseStep[],
  at: number,
): Promise<Standing> {
  const standing = await desk.standing(steps);
  const verdict = decide({ step, file: refOf(file), by, note, at }, steps, situationOf(standing, file));
  if (verdict.kind === 'refused') throw new RefusedError(verdict.why);
  return standing;
}

/** Writes a step that activates nothing. Throws RefusedError when it may not be taken. */
export function recordStep(
  desk: Desk,
  request: StepRequest,
  dryRun: string | null = null,
): Promise<RuleSetReleaseStep> {
  const { step, file, by, note } = request;
  return desk.releases.write(async (steps) => {
    const at = Date.now();
    await refuseUnlessAccepted(desk, request, steps, at);
    return { statement: { ...statementOf(refOf(file), { step, by: by.name, at, note }), dryRun } };
  });
}

function situationOf({ activations, inForce }: Standing, file: RuleSetFile): Situation {
  return {
    inForce: new Map([...inForce].map(([schemeId, { ruleSet }]) => [schemeId, ruleSet])),
    activated: new Map(activations.map(({ ruleSet, sha256 }) => [ruleSet, sha256])),
    effective: file.compiled.definition.effective,
  };
}
