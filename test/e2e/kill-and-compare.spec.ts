import { join } from 'node:path';
import { TOPICS, type ClassChanged, type PositionUpdated, type WarningRaised } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import type { Warehouse } from '#libs/warehouse-client';
import { randomOf } from '../../apps/intake/src/demo-city/random.ts';
import { decodeAll, readAll } from './support/log.ts';
import { emptySystem, type System } from './support/system.ts';
import { Victim, type Trouble } from './support/troubles.ts';
import { until } from './support/until.ts';

const ENTERPRISES = 1_500;
const SEED = 20_261_101;
const CITY = ['--enterprises', String(ENTERPRISES), '--seed', '11', '--until', '2026-07-20T00:00:00+08:00'];
const OUTPUTS = [
  TOPICS.positions.name,
  TOPICS.classChanged.name,
  TOPICS.warnings.name,
  TOPICS.eventsScorerDeadLetters.name,
  TOPICS.eventsWarehouseDeadLetters.name,
  TOPICS.positionsWarehouseDeadLetters.name,
  TOPICS.classChangedWarehouseDeadLetters.name,
  TOPICS.warningsWarehouseDeadLetters.name,
];
/** A local store with nothing but its identity is far smaller, one with the enterprises of a few partitions far greater. */
const STORED_BYTES = 1_000_000;
const STORED = [TOPICS.events.name, TOPICS.positions.name, TOPICS.classChanged.name, TOPICS.warnings.name];

/** What may differ between runs: when a row came, and where and when the scorer's output stands in its own topic. */
const COMPARED = {
  facts: '* EXCEPT (inserted_at)',
  positions: '* EXCEPT (inserted_at, log_offset, record_time)',
  class_changes: '* EXCEPT (inserted_at, log_offset, record_time)',
  warnings: '* EXCEPT (inserted_at, log_offset, record_time)',
  rule_set_activations: '* EXCEPT (inserted_at)',
  enterprise_names: '*',
} as const;
type Table = keyof typeof COMPARED;

interface Run {
  readonly rows: Readonly<Record<Table, readonly string[]>>;
  /** Of each enterprise, in the order of the topic. */
  readonly classChanges: Readonly<Record<string, readonly ClassChanged[]>>;
  readonly warnings: Readonly<Record<string, readonly WarningRaised[]>>;
  /** The latest of each enterprise. */
  readonly positions: Readonly<Record<string, PositionUpdated>>;
  readonly deadLetters: number;
  /** Records of the event log at the end: the scorer itself adds clock ticks when reviews fall due. */
  readonly logLength: number;
}

let system: System;
let undisturbed: Run;
let disturbed: Run;
let troubles: readonly Trouble[];

beforeAll(async () => {
  system = await emptySystem('kills');
  const load = await system.run('apps/intake/src/demo-city/main.js', ['load', ...CITY]);
  if (load.code !== 0) throw new Error(`the load ended with ${load.code}: ${load.stderr}`);
  for (let attempt = 1; ; attempt++) {
    disturbed = await runDisturbed(await system.anotherWarehouse(`killed${attempt}`));
    await system.startOver(OUTPUTS);
    undisturbed = await runUndisturbed(await system.anotherWarehouse(`calm${attempt}`));
    // Midnight came between the runs and its reviews fell due: the second run read a longer log. It cannot come twice.
    if (disturbed.logLength === undisturbed.logLength || attempt === 2) break;
    await system.startOver(OUTPUTS);
  }
}, 600_000);
afterAll(() => system?.close(), 60_000);

async function runUndisturbed(warehouse: Warehouse): Promise<Run> {
  const env = { CLICKHOUSE_DATABASE: warehouse.database };
  const [scorer, writer] = await Promise.all([
    system.start('scorer', { state: 'calm' }),
    system.start('warehouse', { env }),
  ]);
  await system.caughtUp(scorer, 'scorer', TOPICS.events.name);
  await scorer.stop();
  for (const topic of STORED) await system.caughtUp(writer, 'warehouse', topic);
  await writer.stop();
  return dump(warehouse);
}

async function runDisturbed(warehouse: Warehouse): Promise<Run> {
  const total = (await readAll(system.kafka, TOPICS.events.name)).length;
  const scorer = new Victim(system, 'scorer', total, randomOf(SEED, 'scorer'));
  const writer = new Victim(system, 'warehouse', total, randomOf(SEED, 'warehouse'));
  await Promise.all([troubleScorer(scorer), troubleWarehouse(writer, warehouse.database)]);
  troubles = [...scorer.troubles, ...writer.troubles];

  await scorer.service.ready();
  await system.caughtUp(scorer.service, 'scorer', TOPICS.events.name);
  await scorer.service.stop();
  for (const topic of STORED) await system.caughtUp(writer.service, 'warehouse', topic);
  await writer.service.stop();
  return dump(warehouse);
}

