import { join } from 'node:path';
import { keyOf, normaliseEvent, toFactRecord } from '#libs/contracts';
import { activate, foldFact, type FactRecord, type Position } from '#libs/risk-model';
import { populationTables } from '#libs/risk-sql';
import { latestRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { packageRoot } from '#libs/service';
import { connectWarehouse, type Warehouse } from '#libs/warehouse-client';
import { generateCity } from '../../apps/intake/src/demo-city/generate.ts';
import { eventRow, type TableRow } from '../../apps/warehouse/src/rows.ts';
import { applyMigrations } from '../../deploy/clickhouse/apply-migrations.ts';
import { testStack } from '../stack/connect.ts';
import { accountsIn, accountsOf, differences, type Account } from './support/accounts.ts';

const stack = testStack();
const database = `risk_sql_city_${process.pid}`;
const as = (user: 'migrator' | 'warehouse'): Warehouse =>
  connectWarehouse({
    ...{ url: stack.clickhouseUrl, user, password: stack.clickhousePasswords[user], database },
    requestTimeoutMs: 120_000,
  });

const RULE_SETS = latestRuleSets(readRuleSetFolder(join(packageRoot(), 'schemas/rule-sets'))).map(
  ({ compiled }) => compiled,
);
const ACTIVE = activate(RULE_SETS);
const DEFINITIONS = RULE_SETS.map(({ definition }) => definition);

const UNTIL = Date.UTC(2026, 5, 30);
const EARLIER = Date.UTC(2025, 10, 11);
const CITY = { enterprises: 1500, years: 3, seed: 11, until: UNTIL };

interface Known {
  readonly record: FactRecord;
  readonly knownAt: number;
}

/** Records of each enterprise, and the rows that the warehouse makes of them, in the order of the log. */
function city(): { known: Map<string, Known[]>; rows: TableRow[] } {
  const known = new Map<string, Known[]>();
  const rows: TableRow[] = [];
  for (const { records } of generateCity(CITY)) {
    for (const { recordTime, event: json } of records) {
      const result = normaliseEvent(json, { receivedAt: recordTime, correlationId: 'city' });
      if (!result.ok) throw new Error(result.faults[0]?.message);
      const { event } = result;
      const context = {
        key: keyOf(event.envelope.subject),
        partition: 0,
        offset: rows.length,
        recordTime,
        appliedAt: recordTime,
      };
      rows.push(eventRow(`enterprise.events.${event.type}`, event, context) as TableRow);
      const subject = event.envelope.subject.value;
      known.set(subject, [...(known.get(subject) ?? []), { record: toFactRecord(event), knownAt: recordTime }]);
    }
  }
  return { known, rows };
}

const { known, rows } = city();

function recordsOf(subject: string, moment: number): FactRecord[] {
  return (known.get(subject) ?? []).filter(({ knownAt }) => knownAt <= moment).map(({ record }) => record);
}

/** The points of the indicators, up to the cap, are what each group has; of a scheme that takes its base, the base's. */
function pointsMakeGroups({ scheme_id, points = [], groups }: Account): boolean {
  const own = DEFINITIONS.find(({ scheme }) => scheme.id === scheme_id);
  const definition = own?.scheme.takesBase ? DEFINITIONS.find(({ scheme }) => scheme.id === own.scheme.base) : own;
  if (definition === undefined || points.length !== definition.indicators.length) return false;
  return definition.groups.every(({ code, cap }) => {
    const brought = definition.indicators.map(({ group, positive }, at) =>
      group === code && !positive ? (points[at] ?? NaN) : 0,
    );
    return (
      groups[code] === undefined ||
      groups[code] ===
        Math.min(
          cap,
          brought.reduce((sum, one) => sum + one, 0),
        )
    );
  });
}

let migrator: Warehouse;

beforeAll(async () => {
  migrator = as('migrator');
  const folder = join(packageRoot(), 'deploy/clickhouse/migrations');
  const password = stack.clickhousePasswords.migrator;
  await applyMigrations({ url: stack.clickhouseUrl, user: 'migrator', password, database, folder });
  const writer = as('warehouse');
  const [first] = rows;
  if (first !== undefined)
    await writer.insertRows(
      first.table,
      rows.map(({ row }) => row),
    );
  await writer.close();
}, 120_000);

afterAll(async () => {
  await migrator.command(`DROP DATABASE IF EXISTS ${database}`);
  await migrator.close();
});

it.each([
  ['at the end of its history', UNTIL],
  ['on an earlier day as known then', EARLIER],
])(
  'SQL and TypeScript give the demonstration city the same scores, groups, classes and determinations in every scheme: %s',
  async (_, moment) => {
    const source = { kind: 'LOG', knownAt: moment } as const;
    const found = await accountsIn(migrator, populationTables(DEFINITIONS, { asOf: moment, source, prefix: 'city' }));
    const expected = [...known.keys()].flatMap((subject) => {
      const position = recordsOf(subject, moment).reduce<Position | undefined>(foldFact, undefined);
      return position === undefined ? [] : accountsOf(subject, position, moment, ACTIVE);
    });
    expect(differences(expected, found, (subject) => recordsOf(subject, moment)).slice(0, 3)).toEqual([]);
    expect(found.filter((account) => !pointsMakeGroups(account)).slice(0, 3)).toEqual([]);
    expect(new Set(found.map(({ scheme_id }) => scheme_id)).size).toBe(DEFINITIONS.length);
    expect(new Set(found.map(({ risk_class }) => risk_class))).toEqual(new Set([null, 'A', 'B', 'C', 'D']));
  },
  120_000,
);
