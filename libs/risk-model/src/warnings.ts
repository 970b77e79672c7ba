import type { Bilingual, CompiledModel, CompiledWarning, WarningLevel } from './compiled.ts';
import { classesWorse } from './judge.ts';
import type { RiskClass } from './position.ts';

/** An early warning (预警) raised by one assessment; at most one for each rule and scheme. */
export interface RaisedWarning {
  readonly schemeId: string;
  readonly rule: string;
  readonly level: WarningLevel;
  readonly text: Bilingual;
}

/** What an assessment changed under one scheme. */
export interface Move {
  readonly schemeId: string;
  readonly from: RiskClass | null;
  readonly to: RiskClass | null;
  /** Direct determinations that were not met before. */
  readonly newlyDirect: readonly string[];
}

function applies(warning: CompiledWarning, move: Move): boolean {
  const { when } = warning;
  if (when.kind === 'DIRECT_NEWLY_MET') return move.newlyDirect.length > 0;
  if (move.from === null || move.to === null) return false;
  if (when.kind === 'MOVED') return move.from === when.from && move.to === when.to;
  return classesWorse(move.from, move.to) >= when.classes;
}

function fill(text: string, move: Move): string {
  return text
    .replaceAll('{direct}', move.newlyDirect.join(', '))
    .replaceAll('{from}', move.from ?? '–')
    .replaceAll('{to}', move.to ?? '–');
}

export function warningsOf(model: CompiledModel, move: Move): RaisedWarning[] {
  return model.warnings
    .filter((warning) => applies(warning, move))
    .map(({ id, level, text }) => ({
      schemeId: move.schemeId,
      rule: id,
      level,
      text: { zh: fill(text.zh, move), en: fill(text.en, move) },
    }));
}
