import type { CompiledWarning } from './compiled.ts';
import { classesWorse, holds } from './judge.ts';
import type { RiskClass } from './position.ts';
import type { Bilingual, WarningLevel } from './rule-set/definition.ts';
import type { Run } from './run.ts';

/** An early warning (预警) raised by one assessment; at most one for each rule and scheme. */
export interface RaisedWarning {
  readonly schemeId: string;
  /** `id@version` of the rule set whose rule it is. */
  readonly ruleSet: string;
  readonly rule: string;
  readonly level: WarningLevel;
  readonly text: Bilingual;
}

/** What an assessment changed under one scheme. */
export interface Move {
  readonly schemeId: string;
  readonly ruleSet: string;
  readonly from: RiskClass | null;
  readonly to: RiskClass | null;
  /** Direct determinations that were not met before. */
  readonly newlyDirect: readonly string[];
  /** Warnings whose condition was not met before. */
  readonly newlyMet: readonly string[];
}

function applies({ definition: { id, when } }: CompiledWarning, move: Move): boolean {
  switch (when.kind) {
    case 'DIRECT_NEWLY_MET':
      return move.newlyDirect.length > 0;
    case 'NEWLY_MET':
      return move.newlyMet.includes(id);
    case 'MOVED':
      return move.from === when.from && move.to === when.to;
    case 'WORSENED_BY':
      return move.from !== null && move.to !== null && classesWorse(move.from, move.to) >= when.classes;
  }
}

function fill(text: string, move: Move): string {
  return text
    .replaceAll('{direct}', move.newlyDirect.join(', '))
    .replaceAll('{from}', move.from ?? '–')
    .replaceAll('{to}', move.to ?? '–');
}

export function warningsOf(warnings: readonly CompiledWarning[], move: Move): RaisedWarning[] {
  return warnings
    .filter((warning) => applies(warning, move))
    .map(({ definition: { id, level, text } }) => ({
      schemeId: move.schemeId,
      ruleSet: move.ruleSet,
      rule: id,
      level,
      text: { zh: fill(text.zh, move), en: fill(text.en, move) },
    }));
}

const NONE: readonly string[] = [];

/** Ids of the warnings whose condition is met now. */
export function alertsOf(run: Run, warnings: readonly CompiledWarning[]): readonly string[] {
  let met: string[] | null = null;
  for (const { definition, when } of warnings) if (when !== null && holds(run, when)) (met ??= []).push(definition.id);
  return met ?? NONE;
}
