import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { activate, compileRuleSet, type ActiveRuleSets } from '#libs/risk-model';

/** Every rule set in the image by `id@version`: any of them may be activated by a record of the log, also by an old one in a replay. */
export type RuleSets = ReadonlyMap<string, ActiveRuleSets>;

/** Reads and compiles all files of a directory; throws with every fault of the first wrong file. */
export function loadRuleSets(directory: string): RuleSets {
  const sets = new Map<string, ActiveRuleSets>();
  for (const file of readdirSync(directory).filter((name) => /\.ya?ml$/.test(name))) {
    const ruleSet = compileRuleSet(parse(readFileSync(join(directory, file), 'utf8')));
    const name = `${ruleSet.id}@${ruleSet.version}`;
    if (`${name}.yaml` !== file) throw new Error(`${file} holds the rule set ${name}; name the file ${name}.yaml`);
    sets.set(name, activate([ruleSet]));
  }
  if (sets.size === 0) throw new Error(`no rule set in ${directory}; set RISK_RULE_SETS_DIR`);
  return sets;
}
