import { chainReleaseStep, type ReleaseStatement, type RuleSetReleaseStep } from '#libs/contracts';
import type { Account } from './accounts.ts';
import type { Situation, Wanted } from './decide.ts';
import type { RuleSetRef } from './release.ts';

export const ADMINISTRATOR: Account = { name: 'li', role: 'model-administrator' };
export const APPROVER: Account = { name: 'wang', role: 'approver' };
export const FILE: RuleSetRef = { id: 'general', version: '2.0.0', schemeId: 'general', sha256: 'a'.repeat(64) };
export const AT = Date.UTC(2026, 10, 2);

/** Steps of a chain, each behind the one before; what is left out is the plain step of FILE by the administrator. */
export function chainOf(...stated: readonly Partial<ReleaseStatement>[]): readonly RuleSetReleaseStep[] {
  const steps: RuleSetReleaseStep[] = [];
  for (const each of stated) {
    const statement: ReleaseStatement = {
      ruleSetId: FILE.id,
      version: FILE.version,
      schemeId: FILE.schemeId,
      sha256: FILE.sha256,
      step: 'CHECKED',
      by: ADMINISTRATOR.name,
      at: AT,
      note: '',
      activationId: null,
      previous: null,
      dryRun: null,
      ...each,
    };
    steps.push(chainReleaseStep(statement, steps.at(-1)));
  }
  return steps;
}

export const CHECKED = { step: 'CHECKED' } as const;
export const DRY_RUN = { step: 'DRY_RUN', dryRun: JSON.stringify({ replaces: 'general@1.0.0' }) } as const;
export const PROPOSED = { step: 'PROPOSED' } as const;
export const APPROVED = { step: 'APPROVED', by: APPROVER.name } as const;
export const ACTIVATED = { step: 'ACTIVATED', activationId: 'f1', previous: 'general@1.0.0' } as const;

export function wanted(step: Wanted['step'], other: Partial<Wanted> = {}): Wanted {
  const by = step === 'APPROVED' || step === 'REJECTED' ? APPROVER : ADMINISTRATOR;
  return { step, file: FILE, by, note: 'why', at: AT, ...other };
}

export const SITUATION: Situation = {
  inForce: new Map([['general', 'general@1.0.0']]),
  activated: new Map([['general@1.0.0', 'b'.repeat(64)]]),
  effective: { from: null, to: null },
};
