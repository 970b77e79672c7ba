import { join } from 'node:path';
import { findRuleSet, latestRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { packageRoot } from '#libs/service';
import type { LogOpening } from './log-opening.ts';

/** 工作日历 the calendar a log begins with: the working days of the mainland as the State Council announces them. */
const CALENDAR = { id: 'cn-working-days', version: '2026' };

export const RULE_SETS_FOLDER = join(packageRoot(), 'schemas/rule-sets');

/**
 * The rule sets and the calendar with which a log begins: those named (`id@version`, in the order of assessment), or the
 * latest of each scheme in the folder. Throws naming the one that is not there or cannot be used.
 */
export function defaultOpening(names: readonly string[] = [], folder = RULE_SETS_FOLDER): LogOpening {
  const files = readRuleSetFolder(folder);
  const chosen = names.length === 0 ? latestRuleSets(files) : names.map((name) => findRuleSet(files, name));
  return {
    ruleSets: chosen.map(({ sha256, compiled: { id, version } }) => ({ id, version, sha256 })),
    calendar: CALENDAR,
  };
}
