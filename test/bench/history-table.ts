import type { BenchRun } from './history.ts';

/** A line of the history as far as it is shown; lines of older versions may lack a figure. */
export interface HistoryLine extends BenchRun {
  readonly at: string;
  readonly commit: string;
  readonly load: number;
}

/** Every figure that can be plotted, by its column's name. */
export const FIGURES = {
  'scorer-cpu-us': ({ scorer }) => round(scorer.cpuMicros),
  'scorer-per-s': ({ scorer }) => scorer.perSecond,
  'scorer-to-decode': ({ scorer, decodeOnly }) => round(scorer.perSecond / decodeOnly),
  'scorer-anon-mb': ({ scorer }) => scorer.peakAnonymous,
  'warehouse-cpu-us': ({ warehouse }) => round(warehouse.cpuMicros),
  'warehouse-per-s': ({ warehouse }) => warehouse.perSecond,
  'change-p50-ms': ({ latency }) => latency.toSubscriber.p50,
  'change-p99-ms': ({ latency }) => latency.toSubscriber.p99,
  'row-p99-ms': ({ latency }) => latency.toRow.p99,
} as const satisfies Record<string, (run: HistoryLine) => number>;

export type FigureName = keyof typeof FIGURES;

const NAMES = Object.keys(FIGURES) as FigureName[];
const BAR = 50;

export function table(runs: readonly HistoryLine[]): string {
  const head = ['at', 'commit', 'load', 'events', ...NAMES];
  const rows = runs.map((run) => [run.at.slice(0, 16), run.commit, run.load, run.events, ...figuresOf(run)]);
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => String(row[at]).length)));
  const line = (cells: readonly unknown[]): string =>
    cells.map((cell, at) => String(cell).padStart(widths[at] ?? 0)).join('  ');
  return [head, ...rows].map(line).join('\n');
}

export function csv(runs: readonly HistoryLine[]): string {
  const head = ['at', 'commit', 'load', 'events', 'enterprises', ...NAMES];
  const rows = runs.map((run) => [run.at, run.commit, run.load, run.events, run.enterprises, ...figuresOf(run)]);
  return [head, ...rows].map((cells) => cells.join(',')).join('\n');
}

export function bars(runs: readonly HistoryLine[], name: FigureName): string {
  const figures = runs.map((run) => figure(run, name));
  const most = Math.max(...figures.filter(Number.isFinite), Number.MIN_VALUE);
  return runs
    .map((run, at) => {
      const value = figures[at] ?? Number.NaN;
      const length = Number.isFinite(value) ? Math.round((BAR * value) / most) : 0;
      return `${run.at.slice(0, 16)} ${run.commit.padEnd(11)} ${'█'.repeat(length).padEnd(BAR)} ${value}`;
    })
    .join('\n');
}

function figuresOf(run: HistoryLine): number[] {
  return NAMES.map((name) => figure(run, name));
}

function figure(run: HistoryLine, name: FigureName): number {
  try {
    return FIGURES[name](run);
  } catch {
    return Number.NaN;
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