async function troubleScorer(scorer: Victim): Promise<void> {
  await scorer.start();
  await scorer.killWhileTakingOver();
  await scorer.killAt(0.05);
  await scorer.killAt(0.15);
  await scorer.killWhileTakingOver();
  await scorer.killAndLoseStateAt(0.3);
  await scorer.killAt(0.45);
  const second = await scorer.freezeAt(0.6);
  await scorer.recovers();
  // A process writes its local store some seconds after it took over; only then is a restart a restore from it, and a replay of the rest.
  await importLive('double-publicity-penalties.csv', 'double-publicity-penalties');
  await until('the second process has written its local store', async () => {
    await importLive('chicago-food-inspections.sample.csv.gz', 'chicago-food-inspections');
    await system.caughtUp(second, 'scorer', TOPICS.events.name);
    return scorer.storedBySecond() > STORED_BYTES;
  });
  await importLive('abnormal-operation-list.csv', 'abnormal-operation-list', '--period', '2026-07-01');
  await scorer.killWith(second);
}

async function importLive(file: string, mapping: string, ...options: string[]): Promise<void> {
  const path = join(packageRoot(), 'test/fixtures', file);
  const { code, stderr } = await system.run('apps/intake/src/import/main.js', [path, '--mapping', mapping, ...options]);
  // An import that takes its time tells its progress there.
  if (code !== 0) throw new Error(`the import of ${file} ended with ${code}: ${stderr}`);
}

async function troubleWarehouse(writer: Victim, database: string): Promise<void> {
  await writer.start({ CLICKHOUSE_DATABASE: database, RISK_WAREHOUSE_FLUSH_ROWS: '200' });
  await writer.killAt(0.01);
  await writer.killAt(0.2);
  await writer.killAt(0.5);
  await writer.killAt(0.8);
}

async function dump(warehouse: Warehouse): Promise<Run> {
  const rows = {} as Record<Table, string[]>;
  for (const [table, columns] of Object.entries(COMPARED)) {
    const final = table === 'enterprise_names' ? '' : 'FINAL';
    const stored = await warehouse.queryCompact(`SELECT ${columns} FROM ${table} ${final} ORDER BY ALL`);
    rows[table as Table] = stored.map((row) => JSON.stringify(row));
  }
  const records = async <T>(topic: string) => {
    const decoded = await decodeAll(system.registry, await readAll(system.kafka, topic));
    return decoded.map(({ key, decoded: value }) => ({ key: String(key), value: value as T }));
  };
  const byKey = <T>(pairs: readonly { key: string; value: T }[]): Record<string, T[]> => {
    const lists: Record<string, T[]> = {};
    for (const { key, value } of pairs) (lists[key] ??= []).push(value);
    return lists;
  };
  const letters = OUTPUTS.filter((topic) => topic.endsWith('.dlt')).map((topic) => readAll(system.kafka, topic));
  return {
    rows,
    classChanges: byKey(await records<ClassChanged>(TOPICS.classChanged.name)),
    warnings: byKey(await records<WarningRaised>(TOPICS.warnings.name)),
    positions: Object.fromEntries(
      (await records<PositionUpdated>(TOPICS.positions.name)).map(({ key, value }) => [key, value]),
    ),
    deadLetters: (await Promise.all(letters)).flat().length,
    logLength: (await readAll(system.kafka, TOPICS.events.name)).length,
  };
}

describe('killing any service at any moment and starting it again', () => {
  it('happened in the middle of the work, and both runs read the same log', () => {
    expect(disturbed.logLength).toBe(undisturbed.logLength);
    expect(troubles).toHaveLength(12);
    const inTheMiddle = troubles.filter(({ progress }) => progress > 0 && progress < 1);
    expect(inTheMiddle.length).toBeGreaterThanOrEqual(8);
  });

  it.each(Object.keys(COMPARED) as Table[])('ends in the same rows of %s, none lost, none doubled', (table) => {
    expect(disturbed.rows[table].length).toBeGreaterThan(0);
    // Two lists of thousands of rows are no message: the first rows that only one of the runs has are.
    expect(onlyIn(disturbed.rows[table], undisturbed.rows[table])).toEqual([]);
    expect(onlyIn(undisturbed.rows[table], disturbed.rows[table])).toEqual([]);
    expect(disturbed.rows[table]).toHaveLength(undisturbed.rows[table].length);
  });

  it('tells subscribers the same class changes in the same order, each once', () => {
    expect(Object.keys(undisturbed.classChanges).length).toBeGreaterThan(ENTERPRISES / 2);
    expect(disturbed.classChanges).toEqual(undisturbed.classChanges);
    const ids = Object.values(disturbed.classChanges).flatMap((changes) => changes.map(({ changeId }) => changeId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tells subscribers the same warnings in the same order, each once', () => {
    expect(disturbed.warnings).toEqual(undisturbed.warnings);
    const ids = Object.values(disturbed.warnings).flatMap((raised) => raised.map(({ warningId }) => warningId));
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leaves the same latest position of each enterprise', () => {
    expect(disturbed.positions).toEqual(undisturbed.positions);
  });

  it('makes nothing a dead letter', () => {
    expect(undisturbed.deadLetters).toBe(0);
    expect(disturbed.deadLetters).toBe(0);
  });
});

function onlyIn(rows: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return rows.filter((row) => !known.has(row)).slice(0, 5);
}
