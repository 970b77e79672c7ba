import { activate, schemesReadBy, type ActiveRuleSets, type CompiledRuleSet } from '#libs/risk-model';
import { readMemory, type PartitionMemory } from './partition-memory.ts';
import type { RuleSets } from './rule-sets.ts';

/** A partition's memory with what it means for scoring. */
export interface RulesInForce {
  readonly memory: PartitionMemory;
  /** The rule sets that decide, as one text: states assessed under another one are due. Empty = nothing is scored. */
  readonly identity: string;
  /** The rule set of the general scheme as `id@version`; empty without one. */
  readonly general: string;
  readonly active: ActiveRuleSets;
}

/** More than the partitions of one process can differ by. */
const REMEMBERED = 256;

/** What each memory text means; memory is asked for with every record and changes a few times in a log's life. */
export class RulesByMemory {
  readonly #ruleSets: RuleSets;
  readonly #known = new Map<string, RulesInForce>();
  #loaded = 0;

  constructor(ruleSets: RuleSets) {
    this.#ruleSets = ruleSets;
  }

  /** Throws when the folder holds a rule set no more that the memory names. */
  of(text: string): RulesInForce {
    // A file that came late is one more whose facts are kept.
    if (this.#loaded !== this.#ruleSets.size) this.#known.clear();
    this.#loaded = this.#ruleSets.size;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const memory = readMemory(text);
    const effective = effectiveOf(Object.values(memory.ruleSets).map((name) => this.#ruleSets.get(name)));
    const rules: RulesInForce = {
      memory,
      identity: effective.map(({ identity }) => identity).join(' '),
      general: effective.find(({ definition }) => definition.scheme.kind === 'general')?.identity ?? '',
      active: activate(effective, this.#ruleSets.all()),
    };
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(text, rules);
    return rules;
  }
}

/**
 * Those whose schemes can be rated now: a scheme that reads another one waits until that one is rated too, and is rated no
 * longer when that one is retired. Sorted by identity.
 */
export function effectiveOf(ruleSets: readonly CompiledRuleSet[]): readonly CompiledRuleSet[] {
  let waiting = [...ruleSets];
  const effective: CompiledRuleSet[] = [];
  for (let added = true; added;) {
    const rated = new Set(effective.map(({ schemeId }) => schemeId));
    const ready = waiting.filter((ruleSet) =>
      schemesReadBy(ruleSet.definition).every(({ scheme }) => rated.has(scheme)),
    );
    effective.push(...ready);
    waiting = waiting.filter((ruleSet) => !ready.includes(ruleSet));
    added = ready.length > 0;
  }
  return effective.sort((a, b) => (a.identity < b.identity ? -1 : 1));
}
