import { activate, RuleSetError, type ActiveRuleSets, type CompiledRuleSet } from '#libs/risk-model';
import type { Desk, Standing } from '../desk.ts';
import { RefusedError } from '../refused.ts';

/** The rule sets in force, ready to assess with. Throws RefusedError when a file is not the one that was activated. */
export function ruleSetsInForce(desk: Desk, { inForce }: Standing): readonly CompiledRuleSet[] {
  return [...inForce.values()].map(({ ruleSet, sha256 }) => {
    const file = desk.file(ruleSet);
    if (file.sha256 !== sha256)
      throw new RefusedError(
        `${ruleSet} is in force with SHA-256 ${sha256}, but its file has ${file.sha256}: put the released file back`,
      );
    return file.compiled;
  });
}

/** Those in force with the candidate in its scheme. Throws RefusedError when they cannot act together. */
export function withCandidate(inForce: readonly CompiledRuleSet[], candidate: CompiledRuleSet): ActiveRuleSets {
  return together([...inForce.filter(({ schemeId }) => schemeId !== candidate.schemeId), candidate]);
}

export function together(ruleSets: readonly CompiledRuleSet[]): ActiveRuleSets {
  try {
    return activate(ruleSets);
  } catch (error) {
    if (!(error instanceof RuleSetError)) throw error;
    const faults = error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw new RefusedError(`the schemes in force would not hold together: ${faults.join('; ')}`, { cause: error });
  }
}
