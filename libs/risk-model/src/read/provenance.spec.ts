import { checkProvenance } from './provenance.ts';
import { readRuleSet } from './read-rule-set.ts';
import type { RuleSetFault } from './reader.ts';
import { faultsOf, fileOf, indicatorOf, placed } from './rule-set-files.spec-support.ts';

const SAID = { label: 'published', basis: 'a decree' };
const LABEL = 'label: is missing or unknown; expected published or proposal';
const BASIS = 'basis: is missing; name the law, the document or why it is proposed';
const NUMBER = 'a number without label and basis; give them to its block';

function faultsIn(file: unknown): string[] {
  const faults: RuleSetFault[] = [];
  checkProvenance(file, faults);
  return faults.map(({ path, message }) => `${path}: ${message}`);
}

describe('every number', () => {
  it.each<[string, unknown, string[]]>([
    ['stands in a block with label and basis', { scale: { ...SAID, max: 1 } }, []],
    ['or in one within it, or in a list', { scale: { ...SAID, list: [{ of: { max: 1 } }] } }, []],
    ['and not beside it', { scale: { own: SAID, max: 1 } }, [`scale.max: ${NUMBER}`]],
    [
      'nor without any',
      { bands: { list: [{ from: 0 }, 7] } },
      [`bands.list[0].from: ${NUMBER}`, `bands.list[1]: ${NUMBER}`],
    ],
    [
      'for the file as a whole is no such block',
      { ...SAID, max: 1, a: { b: 2 } },
      [`max: ${NUMBER}`, `a.b: ${NUMBER}`],
    ],
    ['while texts and truths need none', { scheme: { id: 'x', takesBase: true, base: null } }, []],
  ])('%s', (_, file, faults) => {
    expect(faultsIn(file)).toEqual(faults);
  });
});

describe('a block that says what its numbers rest on', () => {
  it.each<[string, object, string[]]>([
    ['says both', { label: 'proposal' }, [BASIS]],
    ['says both, the label too', { basis: 'x' }, [LABEL]],
    ['has one of the labels', { label: 'guess', basis: 'x' }, [LABEL]],
    ['has a label that is a text', { label: ['published'], basis: 'x' }, [LABEL]],
    ['has a basis that is not empty', { label: 'published', basis: '' }, [BASIS]],
    ['has a basis that is a text', { label: 'published', basis: ['x'] }, [BASIS]],
  ])('%s', (_, block, faults) => {
    expect(faultsIn({ a: { ...block, max: 1 } })).toEqual(faults.map((fault) => `a.${fault}`));
    expect(faultsIn({ a: { ...SAID, b: block } })).toEqual(faults.map((fault) => `a.b.${fault}`));
  });
});

describe('an indicator, a floor, a warning', () => {
  it('keeps label and basis as the file has them', () => {
    const file = fileOf('general@2.0.0');
    Object.assign(file.warnings[0], { label: 'published', basis: 'a decree' });
    const said = (blocks: readonly (typeof SAID)[]): unknown => blocks.map(({ label, basis }) => [label, basis]);
    const { indicators, conditions, warnings } = readRuleSet(file);
    expect(said(indicators)).toEqual(said(file.indicators));
    expect(said(conditions)).toEqual(said([...file.directDeterminations, ...file.floors]));
    expect(said(warnings)).toEqual(said(file.warnings));
  });

  it.each(['S02', 'floors[0]', 'warnings[0]'])('says what it rests on: %s', (path) => {
    const file = fileOf('general@2.0.0');
    const blocks: Record<string, object> = {
      S02: indicatorOf(file, 'S02'),
      'floors[0]': file.floors[0],
      'warnings[0]': file.warnings[0],
    };
    const at = placed(file, path);
    Object.assign(blocks[path] as object, { label: null, basis: null });
    expect(faultsOf(file)).toContain(`${at}: label and basis are missing`);
    Object.assign(blocks[path] as object, { label: null, basis: 'a decree' });
    expect(faultsOf(file)).toEqual([`${at}.${LABEL}`]);
    Object.assign(blocks[path] as object, { label: true, basis: true });
    expect(faultsOf(file)).toEqual([`${at}.${LABEL}`, `${at}.${BASIS}`]);
  });
});
