import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { activate, compileRuleSet, foldFact, midnight, officialClasses } from '#libs/risk-model';
import type { FactRecord, Position } from '#libs/risk-model';
import { foldedFactsSql, officialTables, populationTables } from '#libs/risk-sql';
import type { FactSource } from '#libs/risk-sql';
import { packageRoot } from '#libs/service';
import { connectWarehouse, type Warehouse } from '#libs/warehouse-client';
import { applyMigrations } from '../../deploy/clickhouse/apply-migrations.ts';
import { sampleEnterprises } from '../../libs/risk-model/src/generated-enterprises.spec-support.ts';
import { testStack } from '../stack/connect.ts';
import { accountsIn, accountsOf, differences, keyOf } from './support/accounts.ts';
import { writeFactLog, type KnownRecord } from './support/fact-log.ts';

const stack = testStack();
const database = `risk_sql_${process.pid}`;
const as = (user: 'migrator' | 'warehouse' | 'admin'): Warehouse =>
  connectWarehouse({
    ...{ url: stack.clickhouseUrl, user, password: stack.clickhousePasswords[user], database },
    requestTimeoutMs: 300_000,
  });

const FILES = ['general@2.0.0', 'food-production@1.0.0', 'special-equipment@1.0.0'];
const RULE_SETS = FILES.map((name) =>
  compileRuleSet(parse(readFileSync(join(packageRoot(), 'schemas/rule-sets', `${name}.yaml`), 'utf8'))),
);
const DEFINITIONS = RULE_SETS.map(({ definition }) => definition);
const ACTIVE = activate(RULE_SETS);
const FIRST_KNOWN = midnight(2020, 1, 1);
const SEED = 20_260_301;
const EMPTY: Position = { facts: [], schemes: {}, nextReviewAt: null };

/** Generated ids are small numbers; those of the log are hashes, different for each enterprise. */
function withLogIds(subject: string, records: readonly FactRecord[]): KnownRecord[] {
  return records.map((record, place) => ({
    record: { ...record, factId: createHash('md5').update(`${subject} ${record.factId}`).digest('hex') },
    knownAt: FIRST_KNOWN + place * 1000,
  }));
}

const ENTERPRISES = new Map(
  sampleEnterprises(SEED, 3000).map((records, place) => {
    const subject = `E${String(place).padStart(6, '0')}`;
    return [subject, withLogIds(subject, records)] as const;
  }),
);

function positionOf(subject: string, knownAt: number): Position {
  const known = (ENTERPRISES.get(subject) ?? []).filter((item) => item.knownAt <= knownAt);
  return known.reduce<Position>((position, { record }) => foldFact(position, record), EMPTY);
}

const recordsOf = (knownAt: number) => (subject: string) =>
  (ENTERPRISES.get(subject) ?? []).filter((item) => item.knownAt <= knownAt).map(({ record }) => record);

describe('the rule sets as SQL on ClickHouse', () => {
  let migrator: Warehouse;

  beforeAll(async () => {
    migrator = as('migrator');
    const folder = join(packageRoot(), 'deploy/clickhouse/migrations');
    const password = stack.clickhousePasswords.migrator;
    await applyMigrations({ url: stack.clickhouseUrl, user: 'migrator', password, database, folder });
    const writer = as('warehouse');
    await writeFactLog(writer, ENTERPRISES);
    // The warehouse repeats what it had not committed: some rows stand in the log twice.
    await writeFactLog(writer, new Map([...ENTERPRISES].slice(0, 300)));
    await writer.close();
    for (const statement of foldedFactsSql('folded', null)) await migrator.command(statement);
  }, 300_000);

  afterAll(async () => {
    await migrator.command(`DROP DATABASE IF EXISTS ${database}`);
    await migrator.close();
  });

  const always = Number.MAX_SAFE_INTEGER;
  const earlier = FIRST_KNOWN + 5000;
  const moments: readonly [string, number, number, FactSource][] = [
    ['the last day of a short month, from the log', midnight(2025, 2, 28), always, { kind: 'LOG', knownAt: null }],
    ['a time of day of a 31st', midnight(2024, 7, 31) + 32_401_234, always, { kind: 'LOG', knownAt: null }],
    ['what was known earlier', midnight(2026, 1, 10), earlier, { kind: 'LOG', knownAt: earlier }],
    [
      'a millisecond before a day, over folded facts',
      midnight(2026, 1, 10) - 1,
      always,
      { kind: 'FOLDED', table: 'folded' },
    ],
  ];

  it.each(moments)(
    'give every enterprise the score, groups, class and determinations of the evaluator: %s',
    async (_, asOf, knownAt, source) => {
      const found = await accountsIn(migrator, populationTables(DEFINITIONS, { asOf, source, prefix: 'p' }));
      const expected = [...ENTERPRISES.keys()].flatMap((subject) =>
        accountsOf(subject, positionOf(subject, knownAt), asOf, ACTIVE),
      );
      expect(differences(expected, found, recordsOf(knownAt)).slice(0, 3)).toEqual([]);
    },
    300_000,
  );

  it('give the official class of a period, with the two classes it is made of', async () => {
    const [asOf, previousAsOf] = [midnight(2026, 2, 1), midnight(2026, 1, 1)];
    const options = { asOf, previousAsOf, source: { kind: 'FOLDED', table: 'folded' } as const, prefix: 'o' };
    const { previous, official } = officialTables(DEFINITIONS, options);
    for (const { create } of previous) for (const statement of create) await migrator.command(statement);
    const rows = new Map((await accountsIn(migrator, official)).map((row) => [keyOf(row), row]));
    const wrong = [...ENTERPRISES.keys()].flatMap((subject) =>
      officialClasses(positionOf(subject, always), { asOf, previousAsOf }, ACTIVE).flatMap((item) => {
        const row = rows.get(`${subject} ${item.schemeId}`);
        if (row === undefined) return item.riskClass === null ? [] : [`${subject}: no row`];
        const own = [row.risk_class, row.computed_class, row.previous_class, row.raised_class, row.score];
        const wanted = [item.riskClass, item.raw, item.previousRaw, item.raised, item.score];
        return JSON.stringify(own) === JSON.stringify(wanted) ? [] : [`${subject} ${JSON.stringify({ own, wanted })}`];
      }),
    );
    expect(wrong.slice(0, 5)).toEqual([]);
  }, 300_000);
});
