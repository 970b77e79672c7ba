import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileRuleSet, keepTable } from './index.ts';
import type { CompiledRuleSet } from './index.ts';

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a file to be changed in any place */
type File = any;

function generalWith(change: (file: File) => void): CompiledRuleSet {
  const file: File = parse(readFileSync('schemas/rule-sets/general@2.0.0.yaml', 'utf8'));
  file.version = '2.0.1';
  change(file);
  return compileRuleSet(file);
}

const RELEASED = generalWith(() => undefined);

describe('the table of how long facts are kept', () => {
  const table = keepTable([RELEASED]);

  it('stays as it is when a further rule set keeps nothing longer and ends nothing otherwise', () => {
    const dearer = generalWith((file) => (file.bands.list[0].to = file.bands.list[1].from = 41));
    const shorter = generalWith((file) => (file.facts['tax.arrears'].keepMonths = 30));
    expect(keepTable([RELEASED, dearer])).toBe(table);
    expect(keepTable([shorter, RELEASED])).toBe(table);
  });

  it('changes with a fact type that is kept longer', () => {
    const longer = generalWith((file) => (file.facts['tax.arrears'].keepMonths = 240));
    expect(keepTable([RELEASED, longer])).not.toBe(table);
  });

  it('changes with a longer publicity, or with another severity that decides it', () => {
    const published = generalWith((file) => (file.facts['penalty.decision'].publicityMonths.MINOR = 6));
    const graver = generalWith((file) => {
      file.classifications.severity.table[1].when[0].atLeast = 10_000_000;
    });
    expect(keepTable([RELEASED, published])).not.toBe(table);
    expect(keepTable([RELEASED, graver])).not.toBe(table);
  });
});
