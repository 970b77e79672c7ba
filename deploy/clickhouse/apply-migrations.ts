import { connectWarehouse, defineTable, retryTransient, type Warehouse } from '#libs/warehouse-client';
import { readMigrations, type Migration } from './migrations.ts';

export interface MigrateOptions {
  /** http(s)://host:port */
  readonly url: string;
  /** May create the database, tables and views, and insert: the user `migrator` of the local stack. */
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Folder of numbered .sql files. */
  readonly folder: string;
  readonly onApplied?: (name: string) => void;
}

export interface MigrateResult {
  readonly applied: readonly string[];
  /** How many had been applied before. */
  readonly present: number;
}

interface AppliedRow {
  readonly name: string;
  readonly sha256: string;
}

const schemaMigrations = defineTable<AppliedRow>()('schema_migrations', ['name', 'sha256']);

const CREATE_LEDGER = `
  CREATE TABLE IF NOT EXISTS schema_migrations
  (
      name       String COMMENT 'File of the migration',
      sha256     String COMMENT 'Of the file, 64 hex digits: an applied file is never edited',
      applied_at DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3) COMMENT 'When its last statement had run'
  )
  ENGINE = ReplacingMergeTree ORDER BY name
  COMMENT 'Migrations applied to this database'`;

/**
 * Creates the database where it is missing and applies the migrations that its ledger does not name, in order.
 * ClickHouse has no transaction over DDL, so a migration that breaks off is run again from its first statement:
 * statements are written to bear that (IF NOT EXISTS, OR REPLACE). Throws before any change when an applied file was
 * edited or is gone. Waits up to half a minute for a server that is starting.
 */
export async function applyMigrations(options: MigrateOptions): Promise<MigrateResult> {
  const migrations = readMigrations(options.folder);
  await createDatabase(options);
  const warehouse = connectWarehouse({ ...options, application: 'migrate' });
  try {
    await warehouse.command(CREATE_LEDGER);
    const rows = await warehouse.query<AppliedRow>('SELECT name, sha256 FROM schema_migrations FINAL ORDER BY name');
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    const fault = faultOf(migrations, applied);
    if (fault !== undefined) throw new Error(fault);
    const due = migrations.filter((migration) => !applied.has(migration.name));
    for (const migration of due) {
      await apply(warehouse, migration);
      options.onApplied?.(migration.name);
    }
    return { applied: due.map(({ name }) => name), present: applied.size };
  } finally {
    await warehouse.close();
  }
}

/** What is wrong between the files and the ledger, or undefined. */
export function faultOf(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): string | undefined {
  const known = new Map(migrations.map((migration) => [migration.name, migration.sha256]));
  for (const [name, sha256] of applied) {
    const now = known.get(name);
    if (now === undefined) {
      return `${name} was applied to this database and is not in the folder; run the release that wrote it, or a newer one`;
    }
    if (now !== sha256) {
      return `${name} was edited after it was applied (${sha256.slice(0, 12)} then, ${now.slice(0, 12)} now); restore the file and put the change into a new migration`;
    }
  }
  const firstDue = migrations.find(({ name }) => !applied.has(name));
  const late = firstDue === undefined ? undefined : [...applied.keys()].find((name) => name > firstDue.name);
  return late === undefined
    ? undefined
    : `${firstDue?.name} is not applied although the later ${late} is; give it the next number`;
}

async function apply(warehouse: Warehouse, migration: Migration): Promise<void> {
  for (const [index, statement] of migration.statements.entries()) {
    try {
      await warehouse.command(statement);
    } catch (cause) {
      throw new Error(
        `statement ${index + 1} of ${migration.name} failed; the migration will be run again from its start`,
        {
          cause,
        },
      );
    }
  }
  await warehouse.insertRows(schemaMigrations, [{ name: migration.name, sha256: migration.sha256 }]);
}

async function createDatabase(options: MigrateOptions): Promise<void> {
  // A name cannot be a bound parameter of a statement, so it is checked instead.
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(options.database)) {
    throw new Error('CLICKHOUSE_DATABASE must be a name of letters, digits and underscores');
  }
  const server = connectWarehouse({ ...options, database: 'default', application: 'migrate' });
  try {
    await retryTransient(() => server.command(`CREATE DATABASE IF NOT EXISTS ${options.database}`), {
      attempts: 20,
      initialDelayMs: 100,
      maxDelayMs: 2_000,
    });
  } finally {
    await server.close();
  }
}
