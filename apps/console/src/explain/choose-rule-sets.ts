import { activate, schemesReadBy, type ActiveRuleSets, type CompiledRuleSet } from '#libs/risk-model';
import type { Activation, StoredClass } from '../reads/views.ts';
import type { RuleSets } from './rule-sets.ts';
import type { RuleSetOrigin } from './views.ts';

/** The rule set that explains a scheme, and why it is this one. */
export interface ChosenRuleSet {
  readonly compiled: CompiledRuleSet;
  readonly origin: RuleSetOrigin;
  /** Epoch ms; null where no activation of it is known. */
  readonly activatedAt: number | null;
  /** The rule set that decided, where the folder no longer has it. */
  readonly insteadOf: string | null;
}

export interface ChosenRuleSets {
  readonly active: ActiveRuleSets;
  readonly byScheme: ReadonlyMap<string, ChosenRuleSet>;
}

interface Deciding {
  readonly stored: readonly StoredClass[];
  /** In log order: those that the enterprise's partition had applied at the moment asked for. */
  readonly activations: readonly Activation[];
  readonly knownAt: number | null;
}

/**
 * One rule set for each scheme: those active at `knownAt`; by today's knowledge those of the stored classes, and those
 * active for the schemes that do not rate the enterprise now. Where nothing says which, the latest of each scheme. A rule
 * set that the folder lacks gives way to the latest of its scheme, and a scheme that another one reads is never missing.
 */
export function chooseRuleSets(ruleSets: RuleSets, { stored, activations, knownAt }: Deciding): ChosenRuleSets {
  const chosen = new Map<string, ChosenRuleSet>();
  const choose = (schemeId: string, identity: string, origin: RuleSetOrigin, activatedAt: number | null): void => {
    const found = ruleSets.find(identity);
    const compiled = found ?? ruleSets.latest.get(schemeId);
    if (compiled === undefined) return;
    chosen.set(schemeId, { compiled, origin, activatedAt, insteadOf: found === undefined ? identity : null });
  };
  for (const { ruleSetId, ruleSet, activatedAt, retired } of activations) {
    const schemeId = ruleSets.find(ruleSet)?.schemeId ?? ruleSets.schemeOf(ruleSetId);
    if (retired) chosen.delete(schemeId);
    else choose(schemeId, ruleSet, 'ACTIVE', activatedAt);
  }
  for (const { schemeId, ruleSet } of knownAt === null ? stored : []) {
    const since = chosen.get(schemeId);
    const same = since !== undefined && (since.insteadOf ?? since.compiled.identity) === ruleSet;
    choose(schemeId, ruleSet, 'STORED', same ? since.activatedAt : null);
  }
  if (chosen.size === 0)
    for (const compiled of ruleSets.latest.values()) chosen.set(compiled.schemeId, latest(compiled));
  addThoseRead(chosen, ruleSets);
  return { active: activate([...chosen.values()].map(({ compiled }) => compiled)), byScheme: chosen };
}

function latest(compiled: CompiledRuleSet): ChosenRuleSet {
  return { compiled, origin: 'LATEST', activatedAt: null, insteadOf: null };
}

/** A map grows while it is walked, so that those read by an added one come too. */
function addThoseRead(chosen: Map<string, ChosenRuleSet>, ruleSets: RuleSets): void {
  for (const { compiled } of chosen.values()) {
    for (const { scheme } of schemesReadBy(compiled.definition)) {
      const read = chosen.has(scheme) ? undefined : ruleSets.latest.get(scheme);
      if (read !== undefined) chosen.set(scheme, latest(read));
    }
  }
}
