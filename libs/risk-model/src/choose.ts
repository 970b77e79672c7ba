import type { CompiledExclusiveSet, CompiledGroup, CompiledIndicator, CompiledModel } from './compiled.ts';
import { joinParts } from './join-parts.ts';
import { CONTENT, CONTENT_CASE, CONTENT_VALUES, TYPE } from './position.ts';
import type { FactState } from './position.ts';
import type { PartTraits, Run } from './run.ts';

/** One way of settling an exclusive conflict: what is left out. */
type Exclusion = readonly number[];

/** One way of counting a case: so many milli-points of one entry under one indicator. */
interface Option {
  readonly indicator: number;
  readonly points: number;
  readonly entry: number;
}

/** Sums of the indicators in question after some choices, and the way there. */
interface Branch {
  readonly sums: readonly number[];
  readonly from: Branch | null;
  readonly option: Option | null;
}

interface Chosen {
  readonly total: number;
  readonly sums: Float64Array;
  readonly excluded: ReadonlySet<number>;
  readonly options: readonly Option[];
}

/** Key of an entry in a keyed set; undefined where its fact states none: it excludes nothing. */
function keyOf(run: Run, set: CompiledExclusiveSet, entry: number): unknown {
  if (set.keys === null) return null;
  const fact = run.facts[run.entryPlace[entry] as number];
  return fact?.[CONTENT]?.[CONTENT_VALUES][set.keys[fact[TYPE] as number] as number] ?? undefined;
}

/** Entries of the members of a set, by key and member. */
function entriesByKey(run: Run, set: CompiledExclusiveSet): Map<unknown, Map<number, number[]>> {
  const keys = new Map<unknown, Map<number, number[]>>();
  for (let entry = 0; entry < run.entries; entry++) {
    const member = run.indicatorOf(entry);
    if (!set.members.includes(member)) continue;
    const key = keyOf(run, set, entry);
    if (key === undefined) continue;
    const members = keys.get(key) ?? new Map<number, number[]>();
    members.set(member, [...(members.get(member) ?? []), entry]);
    keys.set(key, members);
  }
  return keys;
}

// Stryker disable all: only saves the closer look at sets of which one member at most brings anything
function mayConflict(set: CompiledExclusiveSet, sums: Float64Array): boolean {
  let held = 0;
  for (const member of set.members) if ((sums[member] as number) > 0) held++;
  return held > 1;
}

// Stryker restore all

/** For each conflict the ways to settle it, the one that keeps the first-named member first. */
function conflictsOf(run: Run, model: CompiledModel, sums: Float64Array): Exclusion[][] {
  const conflicts: Exclusion[][] = [];
  for (const set of model.exclusiveSets) {
    if (!mayConflict(set, sums)) continue;
    for (const members of entriesByKey(run, set).values()) {
      // Stryker disable next-line ConditionalExpression: saves a choice of one
      if (members.size < 2) continue;
      const present = set.members.filter((member) => members.has(member));
      conflicts.push(
        present.map((kept) => present.flatMap((other) => (other === kept ? [] : (members.get(other) as number[])))),
      );
    }
  }
  return conflicts;
}

/** Every way to settle all conflicts, in order. */
function combined(conflicts: readonly Exclusion[][]): Exclusion[] {
  return conflicts.reduce<Exclusion[]>(
    (ways, conflict) => ways.flatMap((way) => conflict.map((exclusion) => [...way, ...exclusion])),
    [[]],
  );
}

function caseOf(run: Run, model: CompiledModel, entry: number): string | null {
  if ((model.indicators[run.indicatorOf(entry)] as CompiledIndicator).incidentOrder < 0) return null;
  const fact = run.facts[run.entryPlace[entry] as number] as FactState;
  return fact[CONTENT]?.[CONTENT_CASE] ?? null;
}

/** Entries that share a case number, by case in order of the number. */
function sharedCases(run: Run, model: CompiledModel): number[][] {
  // Stryker disable next-line ConditionalExpression: saves the look for cases
  if (run.caseEntries < 2) return [];
  const cases = new Map<string, number[]>();
  for (let entry = 0; entry < run.entries; entry++) {
    const caseNumber = caseOf(run, model, entry);
    if (caseNumber === null) continue;
    const known = cases.get(caseNumber);
    if (known === undefined) cases.set(caseNumber, [entry]);
    else known.push(entry);
  }
  // Stryker disable next-line MethodExpression,ConditionalExpression,EqualityOperator: saves choices of one
  const shared = [...cases].filter(([, entries]) => entries.length > 1);
  return shared.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entries]) => entries);
}

