import type { Account } from './account.ts';
import type { CompiledIndicator, ConditionTree } from './compiled.ts';
import { valuesOf } from './compile/predicates.ts';
import { conditionsMet } from './judge.ts';
import { ID } from './position.ts';
import type { FactState } from './position.ts';
import type { Run } from './run.ts';
import type { Standing } from './standing.ts';

/**
 * Why a class is what it is: an indicator with its counted milli-points, a floor or a direct determination; of a base scheme
 * as `scheme:code`.
 */
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

/** The entry of a part of which only the greatest counts: the first of the greatest that were not left out. */
function greatestOf(run: Run, part: number): number {
  let greatest = -1;
  for (let entry = 0; entry < run.entries; entry++) {
    if (run.entryPart[entry] !== part || run.entryCounts[entry] !== true) continue;
    if (greatest < 0 || (run.entryPoints[entry] as number) > (run.entryPoints[greatest] as number)) greatest = entry;
  }
  return greatest;
}

/** What a part comes to by the entries that were not left out. */
function partSum(run: Run, part: number): number {
  let sum = 0;
  for (let entry = 0; entry < run.entries; entry++) {
    if (run.entryPart[entry] !== part || run.entryCounts[entry] !== true) continue;
    const points = run.entryPoints[entry] as number;
    sum = run.program.parts[part]?.greatest === true ? Math.max(sum, points) : sum + points;
  }
  return sum;
}

/** Of an indicator of which the greatest part counts: that part, the first of equal ones. */
function standingPart(run: Run, { parts, greatestPart }: CompiledIndicator): number | null {
  if (!greatestPart) return null;
  const sums = parts.map((part) => partSum(run, part));
  return parts[sums.indexOf(Math.max(...sums))] as number;
}

/** Whether an entry stands in the sum: not left out, and of what counts only by its greatest the first greatest one. */
export function entryStands({ run, model }: Account, entry: number): boolean {
  if (run.entryCounts[entry] !== true) return false;
  const part = run.entryPart[entry] as number;
  if (run.program.parts[part]?.greatest === true && greatestOf(run, part) !== entry) return false;
  const only = standingPart(run, model.indicators[run.indicatorOf(entry)] as CompiledIndicator);
  return only === null || only === part;
}

/** Places of the facts behind an entry: its own, or those gathered with it; none behind another scheme's class. */
export function placesOf(run: Run, entry: number): number[] {
  const collector = run.collectors[run.entryCollector[entry] as number];
  if (collector === undefined) {
    const place = run.entryPlace[entry] as number;
    return place < 0 ? [] : [place];
  }
  const per = run.program.parts[run.entryPart[entry] as number]?.per ?? null;
  const places = collector.places.slice(0, collector.size);
  if (per === null) return places;
  return places.filter((place) => valuesOf(run.facts[place] as FactState)[per] === run.entryGroup[entry]);
}

function factIdsOf(account: Account, indicator: number): string[] {
  const { run } = account;
  const ids: string[] = [];
  for (let entry = 0; entry < run.entries; entry++) {
    if (run.indicatorOf(entry) !== indicator || !entryStands(account, entry)) continue;
    for (const place of placesOf(run, entry)) addId(ids, run, place);
  }
  return ids;
}

function leavesOf(tree: ConditionTree): number[] {
  switch (tree.kind) {
    case 'leaf':
      return [tree.leaf];
    case 'not':
      return [];
    case 'any':
    case 'all':
      return tree.of.flatMap(leavesOf);
  }
}

/** Ids of the facts that meet a condition; what it says must not be has none. */
export function conditionFactIds(run: Run, when: ConditionTree): string[] {
  const leaves = leavesOf(when);
  const ids: string[] = [];
  for (let hit = 0; hit < run.hits; hit++) {
    if (leaves.includes(run.hitLeaf[hit] as number)) addId(ids, run, run.hitPlace[hit] as number);
  }
  return ids;
}

/** Places of the indicators with the most points; equal points in catalogue order. */
function weightiest({ model, counted }: Account): number[] {
  const pointsAt = (place: number): number => counted[place] as number;
  return model.indicators
    .flatMap(({ positive }, place) => (positive || pointsAt(place) === 0 ? [] : [place]))
    .sort((one, other) => pointsAt(other) - pointsAt(one))
    .slice(0, TOP);
}

/** Reasons of the base scheme, under its name. */
function ofBase({ base }: Standing): Reason[] {
  if (base === null) return [];
  const { schemeId } = base.ruleSet;
  return topReasons(base).map((reason) => ({ ...reason, indicator: `${schemeId}:${reason.indicator}` }));
}

/** At most five: direct determinations first, then floors, then indicators by points; equal points by catalogue order. */
export function topReasons(standing: Standing): Reason[] {
  if (standing.ruleSet.definition.scheme.takesBase) return ofBase(standing);
  const account = standing.accounts.forClass;
  const { run, model } = account;
  const reasons = ofBase(standing).filter(({ kind }) => kind === 'DIRECT');
  for (const { code, kind, when } of conditionsMet(account)) {
    reasons.push({ indicator: code, factIds: conditionFactIds(run, when), points: 0, kind });
  }
  for (const place of weightiest(account)) {
    const { code } = model.indicators[place] as CompiledIndicator;
    const points = account.counted[place] as number;
    reasons.push({ indicator: code, factIds: factIdsOf(account, place), points, kind: 'INDICATOR' });
  }
  return reasons.slice(0, TOP);
}
