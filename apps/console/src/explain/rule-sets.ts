import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileRuleSet, type CompiledRuleSet } from '#libs/risk-model';
import type { LabelOf } from '../reads/change-row.ts';
import type { Label } from '../reads/views.ts';

/** A rule set with the names that only people need. */
export interface NamedRuleSet {
  readonly compiled: CompiledRuleSet;
  readonly name: Label;
  /** Names of the groups by code. */
  readonly groups: Readonly<Record<string, Label>>;
}

/** Every rule set ever activated, so that a class of any day can be explained by the rules of that day. */
export interface RuleSets {
  /** By `id@version`. */
  find(identity: string): NamedRuleSet | undefined;
  /** The greatest version of each rule set, for enterprises without a stored class. */
  readonly latest: readonly NamedRuleSet[];
  labelOf: LabelOf;
}

interface RuleSetNames {
  readonly name?: Label;
  readonly groups?: Readonly<Record<string, { readonly name?: Label }>>;
}

/** Reads and checks every file of the folder; throws naming the file when one is not a rule set. */
export function readRuleSets(folder: string): RuleSets {
  const files = readdirSync(folder).filter((name) => /(?<!\.schema)\.(yaml|json)$/.test(name));
  if (files.length === 0) throw new Error(`RISK_RULE_SETS_DIR ${folder} holds no rule set (*.yaml, *.json)`);
  return ruleSetsOf(
    files.map((file) => {
      const document: unknown = parse(readFileSync(join(folder, file), 'utf8'));
      try {
        return namedRuleSet(document);
      } catch (cause) {
        throw new Error(`rule set file ${file} cannot be used: ${(cause as Error).message}`, { cause });
      }
    }),
  );
}

export function namedRuleSet(document: unknown): NamedRuleSet {
  const compiled = compileRuleSet(document);
  const { name, groups } = document as RuleSetNames;
  return {
    compiled,
    name: name ?? plain(compiled.id),
    groups: Object.fromEntries(Object.entries(groups ?? {}).map(([code, group]) => [code, group.name ?? plain(code)])),
  };
}

export function ruleSetsOf(all: readonly NamedRuleSet[]): RuleSets {
  const byIdentity = new Map(all.map((ruleSet) => [ruleSet.compiled.identity, ruleSet]));
  const latest = new Map<string, NamedRuleSet>();
  for (const ruleSet of all) {
    const known = latest.get(ruleSet.compiled.id);
    if (known === undefined || isNewer(ruleSet, known)) latest.set(ruleSet.compiled.id, ruleSet);
  }
  const labels = new Map(
    all.flatMap(({ compiled: { identity, model } }) =>
      [...model.indicators, ...model.conditions].map(({ code, name }) => [`${identity} ${code}`, name] as const),
    ),
  );
  return {
    find: (identity) => byIdentity.get(identity),
    latest: [...latest.values()],
    labelOf: (identity, code) => labels.get(`${identity} ${code}`) ?? null,
  };
}

function isNewer(one: NamedRuleSet, other: NamedRuleSet): boolean {
  return one.compiled.version.localeCompare(other.compiled.version, 'en', { numeric: true }) > 0;
}

function plain(text: string): Label {
  return { zh: text, en: text };
}
