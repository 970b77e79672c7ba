import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One numbered file of migrations/: applied once, in order, never edited afterwards. */
export interface Migration {
  /** File name, e.g. 0001_facts.sql. */
  readonly name: string;
  /** Of the file's bytes: an edited file is told from the applied one. */
  readonly sha256: string;
  readonly statements: readonly string[];
}

const NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** Reads the migrations of a folder in order. Throws when a name is not `NNNN_words.sql` or the numbers are not 1, 2, 3 … */
export function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder).sort();
  names.forEach((name, index) => {
    const number = NAME.exec(name)?.[1];
    if (number === undefined) throw new Error(`${name} in ${folder} is not named NNNN_words.sql`);
    if (Number(number) !== index + 1) {
      throw new Error(`${name} should have number ${String(index + 1).padStart(4, '0')}: one file for each number`);
    }
  });
  return names.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return { name, sha256: createHash('sha256').update(text).digest('hex'), statements: splitStatements(text) };
  });
}

/** Quoted text, comments, or a semicolon: what a splitter must tell apart. */
const TOKEN = /'(?:[^'\\]|\\.|'')*'|`[^`]*`|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|;/g;

/** Statements of a file without their comments and semicolons; the HTTP interface takes one at a time. */
export function splitStatements(text: string): readonly string[] {
  const statements: string[] = [];
  let statement = '';
  let from = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    statement += text.slice(from, index);
    from = index + token.length;
    if (token === ';') {
      statements.push(statement.trim());
      statement = '';
    } else if (!token.startsWith('--') && !token.startsWith('/*')) {
      statement += token;
    }
  }
  statements.push((statement + text.slice(from)).trim());
  return statements.filter((each) => each !== '');
}
