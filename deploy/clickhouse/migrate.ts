import { join } from 'node:path';
import { z } from 'zod';
import { clickhouseEnv, EnvError, packageRoot, parseEnv } from '#libs/service';
import { applyMigrations } from './apply-migrations.ts';

const HELP = `Usage: node dist/deploy/clickhouse/migrate.js [--help]

Creates the database and brings its tables and views up to this release. Safe to run again.

  CLICKHOUSE_URL        http(s)://host:port
  CLICKHOUSE_USER       a user that may create and insert in the database, and name table engines
  CLICKHOUSE_PASSWORD
  CLICKHOUSE_DATABASE   default: risk

Exits 0 when the database is up to date, 1 when a migration failed or was edited, 64 for wrong arguments,
78 for a wrong configuration.
`;

async function main(): Promise<number> {
  const [argument] = process.argv.slice(2);
  if (argument !== undefined) {
    const help = argument === '--help' || argument === '-h';
    process[help ? 'stdout' : 'stderr'].write(help ? HELP : `unknown argument ${argument}\n\n${HELP}`);
    return help ? 0 : 64;
  }
  try {
    const env = parseEnv(z.object(clickhouseEnv), process.env);
    const { applied, present } = await applyMigrations({
      url: env.CLICKHOUSE_URL,
      user: env.CLICKHOUSE_USER,
      password: env.CLICKHOUSE_PASSWORD,
      database: env.CLICKHOUSE_DATABASE,
      folder: join(packageRoot(), 'deploy/clickhouse/migrations'),
      onApplied: (name) => console.log(`applied ${name}`),
    });
    console.log(`${env.CLICKHOUSE_DATABASE}: ${applied.length} applied, ${present} were there`);
    return 0;
  } catch (error) {
    console.error(explain(error));
    return error instanceof EnvError ? 78 : 1;
  }
}

/** An error with what caused it, one line each. */
function explain(error: unknown): string {
  const lines: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) lines.push(each.message);
  return lines.length === 0 ? String(error) : lines.join('\n  because ');
}

process.exitCode = await main();
