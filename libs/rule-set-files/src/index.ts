export { activeRuleSets, findRuleSet, latestRuleSets, readRuleSetFile, readRuleSetFolder } from './rule-set-file.ts';
export type { RuleSetFile } from './rule-set-file.ts';
