import type { CompiledModel } from './compiled.ts';
import { conditionsMet } from './judge.ts';
import { ID } from './position.ts';
import type { FactState } from './position.ts';
import type { Run } from './run.ts';

/** Why a class is what it is: an indicator with its counted milli-points, a floor or a direct determination. */
export interface Reason {
  readonly indicator: string;
  readonly factIds: readonly string[];
  readonly points: number;
  readonly kind: 'INDICATOR' | 'FLOOR' | 'DIRECT';
}

const TOP = 5;

function idAt(run: Run, place: number): string | null {
  const fact: FactState | undefined = run.facts[place];
  return fact === undefined ? null : fact[ID];
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}

/** Whether an entry stands in the sum: chosen, and of a greatest-only indicator the first greatest one. */
export function entryStands(run: Run, model: CompiledModel, entry: number): boolean {
  if (run.entryCounts[entry] !== true) return false;
  const indicator = run.entryIndicator[entry] as number;
  if (model.indicators[indicator]?.greatest !== true) return true;
  for (let other = 0; other < run.entries; other++) {
    if (run.entryIndicator[other] !== indicator || run.entryCounts[other] !== true) continue;
    if (run.entryPoints[other] === run.sums[indicator]) return other === entry;
  }
  return false;
}

/** Places of the facts behind an entry: its own, or those of its row group for counts and sums. */
export function placesOf(run: Run, entry: number): number[] {
  const indicator = run.entryIndicator[entry] as number;
  const rows = run.rows.filter((row) => row.indicator === indicator && row.group === run.entryGroup[entry]);
  return rows.length === 0 ? [run.entryPlace[entry] as number] : rows.map((row) => row.place);
}

function factIdsOf(run: Run, model: CompiledModel, indicator: number): string[] {
  const ids: (string | null)[] = [];
  for (let entry = 0; entry < run.entries; entry++) {
    if (run.entryIndicator[entry] !== indicator || !entryStands(run, model, entry)) continue;
    for (const place of placesOf(run, entry)) ids.push(idAt(run, place));
  }
  return distinct(ids);
}

export function conditionFactIds(run: Run, condition: number): string[] {
  const ids: (string | null)[] = [];
  for (let hit = 0; hit < run.hits; hit++) {
    if (run.hitCondition[hit] === condition) ids.push(idAt(run, run.hitPlace[hit] as number));
  }
  return distinct(ids);
}

/** At most five: direct determinations first, then floors, then indicators by points; equal points by catalogue order. */
export function topReasons(run: Run, model: CompiledModel): Reason[] {
  const conditions = conditionsMet(run).map((place): Reason => {
    const { code, kind } = model.conditions[place] as CompiledModel['conditions'][number];
    return { indicator: code, factIds: conditionFactIds(run, place), points: 0, kind };
  });
  const room = Math.max(0, TOP - conditions.length);
  const indicators = model.indicators
    .map((indicator, place) => ({ indicator, place, points: run.counted[place] as number }))
    .filter(({ indicator, points }) => points > 0 && !indicator.positive)
    .sort((left, right) => right.points - left.points || left.place - right.place)
    .slice(0, room);
  return [
    ...conditions,
    ...indicators.map(({ indicator, place, points }): Reason => {
      return { indicator: indicator.code, factIds: factIdsOf(run, model, place), points, kind: 'INDICATOR' };
    }),
  ].slice(0, TOP);
}
