import type { CompiledRuleSet } from '#libs/risk-model';
import { latestRuleSets, type RuleSetFile } from '#libs/rule-set-files';
import type { Label } from '../reads/views.ts';

/** What people call schemes, and indicators, floors and direct determinations of a rule set. */
export interface RuleSetTerms {
  /** By `id@version` and code; of a base scheme, under which a reason stands as `scheme:code`, by its latest rule set. */
  labelOf(ruleSet: string, code: string): Label | null;
  schemeLabel(schemeId: string): Label | null;
}

/** Every rule set ever activated, so that a class of any day can be explained by the rules of that day. */
export interface RuleSets {
  /** By `id@version`. */
  find(identity: string): CompiledRuleSet | undefined;
  /** The scheme that rule sets of this id decide; the id itself where no file has it. */
  schemeOf(ruleSetId: string): string;
  /** The greatest version for each scheme. */
  readonly latest: ReadonlyMap<string, CompiledRuleSet>;
  readonly terms: RuleSetTerms;
}

export function ruleSetsOf(files: readonly RuleSetFile[]): RuleSets {
  const all = files.map(({ compiled }) => compiled);
  const byIdentity = new Map(all.map((compiled) => [compiled.identity, compiled]));
  const latest = new Map(latestRuleSets(files).map(({ compiled }) => [compiled.schemeId, compiled]));
  const schemes = new Map(all.map(({ id, schemeId }) => [id, schemeId]));
  return {
    find: (identity) => byIdentity.get(identity),
    schemeOf: (ruleSetId) => schemes.get(ruleSetId) ?? ruleSetId,
    latest,
    terms: termsOf(all, latest),
  };
}

function termsOf(all: readonly CompiledRuleSet[], latest: ReadonlyMap<string, CompiledRuleSet>): RuleSetTerms {
  const labels = new Map(
    all.flatMap(({ identity, model }) =>
      [...model.indicators, ...model.conditions].map(({ code, name }) => [`${identity} ${code}`, name] as const),
    ),
  );
  return {
    labelOf(ruleSet, code) {
      const [scheme, inner] = code.split(':');
      if (inner === undefined) return labels.get(`${ruleSet} ${code}`) ?? null;
      return labels.get(`${latest.get(scheme as string)?.identity ?? ''} ${inner}`) ?? null;
    },
    schemeLabel: (schemeId) => latest.get(schemeId)?.definition.name ?? null,
  };
}
