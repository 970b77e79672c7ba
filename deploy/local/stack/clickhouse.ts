import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '#libs/service';
import { startChild, untilReady, type StackHome } from './child-process.ts';
import { compiled } from './guardian.ts';
import { startPart, type Part } from './part.ts';
import { CLICKHOUSE_USERS, type ClickhouseUser } from './secrets.ts';

export interface ClickhouseOptions {
  readonly port: number;
  readonly passwords: Readonly<Record<ClickhouseUser, string>>;
  /** Databases the users reach: `risk`, or in tests every one whose name begins so. */
  readonly databases?: 'risk' | 'risk and its tests';
  readonly memoryBytes?: number;
}

/**
 * ClickHouse out of the npm package `chdb`, as a process of its own with the real HTTP interface, loopback only, data in
 * `<data dir>/clickhouse`. Ready means: the server that answers is the one started here, not another on the same port.
 */
export function startClickhouse(home: StackHome, options: ClickhouseOptions): Promise<Part> {
  return startPart('clickhouse', async () => {
    const folder = join(home.dataDir, 'clickhouse');
    const configFile = await writeConfiguration(folder, options);
    const keeper = `keeper-${randomBytes(12).toString('hex')}`;
    const child = startChild(home, {
      name: 'clickhouse',
      command: process.execPath,
      args: ['--enable-source-maps', compiled('./clickhouse-main.ts').replace(/\.ts$/, '.js'), configFile],
      env: {
        ...process.env,
        CLICKHOUSE_DATA: join(folder, 'data'),
        CLICKHOUSE_PORT: String(options.port),
        CLICKHOUSE_KEEPER_QUERY: keeper,
        CLICKHOUSE_ADMIN_PASSWORD: options.passwords.admin,
      },
    });
    await untilReady(child, () => isOurServer(options, keeper));
    return child;
  });
}

/** The query that keeps the engine alive bears an id that only this start knows. */
async function isOurServer(options: ClickhouseOptions, keeper: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${options.port}/`, {
    method: 'POST',
    headers: { 'x-clickhouse-user': 'admin', 'x-clickhouse-key': options.passwords.admin },
    body: `SELECT count() FROM system.processes WHERE query_id = '${keeper}'`,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`port ${options.port} answers, but not as ours: ${text.slice(0, 200)}`);
  return text.trim() === '1';
}

async function writeConfiguration(folder: string, options: ClickhouseOptions): Promise<string> {
  await mkdir(join(folder, 'data'), { recursive: true });
  const usersFile = join(folder, 'users.xml');
  const configFile = join(folder, 'config.xml');
  const tests = options.databases === 'risk and its tests';
  const hashes = CLICKHOUSE_USERS.map((user): [string, string] => [
    `${user.toUpperCase()}_SHA256`,
    sha256(options.passwords[user]),
  ]);
  await writeFile(
    usersFile,
    render('users.xml', {
      ...Object.fromEntries(hashes),
      DATABASES: tests ? 'risk*.*' : 'risk.*',
      READ_AUDIT: tests ? 'risk*.*' : 'risk.read_audit',
    }),
    { mode: 0o600 },
  );
  const memory = options.memoryBytes ?? 1_500_000_000;
  await writeFile(configFile, render('config.xml', { USERS_FILE: usersFile, MEMORY_BYTES: String(memory) }));
  return configFile;
}

/** A template of deploy/local/clickhouse with its `${NAME}`s filled; an unknown name is an error, not an empty string. */
function render(template: string, values: Readonly<Record<string, string>>): string {
  const text = readFileSync(join(packageRoot(), 'deploy/local/clickhouse', template), 'utf8');
  const body = text.replace(/<!--[\s\S]*?-->\n?/g, '');
  return body.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${template} asks for ${name}, which nobody fills`);
    return value.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
