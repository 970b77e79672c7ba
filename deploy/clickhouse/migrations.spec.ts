import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultOf } from './apply-migrations.ts';
import { readMigrations, splitStatements, type Migration } from './migrations.ts';

const release = readMigrations(join(import.meta.dirname, 'migrations'));

describe('the statements of a migration', () => {
  it('are told apart by semicolons outside quotes and comments', () => {
    const text = `-- a; comment 'with' quotes\nSELECT 'a;b''c', \`d;e\` /* f;g */;\n\nSELECT '--no comment';\n-- end`;
    expect(splitStatements(text)).toEqual([`SELECT 'a;b''c', \`d;e\``, `SELECT '--no comment'`]);
  });

  it('may end without a semicolon', () => {
    expect(splitStatements('SELECT 1;\nSELECT 2')).toEqual(['SELECT 1', 'SELECT 2']);
  });
});

describe('the folder of migrations', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'migrations-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read in order, each file with its hash', () => {
    writeFileSync(join(folder, '0002_b.sql'), 'SELECT 2');
    writeFileSync(join(folder, '0001_a.sql'), 'SELECT 1');
    expect(readMigrations(folder).map(({ name, statements }) => [name, statements])).toEqual([
      ['0001_a.sql', ['SELECT 1']],
      ['0002_b.sql', ['SELECT 2']],
    ]);
  });

  it('is refused when a number is missing or used twice', () => {
    writeFileSync(join(folder, '0001_a.sql'), 'SELECT 1');
    writeFileSync(join(folder, '0003_c.sql'), 'SELECT 3');
    expect(() => readMigrations(folder)).toThrow('0003_c.sql should have number 0002');
  });

  it('is refused when it holds a file of another name', () => {
    writeFileSync(join(folder, 'notes.txt'), '');
    expect(() => readMigrations(folder)).toThrow('notes.txt');
  });

  it('of this release is well-formed', () => {
    expect(release.length).toBeGreaterThan(0);
  });

  it.each(release.map(({ name, statements }) => [name, statements] as const))(
    'of this release has in %s only statements that can run twice',
    (_, statements) => {
      const again = /^(CREATE (TABLE|MATERIALIZED VIEW) IF NOT EXISTS|CREATE OR REPLACE|ALTER TABLE|INSERT INTO) /;
      for (const statement of statements) {
        expect(statement).toMatch(again);
        const steps = statement.match(/\b(ADD|DROP|COMMENT|MODIFY) COLUMN\b(?! IF (NOT )?EXISTS)/g);
        expect(steps).toBeNull();
      }
    },
  );
});

describe('the ledger of applied migrations', () => {
  const file = (name: string, sha256: string): Migration => ({ name, sha256, statements: [] });
  const files = [file('0001_a.sql', 'aa'), file('0002_b.sql', 'bb'), file('0003_c.sql', 'cc')];

  it('agrees with files of which the first were applied', () => {
    expect(faultOf(files, new Map([['0001_a.sql', 'aa']]))).toBeUndefined();
  });

  it('refuses a file that was edited after it was applied', () => {
    expect(faultOf(files, new Map([['0001_a.sql', 'xx']]))).toContain('0001_a.sql was edited');
  });

  it('refuses a database that is ahead of the files', () => {
    expect(faultOf(files, new Map([['0009_z.sql', 'zz']]))).toContain('0009_z.sql was applied');
  });

  it('refuses a file that comes in before one that was applied', () => {
    const applied = new Map([
      ['0001_a.sql', 'aa'],
      ['0003_c.sql', 'cc'],
    ]);
    expect(faultOf(files, applied)).toContain('0002_b.sql is not applied although the later 0003_c.sql is');
  });
});