/** Of one indicator only the greatest entry of a case can be the best, of equal ones the first: the sort is stable. */
function optionsOf(run: Run, model: CompiledModel, entries: readonly number[]): Option[] {
  const order = (entry: number): number =>
    (model.indicators[run.indicatorOf(entry)] as CompiledIndicator).incidentOrder;
  const points = (entry: number): number => run.entryPoints[entry] as number;
  const options: Option[] = [];
  for (const entry of [...entries].sort((a, b) => order(a) - order(b) || points(b) - points(a))) {
    const indicator = run.indicatorOf(entry);
    // Stryker disable next-line ConditionalExpression,UnaryOperator: a lesser entry is never chosen
    if (options.at(-1)?.indicator !== indicator) options.push({ indicator, points: points(entry), entry });
  }
  return options;
}

/** Sums of all indicators without some entries. */
function sumsWithout(run: Run, model: CompiledModel, excluded: ReadonlySet<number>): Float64Array {
  const partSums = new Float64Array(run.partSums.length);
  for (let entry = 0; entry < run.entries; entry++) {
    if (excluded.has(entry)) continue;
    const part = run.entryPart[entry] as number;
    const points = run.entryPoints[entry] as number;
    const sum = partSums[part] as number;
    partSums[part] = (run.program.parts[part] as PartTraits).greatest ? Math.max(sum, points) : sum + points;
  }
  return Float64Array.from(model.indicators.map((indicator) => joinParts(indicator, partSums)));
}

/** Sum of the adverse groups after all caps: what a choice is measured by. */
function totalOf(model: CompiledModel, sums: Float64Array): number {
  const groups = new Float64Array(model.groups.length);
  model.indicators.forEach((indicator, at) => {
    if (indicator.positive) return;
    groups[indicator.group] = (groups[indicator.group] as number) + Math.min(indicator.cap, sums[at] as number);
  });
  return groups.reduce((total, points, at) => total + Math.min(points, (model.groups[at] as CompiledGroup).cap), 0);
}

/**
 * The way to count each case once with the highest total after caps; on equal totals the first in order. Branches with
 * equal capped sums are one branch (the earlier way is kept), so the work grows with the different sums and not with the
 * ways to them. `base` becomes the sums of that way.
 */
function bestCases(model: CompiledModel, base: Float64Array, choices: readonly Option[][]): Omit<Chosen, 'excluded'> {
  const involved = [...new Set(choices.flat().map((option) => option.indicator))];
  let branches: Branch[] = [{ sums: involved.map((at) => base[at] as number), from: null, option: null }];
  for (const choice of choices) {
    const next = new Map<string, Branch>();
    for (const branch of branches) {
      for (const option of choice) {
        const sums = branch.sums.slice();
        const at = involved.indexOf(option.indicator);
        const { cap } = model.indicators[option.indicator] as CompiledIndicator;
        sums[at] = Math.min(cap, (sums[at] as number) + option.points);
        const key = sums.join();
        if (!next.has(key)) next.set(key, { sums, from: branch, option });
      }
    }
    branches = [...next.values()];
  }
  let winner = branches[0] as Branch;
  let highest = -Infinity;
  const trial = base.slice();
  for (const branch of branches) {
    involved.forEach((indicator, at) => (trial[indicator] = branch.sums[at] as number));
    const total = totalOf(model, trial);
    if (total > highest) [winner, highest] = [branch, total];
  }
  const options: Option[] = [];
  for (let at: Branch | null = winner; at !== null; at = at.from) if (at.option !== null) options.push(at.option);
  for (const { indicator, points } of options) base[indicator] = (base[indicator] as number) + points;
  return { total: highest, sums: base, options };
}

/**
 * Exclusive sets (互斥) and one incident once: lets only the chosen contributions stand in `sums` and `run.entryCounts`. The
 * choice is exact, by the total after caps: the greatest single fact of a case can be the wrong one when a group is full.
 */
export function chooseContributions(run: Run, model: CompiledModel, sums: Float64Array): void {
  // Stryker disable next-line ConditionalExpression: saves the look for conflicts
  if (run.entries < 2) return;
  const conflicts = conflictsOf(run, model, sums);
  const cases = sharedCases(run, model);
  // Stryker disable next-line ConditionalExpression: saves the sums, which are those at hand
  if (conflicts.length === 0 && cases.length === 0) return;
  const choices = cases.map((entries) => optionsOf(run, model, entries));
  const inCases = cases.flat();
  const chosen = combined(conflicts).map((way): Chosen => {
    const excluded = new Set([...way, ...inCases]);
    return { ...bestCases(model, sumsWithout(run, model, excluded), choices), excluded };
  });
  const best = chosen.reduce((first, other) => (other.total > first.total ? other : first));
  sums.set(best.sums);
  for (const entry of best.excluded) run.entryCounts[entry] = false;
  for (const { entry } of best.options) run.entryCounts[entry] = true;
}
