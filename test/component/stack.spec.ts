import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '#libs/service';
import { startTestStack, type TestStack } from '../stack/test-stack.ts';

/** The embedded stack is restarted and stopped here, so these tests have one of their own. */
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
}, 120_000);
afterAll(() => stack.stop(), 30_000);

describe('the embedded registry', () => {
  test('gives back by its id, after a restart, a schema registered before', async () => {
    const schema = JSON.stringify({ type: 'record', name: 'Kept', fields: [{ name: 'at', type: 'long' }] });
    const registered = await fetch(`${stack.registryUrl}/subjects/kept-Kept/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema }),
    });
    const { id } = (await registered.json()) as { id: number };

    await stack.restartRegistry();

    const answer = await fetch(`${stack.registryUrl}/schemas/ids/${id}`);
    expect(JSON.parse(((await answer.json()) as { schema: string }).schema)).toEqual(JSON.parse(schema));
  }, 60_000);
});

describe('the embedded ClickHouse', () => {
  beforeAll(async () => {
    for (const statement of [
      'CREATE DATABASE risk',
      'CREATE TABLE risk.positions (uscc String) ENGINE = MergeTree ORDER BY uscc',
      'CREATE TABLE risk.read_audit (token_id String) ENGINE = MergeTree ORDER BY token_id',
    ]) {
      expect(await query('migrator', statement)).toBe('');
    }
    expect(await query('warehouse', "INSERT INTO risk.positions VALUES ('91442000MA5123452K')")).toBe('');
  });

  test('lets the analyst read positions', async () => {
    expect(await query('analyst', 'SELECT uscc FROM risk.positions')).toBe('91442000MA5123452K\n');
  });

  test.each([
    ['tables of a new kind', 'CREATE TABLE risk.mine (a Int8) ENGINE = Memory', 'ACCESS_DENIED'],
    ['dropping a table', 'DROP TABLE risk.positions', 'ACCESS_DENIED'],
    ['writing', "INSERT INTO risk.positions VALUES ('x')", 'ACCESS_DENIED'],
    ['url()', "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int8')", 'ACCESS_DENIED'],
    ['file()', "SELECT * FROM file('/etc/hostname', 'LineAsString')", 'ACCESS_DENIED'],
    ['the read audit', 'SELECT * FROM risk.read_audit', 'ACCESS_DENIED'],
    ['raising its time limit', 'SELECT 1 SETTINGS max_execution_time = 60', 'SETTING_CONSTRAINT_VIOLATION'],
    ['leaving read-only mode', 'SELECT 1 SETTINGS readonly = 0', 'READONLY'],
  ])('refuses the analyst %s', async (_, statement, code) => {
    expect(await query('analyst', statement)).toContain(code);
  });

  test('gives the console the read audit to write and nothing to drop', async () => {
    expect(await query('console', "INSERT INTO risk.read_audit VALUES ('operator')")).toBe('');
    expect(await query('console', 'DROP TABLE risk.read_audit')).toContain('ACCESS_DENIED');
  });

  test('gives a caller without a password nothing of the data, and no way to shut its port', async () => {
    for (const statement of [
      'SELECT * FROM risk.positions',
      'SYSTEM STOP LISTEN HTTP',
      'SELECT * FROM system.numbers',
    ]) {
      expect(await query('default', statement)).toMatch(/ACCESS_DENIED|QUOTA_EXCEEDED/);
    }
    expect(await query('nobody', 'SELECT 1')).toContain('AUTHENTICATION_FAILED');
    expect(await query('analyst', 'SELECT 1')).toBe('1\n');
  });

  test('keeps its rows over a restart', async () => {
    await stack.restartClickhouse();
    expect(await query('analyst', 'SELECT count() FROM risk.positions')).toBe('1\n');
  }, 60_000);
});

test('leaves no process behind when it is stopped', async () => {
  expect(processesOf(stack.dataDir).length).toBeGreaterThanOrEqual(3);
  await stack.stop();
  expect(processesOf(stack.dataDir)).toEqual([]);
}, 60_000);

test('leaves no process behind when its starter is killed', async () => {
  const { pid, dataDir } = await startInOwnProcess();
  expect(processesOf(dataDir).length).toBeGreaterThanOrEqual(3);
  process.kill(pid, 'SIGKILL');
  const deadline = Date.now() + 30_000;
  while (processesOf(dataDir).length > 0 && Date.now() < deadline) await sleep(200);
  expect(processesOf(dataDir)).toEqual([]);
  await rm(dataDir, { recursive: true, force: true });
}, 120_000);

async function query(user: string, statement: string): Promise<string> {
  const answer = await fetch(`${stack.clickhouseUrl}/`, {
    method: 'POST',
    headers: {
      'x-clickhouse-user': user,
      'x-clickhouse-key': stack.clickhousePasswords[user as keyof TestStack['clickhousePasswords']] ?? '',
    },
    body: statement,
  });
  return answer.text();
}

/** Pids of processes whose command line or environment names the data directory. */
function processesOf(dataDir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => ['cmdline', 'environ'].some((file) => textOf(`/proc/${pid}/${file}`).includes(dataDir)))
    .map(Number);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The command-line form of the test stack, as a process that can be killed. */
async function startInOwnProcess(): Promise<{ pid: number; dataDir: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'risk-stack-spec-'));
  const file = join(folder, 'endpoints.json');
  const child = spawn(process.execPath, [join(packageRoot(), 'dist/test/stack/main.js'), file], { stdio: 'ignore' });
  const deadline = Date.now() + 90_000;
  while (!existsSync(file)) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('the stack of its own process did not start');
    await sleep(100);
  }
  const { dataDir } = JSON.parse(readFileSync(file, 'utf8')) as { dataDir: string };
  await rm(folder, { recursive: true });
  return { pid: child.pid ?? 0, dataDir };
}
