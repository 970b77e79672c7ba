import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileRuleSet, keepTable, type CompiledRuleSet } from '#libs/risk-model';

interface LoadedRuleSet {
  readonly ruleSet: CompiledRuleSet;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
}

/**
 * The rule sets of a folder by `id@version`: any of them may be activated by a record of the log, also by an old one in a
 * replay. A file that is added while the process runs is found when the log activates it.
 */
export class RuleSets {
  readonly #directory: string;
  readonly #loaded: Map<string, LoadedRuleSet>;
  /** How long each type of fact is kept by the rule sets that there were at the start: part of what makes a state. */
  readonly keepTable: string;

  private constructor(directory: string, loaded: Map<string, LoadedRuleSet>) {
    this.#directory = directory;
    this.#loaded = loaded;
    this.keepTable = keepTable(this.all());
  }

  /** Reads and compiles all files of a folder; throws with every fault of the first wrong file. */
  static load(directory: string): RuleSets {
    const loaded = new Map<string, LoadedRuleSet>();
    for (const file of readdirSync(directory).filter((name) => name.endsWith(EXTENSION)))
      loaded.set(file.slice(0, -EXTENSION.length), readRuleSet(directory, file));
    if (loaded.size === 0) throw new Error(`no rule set in ${directory}; set RISK_RULE_SETS_DIR`);
    return new RuleSets(directory, loaded);
  }

  get size(): number {
    return this.#loaded.size;
  }

  all(): readonly CompiledRuleSet[] {
    return [...this.#loaded.values()].map(({ ruleSet }) => ruleSet);
  }

  /**
   * The rule set that the log activates. Throws, and the process has to stop, when there is none of this name, when the file
   * is not the one that was activated, or when it came late and keeps facts longer than states here were made with.
   * @param sha256 of the file as the activation states it; empty when it states none
   */
  get(name: string, sha256 = ''): CompiledRuleSet {
    const known = this.#loaded.get(name) ?? this.#readLate(name);
    if (sha256 !== '' && known.sha256 !== sha256) {
      throw new Error(
        `the log activates the rule set ${name} with SHA-256 ${sha256}, but the file in ${this.#directory} has ${known.sha256}; ` +
          'a released rule set is never edited: put the released file back',
      );
    }
    return known.ruleSet;
  }

  #readLate(name: string): LoadedRuleSet {
    const file = name + EXTENSION;
    if (!existsSync(join(this.#directory, file))) {
      throw new Error(
        `the log activates the rule set ${name}, which is not in ${this.#directory}; add its file there or deploy a version that has it`,
      );
    }
    const late = readRuleSet(this.#directory, file);
    if (keepTable([...this.all(), late.ruleSet]) !== this.keepTable) {
      throw new Error(
        `the rule set ${name} was added while this process runs and keeps facts longer than the rule sets it started with; ` +
          'start it again: states are then rebuilt from the log with the facts that had been dropped',
      );
    }
    this.#loaded.set(name, late);
    return late;
  }
}

const EXTENSION = '.yaml';

function readRuleSet(directory: string, file: string): LoadedRuleSet {
  const bytes = readFileSync(join(directory, file));
  const ruleSet = compileRuleSet(parse(bytes.toString('utf8')));
  const expected = ruleSet.identity + EXTENSION;
  if (expected !== file) throw new Error(`${file} holds the rule set ${ruleSet.identity}; name the file ${expected}`);
  return { ruleSet, sha256: hash('sha256', bytes, 'hex') };
}
