import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keepTable, type CompiledRuleSet } from '#libs/risk-model';
import { readRuleSetFile, readRuleSetFolder, type RuleSetFile } from '#libs/rule-set-files';

/**
 * The rule sets of a folder by `id@version`: any of them may be activated by a record of the log, also by an old one in a
 * replay. A file that is added while the process runs is found when the log activates it.
 */
export class RuleSets {
  readonly #folder: string;
  readonly #files: Map<string, RuleSetFile>;
  /** How long each type of fact is kept by the rule sets that there were at the start: part of what makes a state. */
  readonly keepTable: string;

  private constructor(folder: string, files: readonly RuleSetFile[]) {
    this.#folder = folder;
    this.#files = new Map(files.map((file) => [file.compiled.identity, file]));
    this.keepTable = keepTable(this.all());
  }

  /** Reads all files of a folder; throws with every fault of the first wrong one. */
  static load(folder: string): RuleSets {
    return new RuleSets(folder, readRuleSetFolder(folder));
  }

  get size(): number {
    return this.#files.size;
  }

  all(): readonly CompiledRuleSet[] {
    return [...this.#files.values()].map(({ compiled }) => compiled);
  }

  /**
   * The rule set that the log activates. Throws, and the process has to stop, when there is none of this name, when the file
   * is not the one that was activated, or when it came late and keeps facts longer than states here were made with.
   * @param sha256 of the file as the activation states it; empty when it states none
   */
  get(name: string, sha256 = ''): CompiledRuleSet {
    const file = this.#files.get(name) ?? this.#readLate(name);
    if (sha256 !== '' && file.sha256 !== sha256) {
      throw new Error(
        `the log activates the rule set ${name} with SHA-256 ${sha256}, but the file in ${this.#folder} has ${file.sha256}; ` +
          'a released rule set is never edited: put the released file back',
      );
    }
    return file.compiled;
  }

  #readLate(name: string): RuleSetFile {
    const fileName = `${name}.yaml`;
    const path = join(this.#folder, fileName);
    if (!existsSync(path)) {
      throw new Error(
        `the log activates the rule set ${name}, which is not in ${this.#folder}; add its file there or deploy a version that has it`,
      );
    }
    const late = readRuleSetFile(path, fileName);
    if (late.compiled.identity !== name)
      throw new Error(`${fileName} holds the rule set ${late.compiled.identity}; name it after what it holds`);
    if (keepTable([...this.all(), late.compiled]) !== this.keepTable) {
      throw new Error(
        `the rule set ${name} was added while this process runs and keeps facts longer than the rule sets it started with; ` +
          'start it again: states are then rebuilt from the log, with the facts that had been dropped',
      );
    }
    this.#files.set(name, late);
    return late;
  }
}
