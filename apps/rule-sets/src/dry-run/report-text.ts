import { CELLS, type DryRunReport, type Mover, type SchemeReport, type ShareOfA } from './report.ts';

const MILLI = 1_000;
const HEADS: Readonly<Record<(typeof CELLS)[number], string>> = { A: 'A', B: 'B', C: 'C', D: 'D', UNRATED: 'unrated' };

/** The report as a person reads it in a terminal. */
export function reportText(report: DryRunReport): string {
  const { ruleSet, replaces, enterprises, asOf, knownAt, engine } = report;
  const head = [
    `dry run 试算 of ${ruleSet} (SHA-256 ${report.sha256})`,
    `against ${replaces ?? 'no rule set in its scheme'}; ${enterprises} enterprises as of ${asOf}, known at ${knownAt}; engine ${engine}`,
    'higher score = riskier; A is the lowest risk',
  ];
  return [...head, ...report.schemes.map(schemeText)].join('\n');
}

function schemeText(scheme: SchemeReport): string {
  const { moved, shareOfA } = scheme;
  return [
    '',
    `scheme ${scheme.schemeId}: ${scheme.before ?? 'not rated'} → ${scheme.after ?? 'not rated'}`,
    ...table([
      ['', ...CELLS.map((cell) => HEADS[cell])],
      ['now', ...CELLS.map((cell) => String(scheme.classes.before[cell]))],
      ['then', ...CELLS.map((cell) => String(scheme.classes.after[cell]))],
    ]),
    'from (rows) to (columns)',
    ...table([
      ['', ...CELLS.map((cell) => HEADS[cell])],
      ...CELLS.map((from) => [HEADS[from], ...CELLS.map((to) => String(scheme.migration[from][to]))]),
    ]),
    'share of A among the rated, now → then',
    ...shareTable('age', shareOfA.age),
    ...shareTable('size', shareOfA.size),
    ...shareTable('industry', shareOfA.industry),
    `${moved.total} move: ${moved.worsened} worsen, ${moved.improved} improve, ${moved.newlyRated} are newly rated, ${moved.noLongerRated} no longer`,
    ...scheme.furthest.map(moverLine),
  ].join('\n');
}

function shareTable(title: string, shares: readonly ShareOfA[]): readonly string[] {
  return table([
    [title, 'rated', 'A', 'share', 'rated', 'A', 'share'],
    ...shares.map(({ band, before, after }) => [band, ...cells(before), ...cells(after)]),
  ]);
}

function cells({ rated, a }: ShareOfA['before']): string[] {
  return [String(rated), String(a), rated === 0 ? '–' : `${((100 * a) / rated).toFixed(1)} %`];
}

function moverLine({ subject, from, to, scoreBefore, scoreAfter, reasons }: Mover): string {
  const why = reasons.map(({ indicator, points }) => (points === 0 ? indicator : `${indicator} ${points / MILLI}`));
  const score = (milli: number | null): string => (milli === null ? '–' : String(milli / MILLI));
  return `  ${subject}  ${HEADS[from]} → ${HEADS[to]}  ${score(scoreBefore)} → ${score(scoreAfter)}  ${why.join(', ')}`;
}

/** First column to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map(
    (row) =>
      `  ${row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          const space = ' '.repeat(Math.max(0, width - widthOf(cell)));
          return column === 0 ? cell + space : space + cell;
        })
        .join('  ')}`,
  );
}

/** Columns that a terminal gives a text: a Chinese character takes two. */
function widthOf(text: string): number {
  return [...text].reduce((width, character) => width + (character >= '\u2e80' ? 2 : 1), 0);
}
