import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { activate, assess, compileRuleSet, foldFact } from './index.ts';
import type { Assessment, CompiledRuleSet, FactRecord, Position, SchemeResult } from './index.ts';
import type { oracle } from './naive-oracle.spec-support.ts';

/** What the laws of the model are checked with: the rule sets as released, and short ways to ask both engines. */

function ruleSet(identity: string): CompiledRuleSet {
  return compileRuleSet(parse(readFileSync(`schemas/rule-sets/${identity}.yaml`, 'utf8')));
}

export const GENERAL = activate([ruleSet('general@2.0.0')]);
export const ALL = activate([
  ...[ruleSet('general@2.0.0'), ruleSet('food-production@1.0.0'), ruleSet('special-equipment@1.0.0')],
]);

export const RUNS = 200;

/** Checks a law on so many enterprises; on fewer where a limit for all laws is set, as for each of thousands of mutants. */
export function check<T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>, runs = RUNS): void {
  const most = fc.readConfigureGlobal().numRuns ?? runs;
  fc.assert(property, { numRuns: Math.min(runs, most) });
}

const EMPTY: Position = { facts: [], schemes: {}, nextReviewAt: null };

export function fold(records: readonly FactRecord[]): Position {
  return records.reduce<Position | undefined>((position, next) => foldFact(position, next), undefined) ?? EMPTY;
}

export function at(records: readonly FactRecord[], asOf: number, active = GENERAL): Assessment {
  return assess(fold(records), { kind: 'review' }, asOf, active);
}

export function resultOf({ results }: Assessment, schemeId = 'general'): SchemeResult | undefined {
  return results.find((result) => result.schemeId === schemeId);
}

/** All that the general scheme says, in the form of the oracle. */
export function visible(assessment: Assessment): ReturnType<typeof oracle> {
  const { score, riskClass, computedClass, groups } = resultOf(assessment) as SchemeResult;
  const direct = assessment.position.schemes['general']?.direct ?? [];
  return { score, riskClass, computedClass, groups, direct, evidence: assessment.evidenceLevel };
}

export function scoreAt(records: readonly FactRecord[], asOf: number): number {
  return (resultOf(at(records, asOf)) as SchemeResult).score;
}
