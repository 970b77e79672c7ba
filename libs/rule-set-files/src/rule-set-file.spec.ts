import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activeRuleSets, findRuleSet, latestRuleSets, readRuleSetFolder } from './index.ts';

const FOLDER = 'schemas/rule-sets';

describe('the folder of rule sets', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rule-sets-'));
    cpSync(join(FOLDER, 'general@1.0.0.yaml'), join(folder, 'general@1.0.0.yaml'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives every file with its identity and the SHA-256 of its bytes', () => {
    const files = readRuleSetFolder(FOLDER);
    expect(files.map(({ name }) => name)).toContain('general@1.0.0.yaml');
    for (const { name, sha256, compiled } of files) {
      expect(name).toBe(`${compiled.identity}.yaml`);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('refuses a file whose name is not what it holds', () => {
    cpSync(join(folder, 'general@1.0.0.yaml'), join(folder, 'general@9.9.9.yaml'));
    expect(() => readRuleSetFolder(folder)).toThrow('name it general@1.0.0.yaml');
  });

  it('names the file and its faults', () => {
    writeFileSync(join(folder, 'broken@1.0.0.yaml'), 'id: broken\n');
    expect(() => readRuleSetFolder(folder)).toThrow(/broken@1\.0\.0\.yaml cannot be used: .*version/s);
  });

  it('says where it looked when there is none', () => {
    rmSync(join(folder, 'general@1.0.0.yaml'));
    expect(() => readRuleSetFolder(folder)).toThrow('RISK_RULE_SETS_DIR');
  });

  it('knows the latest version of each scheme and finds one by its name', () => {
    const files = readRuleSetFolder(FOLDER);
    const general = latestRuleSets(files).filter(({ compiled }) => compiled.schemeId === 'general');
    expect(general).toHaveLength(1);
    expect(general[0]?.compiled.version).not.toBe('1.0.0');
    expect(findRuleSet(files, 'general@1.0.0').compiled.version).toBe('1.0.0');
    expect(() => findRuleSet(files, 'general@0.0.1')).toThrow('there are');
    expect(activeRuleSets(files, ['general@1.0.0']).ruleSets).toHaveLength(1);
  });
});
