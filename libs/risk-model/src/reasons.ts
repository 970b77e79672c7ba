import type { CompiledModel } from './compiled.ts';
import { conditionsMet } from './judge.ts';
import { ID } from './position.ts';
import type { Run } from './run.ts';

/** Why a class is what it is: an indicator with its counted milli-points, a floor or a direct determination. */
export interface Reason {
  readonly indicator: string;
  readonly factIds: readonly string[];
  readonly points: number;
  readonly kind: 'INDICATOR' | 'FLOOR' | 'DIRECT';
}

const TOP = 5;

function addId(ids: string[], run: Run, place: number): void {
  const fact = run.facts[place];
  if (fact !== undefined && !ids.includes(fact[ID])) ids.push(fact[ID]);
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
  const places: number[] = [];
  for (const row of run.rows) {
    if (row.indicator === indicator && row.group === run.entryGroup[entry]) places.push(row.place);
  }
  if (places.length === 0) places.push(run.entryPlace[entry] as number);
  return places;
}

function factIdsOf(run: Run, model: CompiledModel, indicator: number): string[] {
  const ids: string[] = [];
  for (let entry = 0; entry < run.entries; entry++) {
    if (run.entryIndicator[entry] !== indicator || !entryStands(run, model, entry)) continue;
    for (const place of placesOf(run, entry)) addId(ids, run, place);
  }
  return ids;
}

export function conditionFactIds(run: Run, condition: number): string[] {
  const ids: string[] = [];
  for (let hit = 0; hit < run.hits; hit++) {
    if (run.hitCondition[hit] === condition) addId(ids, run, run.hitPlace[hit] as number);
  }
  return ids;
}

/** Places of the indicators with the most points, at most `room`; equal points in catalogue order. */
function weightiest(run: Run, model: CompiledModel, room: number): number[] {
  const found: number[] = [];
  for (let place = 0; place < model.indicators.length; place++) {
    const points = run.counted[place] as number;
    if (points === 0 || model.indicators[place]?.positive === true) continue;
    let at = found.length;
    while (at > 0 && (run.counted[found[at - 1] as number] as number) < points) at--;
    if (at >= room) continue;
    found.splice(at, 0, place);
    if (found.length > room) found.pop();
  }
  return found;
}

/** At most five: direct determinations first, then floors, then indicators by points; equal points by catalogue order. */
export function topReasons(run: Run, model: CompiledModel): Reason[] {
  const reasons: Reason[] = [];
  for (const place of conditionsMet(run)) {
    if (reasons.length === TOP) return reasons;
    const { code, kind } = model.conditions[place] as CompiledModel['conditions'][number];
    reasons.push({ indicator: code, factIds: conditionFactIds(run, place), points: 0, kind });
  }
  for (const place of weightiest(run, model, TOP - reasons.length)) {
    const { code } = model.indicators[place] as CompiledModel['indicators'][number];
    const points = run.counted[place] as number;
    reasons.push({ indicator: code, factIds: factIdsOf(run, model, place), points, kind: 'INDICATOR' });
  }
  return reasons;
}
