import { join } from 'node:path';
import { activeRuleSets, latestRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { packageRoot } from '#libs/service';
import { measureAssessments } from './assessments.ts';

/** The evaluator alone: `node dist/test/bench/assessments-main.js`; needs no stack. Run by `npm run bench` too. */
const files = readRuleSetFolder(join(packageRoot(), 'schemas/rule-sets'));
const latest = latestRuleSets(files).map(({ name }) => name);
const general = latest.filter((name) => name.startsWith('general@'));
const asOf = Date.now();
for (const names of [general, latest]) {
  const active = activeRuleSets(files, names);
  for (const facts of [8, 64]) {
    const { perSecond, microseconds } = measureAssessments(facts, asOf, active);
    process.stdout.write(
      `assessments, ${String(facts).padStart(2)} facts each, ${names.join(' + ')}: ${perSecond}/s  ${microseconds.toFixed(2)} µs\n`,
    );
  }
}
