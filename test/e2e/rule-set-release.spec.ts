import { hash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenReleaseChain, TOPICS, type RuleSetReleaseStep } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { testStack } from '../stack/connect.ts';
import { decodeAll, readAll } from './support/log.ts';
import { runProgram, type ProgramResult } from './support/programs.ts';
import type { Service } from './support/services.ts';
import { subscribe, type Subscriber } from './support/subscriber.ts';
import { BEARER, emptySystem, type System } from './support/system.ts';
import { until } from './support/until.ts';

const LISTED = '91442000MA5123452K';
const CLEAN = '91442000MA5123460E';
/** Of a trade that the scheme for food producers applies to. */
const FOOD_MAKER = 'C1411';
const COMMON = { source: 'e2e', authority: '中山市市场监督管理局', synthetic: true };
const registration = (value: string, industry: string) => ({
  ...COMMON,
  subject: { scheme: 'uscc', value },
  type: 'EnterpriseRegistered',
  number: value,
  occurredAt: '2010-03-01',
  content: {
    name: `中山市演示${value}有限公司`,
    registeredAt: '2010-03-01',
    town: '442000118',
    industry,
    entityKind: 'ENTERPRISE',
    status: 'ACTIVE',
    capitalFen: 500_000_000,
  },
});
/** Reason 1 is worth 60 points: class B in general@1.0.0, class C in the stricter draft. */
const LISTING = {
  ...COMMON,
  subject: { scheme: 'uscc', value: LISTED },
  type: 'AbnormalListed',
  number: '中市监列异〔2026〕4号',
  occurredAt: '2026-11-02',
  codeSystem: 'gsxt-abnormal-reason',
  content: { reasonCode: '1' },
};

const TOKENS = { li: 'token-of-li-for-this-test', wang: 'token-of-wang-for-this-test' };
const ACCOUNTS = [
  `li:model-administrator:${hash('sha256', TOKENS.li)}`,
  `wang:approver:${hash('sha256', TOKENS.wang)}`,
].join(',');
const DRAFT = 'general@1.0.9';
const FOOD = 'food-production@1.0.0';
/** Each command is a process that connects anew; a test runs some of them. */
const COMMANDS_MS = 240_000;

let system: System;
let scorer: Service;
let subscriber: Subscriber;
let folder: string;

beforeAll(async () => {
  system = await emptySystem('release');
  folder = join(system.folder, 'rule-sets');
  mkdirSync(folder);
  for (const name of ['general@1.0.0.yaml', 'general@2.0.0.yaml', `${FOOD}.yaml`])
    cpSync(join(packageRoot(), 'schemas/rule-sets', name), join(folder, name));
  const env = { RISK_RULE_SETS_DIR: folder, RISK_RULE_SETS: 'general@1.0.0' };
  const [intake, started] = await Promise.all([
    system.start('intake', { env }),
    system.start('scorer', { env }),
    system.start('warehouse', { env }),
  ]);
  scorer = started;
  subscriber = await subscribe(system.kafka, system.registry);
  const response = await fetch(`${intake.url}/v1/events`, {
    method: 'POST',
    headers: { ...BEARER, 'content-type': 'application/json' },
    body: JSON.stringify([registration(LISTED, 'I6510'), registration(CLEAN, FOOD_MAKER), LISTING]),
  });
  expect(response.status).toBe(200);
  await subscriber.changesOf(LISTED, 2);
  await subscriber.changesOf(CLEAN, 1);
  await until('the warehouse has the facts', async () => {
    const [row] = await system.warehouse.query<{ facts: number }>('SELECT count() AS facts FROM facts FINAL');
    return row?.facts === 3;
  });
  draft();
}, 180_000);
afterAll(async () => {
  await subscriber?.stop();
  await system?.close();
}, 60_000);

/** A file that draws the line between B and C at 60 points instead of 100. */
function draft(comment = ''): void {
  const text = readFileSync(join(folder, 'general@1.0.0.yaml'), 'utf8')
    .replace('version: 1.0.0', 'version: 1.0.9')
    .replace('{ class: B, from: 40, to: 100 }', '{ class: B, from: 40, to: 60 }')
    .replace('{ class: C, from: 100, to: 200 }', '{ class: C, from: 60, to: 200 }');
  writeFileSync(join(folder, `${DRAFT}.yaml`), text + comment);
}

