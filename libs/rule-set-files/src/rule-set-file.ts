import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { activate, compileRuleSet, type ActiveRuleSets, type CompiledRuleSet } from '#libs/risk-model';

/** A rule-set file that was read and checked. */
export interface RuleSetFile {
  /** Name in its folder: `id@version.yaml`. */
  readonly name: string;
  /** SHA-256 of the file's bytes, 64 hex digits: what an activation in the log names. */
  readonly sha256: string;
  readonly compiled: CompiledRuleSet;
}

const EXTENSION = '.yaml';

/** Reads one file. Throws an Error that names it, with every fault (RuleSetError as its cause) when it is no rule set. */
export function readRuleSetFile(path: string, name: string): RuleSetFile {
  const bytes = readFileSync(path);
  try {
    const compiled = compileRuleSet(parse(bytes.toString('utf8')));
    return { name, sha256: hash('sha256', bytes, 'hex'), compiled };
  } catch (cause) {
    throw new Error(`rule set file ${name} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Every rule set of a folder, by name. Throws naming the file when one cannot be used, or is not named `id@version.yaml`
 * after what it holds; and when there is none.
 */
export function readRuleSetFolder(folder: string): readonly RuleSetFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(EXTENSION));
  if (names.length === 0) throw new Error(`no rule set (*${EXTENSION}) in ${folder}; set RISK_RULE_SETS_DIR`);
  return names.sort().map((name) => {
    const file = readRuleSetFile(join(folder, name), name);
    const expected = file.compiled.identity + EXTENSION;
    if (expected !== name) throw new Error(`${name} holds the rule set ${file.compiled.identity}; name it ${expected}`);
    return file;
  });
}

function isNewer(one: CompiledRuleSet, other: CompiledRuleSet): boolean {
  return one.version.localeCompare(other.version, 'en', { numeric: true }) > 0;
}

/** The greatest version for each scheme, in the order in which they can be assessed and activated. */
export function latestRuleSets(files: readonly RuleSetFile[]): readonly RuleSetFile[] {
  const latest = new Map<string, RuleSetFile>();
  for (const file of files) {
    const { schemeId } = file.compiled;
    const known = latest.get(schemeId);
    if (known === undefined || isNewer(file.compiled, known.compiled)) latest.set(schemeId, file);
  }
  const { ruleSets } = activate([...latest.values()].map(({ compiled }) => compiled));
  return ruleSets.map((compiled) => latest.get(compiled.schemeId) as RuleSetFile);
}

/** The rule sets of these names (`id@version`), ready to assess with. Throws naming one that is not there. */
export function activeRuleSets(files: readonly RuleSetFile[], names: readonly string[]): ActiveRuleSets {
  return activate(names.map((name) => findRuleSet(files, name).compiled));
}

/** The rule set of a name, `id@version` with or without the file's ending. Throws naming those that there are. */
export function findRuleSet(files: readonly RuleSetFile[], name: string): RuleSetFile {
  const wanted = name.endsWith(EXTENSION) ? name : name + EXTENSION;
  const found = files.find((file) => file.name === wanted);
  if (found !== undefined) return found;
  throw new Error(`there is no rule set ${name}; there are ${files.map((file) => file.compiled.identity).join(', ')}`);
}
