/** `npm run bench:history`: the runs of bench-results/history.jsonl as a table, or one figure of them as bars or CSV. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { packageRoot } from '#libs/service';
import { bars, csv, FIGURES, table, type FigureName, type HistoryLine } from './history-table.ts';

const command = new Command('npm run bench:history --')
  .description('Shows what npm run bench has measured so far (bench-results/history.jsonl, one JSON object per run).')
  .addOption(new Option('--plot <figure>', 'bars of one figure').choices(Object.keys(FIGURES)))
  .option('--csv', 'all figures, comma-separated, for a spreadsheet or gnuplot', false)
  .option('--last <n>', 'only the last runs', '30')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
command.parse();

const options = command.opts<{ plot?: FigureName; csv: boolean; last: string }>();
try {
  const text = readFileSync(join(packageRoot(), 'bench-results/history.jsonl'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  const runs = lines.map((line) => JSON.parse(line) as HistoryLine).slice(-Number(options.last));
  console.log(options.csv ? csv(runs) : options.plot === undefined ? table(runs) : bars(runs, options.plot));
} catch (error) {
  console.error(`no history can be read; run npm run bench first (${String(error)})`);
  process.exit(1);
}
