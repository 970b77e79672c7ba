import { join } from 'node:path';
import { normaliseEvent, toFactRecord, TOPICS } from '#libs/contracts';
import { activeRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { assess, foldFact, type Position } from '#libs/risk-model';
import { packageRoot } from '#libs/service';
import type { CitySettings } from '../../apps/intake/src/demo-city/enterprises.ts';
import { generateCity } from '../../apps/intake/src/demo-city/generate.ts';
import { defaultOpening, RULE_SETS_FOLDER } from '../../apps/intake/src/default-opening.ts';
import { runProgram, type ProgramResult } from './support/programs.ts';
import { BEARER, emptySystem, type System } from './support/system.ts';
import type { Service } from './support/services.ts';
import { until } from './support/until.ts';

const CITY = 'apps/intake/src/demo-city/main.js';
const settings: CitySettings = { enterprises: 300, years: 3, seed: 7, until: Date.now() - 3_600_000 };
const WAVE = 60;

type Classes = Record<string, string>;

let system: System;
let intake: Service;

beforeAll(async () => {
  system = await emptySystem('city');
}, 120_000);
afterAll(() => system.close(), 60_000);

/** `uscc` → `class score`, as ClickHouse shows it. */
async function shown(): Promise<Classes> {
  const rows = await system.warehouse.query<{ subject_value: string; risk_class: string; score: number }>(
    `SELECT subject_value, risk_class, score FROM current_class WHERE scheme_id = 'general'`,
  );
  return Object.fromEntries(
    rows.map(({ subject_value, risk_class, score }) => [subject_value, `${risk_class} ${score}`]),
  );
}

/** The same from the pure model over the generated events, without any of the pipeline. */
async function expected(asOf: number): Promise<Classes> {
  const names = defaultOpening().ruleSets.map(({ id, version }) => `${id}@${version}`);
  const active = activeRuleSets(readRuleSetFolder(RULE_SETS_FOLDER), names);
  const classes: Classes = {};
  for (const { enterprise, records } of generateCity(settings)) {
    let position: Position | undefined;
    for (const { recordTime, event } of records) {
      const result = normaliseEvent(event, { receivedAt: recordTime, correlationId: 'e2e' });
      if (!result.ok) throw new Error(result.faults[0]?.message);
      position = foldFact(position, toFactRecord(result.event));
    }
    const [result] = assess(position, { kind: 'review' }, asOf, active).results;
    if (result?.riskClass) classes[enterprise.subject.value] = `${result.riskClass} ${result.score}`;
  }
  return classes;
}

function wave(...options: string[]): Promise<ProgramResult> {
  return runProgram(
    process.execPath,
    [
      join(packageRoot(), 'dist', CITY),
      'trickle',
      '--burst',
      'july-wave',
      '--run',
      'e2e',
      '--count',
      String(WAVE),
      ...options,
    ],
    {
      env: {
        ...system.streamEnv,
        RISK_INTAKE_URL: intake.url,
        RISK_INTAKE_TOKEN: BEARER.authorization.slice('Bearer '.length),
      },
      cwd: system.folder,
    },
  );
}

it('ends in ClickHouse in the class and score that the pure model gives each enterprise', async () => {
  const { enterprises, years, seed } = settings;
  const moment = new Date(settings.until).toISOString();
  const options = { '--enterprises': enterprises, '--years': years, '--seed': seed, '--until': moment };
  const load = await system.run(CITY, [
    'load',
    ...Object.entries(options).flatMap(([name, value]) => [name, String(value)]),
  ]);
  expect(load).toMatchObject({ code: 0, stderr: '' });
  const loadedAt = Date.now();

  const [scorer, warehouse] = await Promise.all([system.start('scorer'), system.start('warehouse')]);
  await system.caughtUp(scorer, 'scorer', TOPICS.events.name);
  await system.caughtUp(warehouse, 'warehouse', TOPICS.events.name);

  const classes = await expected(loadedAt);
  expect(Object.keys(classes).length).toBeGreaterThan(200);
  expect(new Set(Object.values(classes).map((text) => text[0])).size).toBeGreaterThanOrEqual(3);
  let seen: Classes = {};
  await until('ClickHouse shows every position', async () => {
    seen = await shown();
    return JSON.stringify(sorted(seen)) === JSON.stringify(sorted(classes));
  }).catch(() => undefined); // the comparison below says what differs
  expect(sorted(seen)).toEqual(sorted(classes));
}, 180_000);

it('worsens under a July wave sent through intake, and is as before when the wave is taken back', async () => {
  intake = await system.start('intake');
  const before = await shown();
  expect(await wave()).toMatchObject({ code: 0, stderr: '' });
  await until('the listed enterprises are at least in class B', async () => {
    const now = await shown();
    const moved = Object.keys(before).filter((uscc) => before[uscc] !== now[uscc]);
    return moved.length >= WAVE * 0.9 && moved.every((uscc) => !now[uscc]?.startsWith('A'));
  });
  expect(await wave('--retract')).toMatchObject({ code: 0, stderr: '' });
  await until('the classes are those of before the wave', async () => {
    return JSON.stringify(sorted(await shown())) === JSON.stringify(sorted(before));
  });
}, 120_000);

function sorted(classes: Classes): [string, string][] {
  return Object.entries(classes).sort(([a], [b]) => (a < b ? -1 : 1));
}
