import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileRuleSet, RuleSetError } from './index.ts';

const FILE = 'schemas/rule-sets/general@1.0.0.yaml';

type Tree = Record<string, never>;

/** The default rule set with one thing changed. */
function changed(change: (file: Tree) => void): unknown {
  const file = parse(readFileSync(FILE, 'utf8')) as Tree;
  change(file);
  return file;
}

function faultsOf(file: unknown): string[] {
  try {
    compileRuleSet(file);
  } catch (error) {
    if (error instanceof RuleSetError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('the default rule set', () => {
  it('is accepted', () => {
    expect(faultsOf(parse(readFileSync(FILE, 'utf8')))).toEqual([]);
  });
});
