import type { CompiledRuleSet } from './compiled.ts';
import { readRuleSet } from './read/read-rule-set.ts';
import { compileDefinition } from './compile/compile-rule-set.ts';

/**
 * Checks an already parsed rule-set file and turns it into closures, once. Throws `RuleSetError` with every fault of
 * the file at once, each with its path: nothing of a wrong rule set is ever used.
 */
export function compileRuleSet(file: unknown): CompiledRuleSet {
  return compileDefinition(readRuleSet(file));
}
