import type { CompiledModel } from './compiled.ts';
import { CONTENT, CONTENT_CASE } from './position.ts';
import type { FactState } from './position.ts';
import type { Run } from './run.ts';

/** One way of counting a case or an exclusive set: so many milli-points under one indicator. */
interface Option {
  readonly indicator: number;
  readonly points: number;
  /** The entry that counts; -1 for all of the indicator's. */
  readonly entry: number;
}

type Choice = readonly Option[];

const NO_CHOICES: readonly Choice[] = [];
const NO_CASES: readonly (readonly [string, number[]])[] = [];

/** Sums of the indicators in question after some choices, and the way there. */
interface Branch {
  readonly sums: readonly number[];
  readonly from: Branch | null;
  readonly option: Option | null;
}

function exclusiveChoices(run: Run, model: CompiledModel): readonly Choice[] {
  let choices = NO_CHOICES;
  for (const set of model.exclusiveSets) {
    let held = 0;
    for (const indicator of set) if ((run.sums[indicator] as number) > 0) held++;
    if (held < 2) continue;
    const present = set.filter((indicator) => (run.sums[indicator] as number) > 0);
    choices = [
      ...choices,
      present.map((indicator) => ({ indicator, points: run.sums[indicator] as number, entry: -1 })),
    ];
  }
  return choices;
}

function caseOf(run: Run, model: CompiledModel, entry: number): string | null {
  if ((model.indicators[run.entryIndicator[entry] as number]?.incidentOrder ?? -1) < 0) return null;
  const fact = run.facts[run.entryPlace[entry] as number] as FactState;
  return fact[CONTENT]?.[CONTENT_CASE] ?? null;
}

function entriesByCase(run: Run, model: CompiledModel): [string, number[]][] {
  const cases = new Map<string, number[]>();
  for (let entry = 0; entry < run.entries; entry++) {
    const caseNumber = caseOf(run, model, entry);
    if (caseNumber === null) continue;
    const known = cases.get(caseNumber);
    if (known === undefined) cases.set(caseNumber, [entry]);
    else known.push(entry);
  }
  const shared = [...cases].filter(([, entries]) => entries.length > 1);
  return shared.sort(([left], [right]) => (left < right ? -1 : 1));
}

/** Of one indicator only the greatest entry can be the best; the others leave the sum at once. */
function caseChoice(run: Run, model: CompiledModel, entries: readonly number[]): Choice {
  const order = (entry: number): number => model.indicators[run.entryIndicator[entry] as number]?.incidentOrder ?? 0;
  const points = (entry: number): number => run.entryPoints[entry] as number;
  const sorted = [...entries].sort((a, b) => order(a) - order(b) || points(b) - points(a) || a - b);
  const options: Option[] = [];
  for (const entry of sorted) {
    const indicator = run.entryIndicator[entry] as number;
    run.sums[indicator] = (run.sums[indicator] as number) - points(entry);
    run.entryCounts[entry] = false;
    if (options.at(-1)?.indicator !== indicator) options.push({ indicator, points: points(entry), entry });
  }
  return options;
}

function totalOf(model: CompiledModel, sums: Float64Array): number {
  const groups = new Float64Array(model.groups.length);
  model.indicators.forEach((indicator, at) => {
    if (indicator.positive) return;
    groups[indicator.group] = (groups[indicator.group] as number) + Math.min(indicator.cap, sums[at] as number);
  });
  return groups.reduce((total, points, at) => total + Math.min(points, model.groups[at]?.cap ?? 0), 0);
}

/**
 * The choices with the highest total after caps; on equal totals the first in order. Branches with equal capped sums
 * are one branch (the earlier way is kept), so the work grows with the different sums and not with the ways to them.
 */
function best(model: CompiledModel, base: Float64Array, choices: readonly Choice[]): Option[] {
  const involved = [...new Set(choices.flat().map((option) => option.indicator))];
  const start = involved.map((indicator) => base[indicator] as number);
  let branches: Branch[] = [{ sums: start, from: null, option: null }];
  for (const choice of choices) {
    const next = new Map<string, Branch>();
    for (const branch of branches) {
      for (const option of choice) {
        const sums = branch.sums.slice();
        const at = involved.indexOf(option.indicator);
        const cap = model.indicators[option.indicator]?.cap ?? 0;
        sums[at] = Math.min(cap, (sums[at] as number) + option.points);
        const key = sums.join();
        if (!next.has(key)) next.set(key, { sums, from: branch, option });
      }
    }
    branches = [...next.values()];
  }
  const trial = base.slice();
  let winner: Branch | null = null;
  let highest = -1;
  for (const branch of branches) {
    involved.forEach((indicator, at) => (trial[indicator] = branch.sums[at] as number));
    const total = totalOf(model, trial);
    if (total > highest) [winner, highest] = [branch, total];
  }
  const taken: Option[] = [];
  for (let branch = winner; branch !== null; branch = branch.from)
    if (branch.option !== null) taken.push(branch.option);
  return taken;
}

/**
 * Exclusive sets (互斥) and one incident once: lets only the chosen contributions stand in `run.sums` and
 * `run.entryCounts`. The choice is exact: the greatest single fact of a case can be the wrong one when a group is full.
 */
export function chooseContributions(run: Run, model: CompiledModel): void {
  const shared = run.caseEntries > 1 ? entriesByCase(run, model) : NO_CASES;
  const exclusive = exclusiveChoices(run, model);
  if (shared.length === 0 && exclusive.length === 0) return;
  for (const choice of exclusive) {
    for (const option of choice) {
      run.sums[option.indicator] = 0;
      setEntries(run, option.indicator, false);
    }
  }
  const choices = [...exclusive, ...shared.map(([, entries]) => caseChoice(run, model, entries))];
  for (const option of best(model, run.sums, choices)) {
    run.sums[option.indicator] = (run.sums[option.indicator] as number) + option.points;
    if (option.entry >= 0) run.entryCounts[option.entry] = true;
    else setEntries(run, option.indicator, true);
  }
}

function setEntries(run: Run, indicator: number, counts: boolean): void {
  for (let entry = 0; entry < run.entries; entry++) {
    if (run.entryIndicator[entry] === indicator) run.entryCounts[entry] = counts;
  }
}
