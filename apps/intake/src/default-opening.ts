import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '#libs/service';
import type { LogOpening } from './log-opening.ts';

/** 工作日历 the calendar a log begins with: the working days of the mainland as the State Council announces them. */
const CALENDAR = { id: 'cn-working-days', version: '2026' };

/**
 * The rule set and the calendar with which a log begins: the named file of schemas/rule-sets (with or without .yaml), or
 * the only one that there is. Throws when there is none, or several and no name.
 */
export async function defaultOpening(
  name?: string,
  folder = join(packageRoot(), 'schemas/rule-sets'),
): Promise<LogOpening> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const file = name === undefined ? onlyOne(files, folder) : `${name.replace(/\.yaml$/u, '')}.yaml`;
  if (!files.includes(file)) throw new Error(`RISK_RULE_SET: ${folder} has no ${file}; it has ${files.join(', ')}`);
  const bytes = await readFile(join(folder, file));
  const { id, version } = parse(bytes.toString('utf8')) as { id?: unknown; version?: unknown };
  if (typeof id !== 'string' || typeof version !== 'string')
    throw new Error(`${join(folder, file)} is no rule set: it states no id and version`);
  return { ruleSet: { id, version, sha256: createHash('sha256').update(bytes).digest('hex') }, calendar: CALENDAR };
}

function onlyOne(files: readonly string[], folder: string): string {
  const [file] = files;
  if (file !== undefined && files.length === 1) return file;
  throw new Error(
    files.length === 0
      ? `${folder} holds no rule set`
      : `${folder} holds several rule sets (${files.join(', ')}); name the one a new log begins with in RISK_RULE_SET`,
  );
}
