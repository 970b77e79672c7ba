import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { RECORD_SCHEMAS, TOPICS } from '#libs/contracts';
import { connectLog, readLoads, type Log } from '#libs/event-log';
import { connectKafka, connectRegistry, kafkaOptionsOf, type AvroRegistry, registryOptionsOf } from '#libs/stream';
import { defaultOpening } from '../default-opening.ts';
import { importEnv } from '../env.ts';
import { beginningOf, closeLoad, HistoryLoadError, writeHistory } from '../history/load-history.ts';
import type { LogOpening } from '../log-opening.ts';
import type { ImportArguments } from './arguments.ts';
import { emptyCounts, eventsOfFile, type FileImport } from './import-file.ts';
import { importLive, withoutRepetitions } from './import-live.ts';
import { compileMapping } from './map-row.ts';
import { readMapping } from './mapping-file.ts';
import { pastRecords } from './past-records.ts';
import type { Progress } from './progress.ts';
import { summaryOf } from './summary.ts';
import { FileError } from './text-file.ts';

export interface ImportOutcome {
  readonly text: string;
  readonly refusedRows: number;
}

/** Carries out one command: checks, imports live, loads the past, or ends a load. */
export async function runImport(args: ImportArguments, progress: Progress): Promise<ImportOutcome> {
  if (args.dryRun) return dryRun(args, progress);
  const target = await connect();
  try {
    if (args.closeLoad !== undefined) return await endLoad(target, args.closeLoad);
    return args.history ? await loadPast(target, args, progress) : await takeLive(target, args, progress);
  } finally {
    await target.log.close();
  }
}

interface Target {
  readonly log: Log;
  readonly registry: AvroRegistry;
  readonly opening: LogOpening;
}

async function connect(): Promise<Target> {
  const env = importEnv();
  const opening = defaultOpening(env.RISK_RULE_SETS);
  const registry = await connectRegistry(registryOptionsOf(env), RECORD_SCHEMAS);
  return { registry, opening, log: await connectLog(connectKafka(kafkaOptionsOf('import', env))) };
}

async function dryRun(args: ImportArguments, progress: Progress): Promise<ImportOutcome> {
  const files = await filesOf(args, Date.now(), 'dry-run', progress);
  for (const file of files) for await (const _ of withoutRepetitions(eventsOfFile(file), file.counts)) continue;
  return outcomeOf(files, 'dry run: nothing was written to the log');
}

async function takeLive(target: Target, args: ImportArguments, progress: Progress): Promise<ImportOutcome> {
  const { log, registry, opening } = target;
  const open = [...(await readLoads(log, registry)).values()].find(({ state }) => state === 'OPEN');
  if (open !== undefined)
    throw new HistoryLoadError(
      `history load ${open.loadId} is open; import when it has ended (--resume or --close-load)`,
    );
  const files = await filesOf(args, Date.now(), `import:${await fingerprintOf(args)}`, progress);
  let written = 0;
  for (const file of files)
    written += await importLive(
      { log, encoder: registry, opening, counts: file.counts, now: Date.now },
      eventsOfFile(file),
    );
  return outcomeOf(files, `${written} records written to ${TOPICS.events.name}`);
}

async function loadPast(target: Target, args: ImportArguments, progress: Progress): Promise<ImportOutcome> {
  const { log, registry, opening } = target;
  const loadId = args.loadId ?? `history-${await fingerprintOf(args)}`;
  const asOf = await beginningOf(log, registry, { loadId, resume: args.resume }, Date.now());
  const files = await filesOf(args, asOf, `import:${loadId}`, progress);
  const events = pastRecords(files, { now: asOf, directory: args.temp ?? tmpdir() });
  const total = (): number => files.reduce((sum, { counts }) => sum + counts.events - counts.duplicates, 0);
  const onWritten = (written: number): void => progress.show('writing', written / total(), `${written} records`);
  const done = await writeHistory(log, registry, { loadId, events, opening, resume: args.resume, asOf, onWritten });
  const earlier = done.skipped > 0 ? `, ${done.skipped} were there from the interrupted run` : '';
  return outcomeOf(files, `history load ${loadId}: ${done.written} records written to ${TOPICS.events.name}${earlier}`);
}

async function endLoad({ log, registry }: Target, loadId: string): Promise<ImportOutcome> {
  if (await closeLoad(log, registry, loadId, Date.now()))
    return { text: `history load ${loadId} is closed; what it wrote stays in the log\n`, refusedRows: 0 };
  throw new HistoryLoadError(`no history load ${loadId} is open`);
}

async function filesOf(
  args: ImportArguments,
  receivedAt: number,
  correlationId: string,
  progress: Progress,
): Promise<FileImport[]> {
  const { source, period, synthetic, encoding } = args;
  return Promise.all(
    args.files.map(async ({ path, mapping }) => ({
      path,
      encoding,
      mapper: compileMapping(await readMapping(mapping), { source, period, synthetic, correlationId, receivedAt }),
      counts: emptyCounts(),
      onProgress: (rows: number, read: number, bytes: number) =>
        progress.show(basename(path), bytes === 0 ? 1 : read / bytes, `${rows} rows`),
    })),
  );
}

/** Names a run by what it reads: files by name and size, mappings and options. The same command has the same name. */
async function fingerprintOf(args: ImportArguments): Promise<string> {
  const parts = await Promise.all(
    args.files.map(async ({ path, mapping }) => {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) throw new FileError(`there is no file ${path}`);
      return [basename(path), String(found.size), mapping].join('|');
    }),
  );
  const all = [...parts, args.source ?? '', args.period ?? '', String(args.synthetic)].join('\n');
  return createHash('sha256').update(all).digest('hex').slice(0, 12);
}

function outcomeOf(files: readonly FileImport[], last: string): ImportOutcome {
  const imported = files.map(({ path, mapper, counts }) => ({
    path,
    mapping: `${mapper.name}@${mapper.version}`,
    counts,
  }));
  return {
    text: summaryOf(imported, last),
    refusedRows: files.reduce((sum, { counts }) => sum + counts.refusedRows, 0),
  };
}
