import { readFileSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { TOPICS, type ClassChanged } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { decodeAll, readAll } from './support/log.ts';
import type { ProgramResult } from './support/programs.ts';
import type { Service } from './support/services.ts';
import { emptySystem, type System } from './support/system.ts';
import { until } from './support/until.ts';

/** Real rows: the first 300 routine food inspections that the City of Chicago published, of 2011. */
const FILE = 'chicago-food-inspections.sample.csv.gz';
const FIXTURES = join(packageRoot(), 'test/fixtures');
const rows: readonly Readonly<Record<string, string>>[] = parse(gunzipSync(readFileSync(join(FIXTURES, FILE))), {
  columns: true,
});

let system: System;
let scorer: Service;
let warehouse: Service;

beforeAll(async () => {
  system = await emptySystem('import');
  await cp(join(FIXTURES, FILE), join(system.folder, FILE));
  await cp(join(FIXTURES, 'double-publicity-penalties.refused.csv'), join(system.folder, 'refused.csv'));
}, 120_000);
afterAll(() => system?.close(), 60_000);

function runImport(...args: string[]): Promise<ProgramResult> {
  return system.run('apps/intake/src/import/main.js', args);
}

/** Everything in the log is scored and stored; positions come a moment later, because the scorer gathers them. */
async function settled(): Promise<void> {
  await system.caughtUp(scorer, 'scorer', TOPICS.events.name);
  for (const topic of [TOPICS.events, TOPICS.classChanged]) await system.caughtUp(warehouse, 'warehouse', topic.name);
  await until('every enterprise has a position', async () => {
    const [row] = await system.warehouse.query<{ enterprises: number; positions: number }>(
      `SELECT (SELECT uniqExact(subject_scheme, subject_value) FROM facts FINAL) AS enterprises,
              (SELECT count() FROM positions FINAL) AS positions`,
    );
    return row?.positions === row?.enterprises;
  });
}

async function classChanges(): Promise<ClassChanged[]> {
  const records = await decodeAll(system.registry, await readAll(system.kafka, TOPICS.classChanged.name));
  return records.map(({ decoded }) => decoded as ClassChanged);
}

async function counts(): Promise<Record<string, number>> {
  const [row] = await system.warehouse.query<Record<string, number>>(
    `SELECT (SELECT uniqExact(record_id) FROM facts FINAL) AS records, (SELECT uniqExact(fact_id) FROM facts FINAL) AS facts,
            (SELECT count() FROM positions FINAL) AS positions, (SELECT count() FROM class_changes FINAL) AS changes`,
  );
  return row ?? {};
}

describe('an import of real rows', () => {
  let before: { changes: ClassChanged[]; counts: Record<string, number> };

  it('loads the past as the past: classes change when the inspections became known, in 2011 and after', async () => {
    const load = await runImport(FILE, '--mapping', 'chicago-food-inspections', '--history');
    expect(load).toMatchObject({ code: 0, stdout: expect.stringContaining(`${rows.length} rows`) });
    [scorer, warehouse] = await Promise.all([system.start('scorer'), system.start('warehouse')]);
    await settled();

    const changes = await classChanges();
    expect(changes).toHaveLength(rows.length);
    const failed = rows.filter(({ Results }) => Results === 'Fail').map(({ License }) => License);
    expect(failed.length).toBeGreaterThan(0);
    for (const { subject, direction, effectiveAt, scoreAfter, reasons, synthetic } of changes) {
      expect({ scheme: subject.scheme, direction, synthetic }).toEqual({
        scheme: 'chicago-licence',
        direction: 'FIRST',
        synthetic: false,
      });
      expect(new Date(effectiveAt).getUTCFullYear()).toBe(2011);
      const isFailed = failed.includes(subject.value);
      expect(reasons.some(({ indicator }) => indicator === 'R13')).toBe(isFailed);
      if (isFailed) expect(scoreAfter).toBeGreaterThan(0);
    }
    // What was found in 2011 weighs nothing today: time has passed through the log, up to the end of the load.
    await until('all scores are zero again', async () => {
      const scores = await system.warehouse.query('SELECT score, count() AS count FROM current_class GROUP BY score');
      return JSON.stringify(scores) === JSON.stringify([{ score: 0, count: rows.length }]);
    });
    before = { changes, counts: await counts() };
    expect(before.counts).toMatchObject({ records: rows.length, facts: rows.length, positions: rows.length });
  });

  it('has no second effect when it is repeated live', async () => {
    const repeated = await runImport(FILE, '--mapping', 'chicago-food-inspections');
    expect(repeated).toMatchObject({ code: 0 });
    await settled();
    expect(await classChanges()).toEqual(before.changes);
    expect(await counts()).toEqual(before.counts);
  });

  it('cannot be loaded as the past a second time: the log is not empty', async () => {
    const again = await runImport(FILE, '--mapping', 'chicago-food-inspections', '--history', '--load-id', 'again');
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('already holds') });
  });

  it('takes the good rows of a file with wrong ones, names the wrong ones beside the file and says so in its exit code', async () => {
    const mixed = await runImport('refused.csv', '--mapping', 'double-publicity-penalties');
    expect(mixed.code).toBe(1);
    await settled();
    expect((await refusedRows()).length).toBeGreaterThan(0);
    expect((await counts())['records']).toBeGreaterThan(before.counts['records'] ?? 0);
  });
});

async function refusedRows(): Promise<string[]> {
  const text = await readFile(join(system.folder, 'refused.csv.rejected.csv'), 'utf8');
  return text.split('\n').slice(1).filter(Boolean);
}
