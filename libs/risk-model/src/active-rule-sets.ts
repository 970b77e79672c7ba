import type { CompiledRuleSet } from './compiled.ts';
import { keepingFor, type FactKeeping } from './keep.ts';
import { orderSchemes } from './read/scheme-order.ts';

/** The rule sets in force, one for each scheme, in the order in which they can be assessed. */
export interface ActiveRuleSets {
  readonly ruleSets: readonly CompiledRuleSet[];
  readonly keeping: FactKeeping;
}

/**
 * Puts rule sets together: a scheme comes after those it reads. `keepFor` are rule sets that may be activated later, whose
 * facts must be kept too. Throws a RuleSetError that names the missing scheme, the cycle or the scheme given twice.
 */
export function activate(
  ruleSets: readonly CompiledRuleSet[],
  keepFor: readonly CompiledRuleSet[] = [],
): ActiveRuleSets {
  const ordered = orderSchemes(ruleSets.map(({ definition }) => definition));
  return {
    ruleSets: ordered.map((definition) => ruleSets.find((item) => item.definition === definition) as CompiledRuleSet),
    keeping: keepingFor([...ruleSets, ...keepFor]),
  };
}
