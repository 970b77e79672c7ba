import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOrMakeSecrets, releaseAccounts } from './secrets.ts';

describe('the secrets of a data directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are made once, readable by their owner only, and the same ever after', () => {
    const made = readOrMakeSecrets(folder);
    expect(readOrMakeSecrets(folder)).toEqual(made);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('keep what an older file holds and gain what it lacks', () => {
    const { release: _, ...older } = readOrMakeSecrets(folder);
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(older));
    const completed = readOrMakeSecrets(folder);
    expect(completed).toMatchObject(older);
    expect(JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'))).toEqual(completed);
  });

  it('name one account that proposes and one that approves, by the hashes of their tokens', () => {
    const secrets = readOrMakeSecrets(folder);
    const { administrator, approver } = secrets.release;
    expect(releaseAccounts(secrets)).toBe(
      `administrator:model-administrator:${hash('sha256', administrator)},approver:approver:${hash('sha256', approver)}`,
    );
  });
});