function ruleSets(who: keyof typeof TOKENS, ...args: readonly string[]): Promise<ProgramResult> {
  const { clickhouseUrl, clickhousePasswords } = testStack();
  const env = {
    ...system.streamEnv,
    CLICKHOUSE_URL: clickhouseUrl,
    CLICKHOUSE_USER: 'release',
    CLICKHOUSE_PASSWORD: clickhousePasswords.release,
    CLICKHOUSE_DATABASE: system.warehouse.database,
    RISK_RULE_SETS_DIR: folder,
    RISK_RELEASE_ACCOUNTS: ACCOUNTS,
    RISK_RELEASE_TOKEN: TOKENS[who],
  };
  const program = join(packageRoot(), 'dist/apps/rule-sets/src/main.js');
  return runProgram(process.execPath, ['--enable-source-maps', program, ...args], { env, cwd: system.folder });
}

async function accepted(who: keyof typeof TOKENS, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ruleSets(who, ...args, '--by', who);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

async function refused(who: keyof typeof TOKENS, ...args: readonly string[]): Promise<string> {
  const { code, stderr } = await ruleSets(who, ...args);
  expect({ code, stderr }).toMatchObject({ code: 1 });
  return stderr;
}

/** Everything up to the activation. */
async function released(name: string): Promise<void> {
  await accepted('li', 'check', name);
  await accepted('li', 'dry-run', name);
  await accepted('li', 'propose', name);
  await accepted('wang', 'approve', name);
}

describe('the release of a rule set by command line', () => {
  it(
    'says every fault of a draft with its path',
    async () => {
      const path = join(system.folder, 'wrong@1.0.0.yaml');
      writeFileSync(
        path,
        readFileSync(join(folder, `${DRAFT}.yaml`), 'utf8').replace('class: C, from: 60', 'class: C, from: 70'),
      );
      const { code, stdout } = await ruleSets('li', 'check', path);
      expect(code).toBe(1);
      expect(stdout).toContain('bands.list[2].from: leaves a gap of 10 points before it');
    },
    COMMANDS_MS,
  );

  it(
    'refuses to try out what was not checked, and whoever has another role or no token',
    async () => {
      expect(await refused('li', 'dry-run', DRAFT, '--by', 'li')).toContain(`check ${DRAFT}`);
      expect(await refused('wang', 'check', DRAFT, '--by', 'wang')).toContain('role model-administrator');
      expect(await refused('wang', 'check', DRAFT, '--by', 'li')).toContain('is not the token of an account li');
    },
    COMMANDS_MS,
  );

  it(
    'checks it and tries it over the whole population',
    async () => {
      expect(await accepted('li', 'check', DRAFT)).toContain(`${DRAFT} holds`);
      const report = await accepted('li', 'dry-run', DRAFT, '--out', 'movers.json');
      expect(report).toContain(`against general@1.0.0; 2 enterprises`);
      expect(report).toContain('1 move: 1 worsen, 0 improve, 0 are newly rated, 0 no longer');
      expect(report).toContain(`uscc:${LISTED}  B → C  60 → 60`);
      expect(report).toMatch(/10–20 years {2,}2 {2}1 {2}50.0 % {2,}2 {2}1 {2}50.0 %/);
      const { movers } = JSON.parse(readFileSync(join(system.folder, 'movers.json'), 'utf8')) as { movers: unknown[] };
      expect(movers).toMatchObject([{ schemeId: 'general', subject: `uscc:${LISTED}`, from: 'B', to: 'C' }]);
    },
    COMMANDS_MS,
  );

  it(
    'wants a second person, and the bytes that were approved',
    async () => {
      expect(await refused('wang', 'approve', DRAFT, '--by', 'wang')).toContain(`propose ${DRAFT}`);
      await accepted('li', 'propose', DRAFT, '--note', 'stricter about listings');
      expect(await refused('li', 'approve', DRAFT, '--by', 'li')).toContain('role approver');
      expect(await refused('li', 'activate', DRAFT, '--by', 'li')).toContain(`approve ${DRAFT}`);
      await accepted('wang', 'approve', DRAFT);
      draft('# one more line\n');
      expect(await refused('li', 'activate', DRAFT, '--by', 'li')).toContain('was edited after APPROVED by wang');
      draft();
    },
    COMMANDS_MS,
  );

  it(
    'activates it in every partition at once: classes move, and it says how many',
    async () => {
      const said = await accepted('li', 'activate', DRAFT, '--timeout', '60');
      expect(said).toContain('scheme general: 1 classes moved\n  B → C  1');
      expect(said).toContain(`every enterprise of all ${TOPICS.events.partitions} partitions`);
      const change = (await subscriber.changesOf(LISTED, 3))[2];
      expect(change).toMatchObject({ from: 'B', to: 'C', cause: 'RULE_SET', ruleSet: DRAFT });
      expect(await subscriber.changesOf(CLEAN, 1)).toHaveLength(1);
      const listed = (await ruleSets('li', 'list')).stdout;
      expect(listed).toMatch(/general@1\.0\.9 · .* · ACTIVATED · in force since/);
    },
    COMMANDS_MS,
  );

  it(
    'takes it back by one person with a reason, and the classes come back',
    async () => {
      expect(await refused('wang', 'rollback', 'general', '--by', 'wang')).toContain('--note');
      const said = await accepted('wang', 'rollback', 'general', '--note', 'wrong line', '--timeout', '60');
      expect(said).toContain('C → B  1');
      const change = (await subscriber.changesOf(LISTED, 4))[3];
      expect(change).toMatchObject({ from: 'C', to: 'B', cause: 'RULE_SET', ruleSet: 'general@1.0.0' });
      expect(await refused('wang', 'rollback', 'general', '--by', 'wang', '--note', 'again')).toContain(
        'way back already',
      );
      expect(await refused('li', 'activate', DRAFT, '--by', 'li')).toContain(`check ${DRAFT}`);
    },
    COMMANDS_MS,
  );

  it(
    'has every step on record in one chain, and shows who took it',
    async () => {
      const records = await decodeAll(system.registry, await readAll(system.kafka, TOPICS.ruleSetReleases.name));
      const steps = records.map(({ decoded }) => decoded as RuleSetReleaseStep);
      expect(brokenReleaseChain(steps)).toBeUndefined();
      expect(steps.map(({ step, by }) => `${step} ${by}`)).toEqual([
        'CHECKED li',
        'DRY_RUN li',
        'PROPOSED li',
        'APPROVED wang',
        'ACTIVATED li',
        'ACTIVATED wang',
      ]);
      const { stdout } = await ruleSets('li', 'show', 'general@1.0.0');
      expect(stdout).toMatch(/ACTIVATED \(by one person, without approval\) by wang · before: general@1\.0\.9/);
      expect(stdout).toContain('the chain of steps holds');
    },
    COMMANDS_MS,
  );

  it(
    'does not retire the general scheme',
    async () => {
      expect(await refused('wang', 'retire', 'general', '--by', 'wang', '--note', 'no')).toContain('never retired');
    },
    COMMANDS_MS,
  );

  it(
    'tries a rule set out as of an earlier day, without a step on record',
    async () => {
      const before = await readAll(system.kafka, TOPICS.ruleSetReleases.name);
      const { code, stdout } = await ruleSets('li', 'dry-run', DRAFT, '--as-of', '2026-11-01');
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('0 move') });
      expect(await readAll(system.kafka, TOPICS.ruleSetReleases.name)).toHaveLength(before.length);
    },
    COMMANDS_MS,
  );

  it(
    'adds a scheme of a department and retires it: its enterprises are rated, then no longer',
    async () => {
      await released(FOOD);
      const said = await accepted('li', 'activate', FOOD, '--timeout', '60');
      expect(said).toContain('scheme food-production: 1 classes moved');
      const first = (await subscriber.changesOf(CLEAN, 2))[1];
      expect(first).toMatchObject({ schemeId: 'food-production', from: null, direction: 'FIRST', ruleSet: FOOD });
      expect(await refused('wang', 'retire', 'food-production', '--by', 'wang')).toContain('--note');
      await accepted('wang', 'retire', 'food-production', '--note', 'not yet', '--timeout', '60');
      const last = (await subscriber.changesOf(CLEAN, 3))[2];
      expect(last).toMatchObject({ schemeId: 'food-production', to: null, direction: 'LEFT', cause: 'RULE_SET' });
    },
    COMMANDS_MS,
  );

  it(
    'says with a code of its own that the scorers have not passed an activation; it holds, and they follow by themselves',
    async () => {
      await released(DRAFT);
      await scorer.stop();
      const { code, stdout } = await ruleSets('li', 'activate', DRAFT, '--by', 'li', '--timeout', '2');
      expect({ code, stdout }).toMatchObject({ code: 4, stdout: expect.stringContaining('look whether the scorers') });
      expect(await subscriber.changesOf(LISTED, 4)).toHaveLength(4);
      await system.start('scorer', { env: { RISK_RULE_SETS_DIR: folder } });
      expect((await subscriber.changesOf(LISTED, 5))[4]).toMatchObject({ from: 'B', to: 'C', ruleSet: DRAFT });
    },
    COMMANDS_MS,
  );
});
