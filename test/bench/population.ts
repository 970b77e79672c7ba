/** How long the whole population takes in ClickHouse, from the log and over folded facts; a part of `npm run bench`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { midnight, readRuleSet } from '#libs/risk-model';
import { foldedFactsSql, populationTables, type FactSource } from '#libs/risk-sql';
import { latestRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { packageRoot } from '#libs/service';
import { connectWarehouse, type Warehouse } from '#libs/warehouse-client';
import type { TestStack } from '../stack/test-stack.ts';
import { watchProcess } from './process-use.ts';
import { parse } from 'yaml';

interface PopulationOptions {
  /** May create tables. */
  readonly warehouse: Warehouse;
  readonly serverPid: number;
  readonly enterprises: number;
  readonly factsOfEach: number;
  readonly ruleSet: string;
  readonly say: (text: string) => void;
}

const AS_OF = midnight(2026, 3, 1);
const DAY_MS = 86_400_000;

/** Number of days before the as-of, different for each fact and the same in every run. */
const START = `toUnixTimestamp64Milli(toDateTime64('2026-03-01 00:00:00', 3, 'Asia/Shanghai')) - intDiv(h, 1000) % 1400 * ${DAY_MS}`;

/** Share of the facts in per mille, type and attributes: a made-up mix, not a city's. The rest is complaints. */
const MIX: readonly (readonly [number, string, string])[] = [
  [
    350,
    'annual-report.filing',
    `concat('{"year":', toString(2021 + at % 5), ',"revenueFen":', toString(h % 7 * 100000), ',"insuredStaff":', toString(h % 5), '}')`,
  ],
  [
    250,
    'social-insurance.snapshot',
    `concat('{"insuredStaff":', toString(h % 30), ',"quarterEnd":', toString(toUnixTimestamp64Milli(addMonths(toDateTime64('2026-03-31 00:00:00', 3, 'Asia/Shanghai'), -3 * (at % 8)))), '}')`,
  ],
  [
    130,
    'enterprise.change',
    `concat('{"changeKind":"', ['ADDRESS','SHAREHOLDER','CAPITAL','OTHER'][h % 4 + 1], '","addressChanged":', if(h % 4 = 0, 'true', 'false'), '}')`,
  ],
  [90, 'inspection.result', `concat('{"codes":["', ['1','1','1','E','B','6'][h % 6 + 1], '"]}')`],
  [
    60,
    'licence.grant',
    `concat('{"licenceType":"', ['FOOD_BUSINESS','FOOD_PRODUCTION','DRUG'][h % 3 + 1], '","validFrom":', toString(${START}), ',"validTo":', toString(${START} + 1095 * ${DAY_MS}), '}')`,
  ],
  [30, 'abnormal.listing', `concat('{"reasonCode":"', toString(h % 4 + 1), '"}')`],
  [
    20,
    'penalty.decision',
    `concat('{"violationType":"', toString(h % 9), '","penaltyKinds":["FINE"],"procedure":"ORDINARY","fineFen":', toString(h % 90000000), '}')`,
  ],
  [10, 'court.defaulter-listing', `concat('{"personKey":"', toString(h % 3), '"}')`],
  [10, 'court.representative-defaulter', `concat('{"personKey":"', toString(h % 3), '"}')`],
  [10, 'annual-report.missed', `concat('{"year":', toString(2021 + at % 5), '}')`],
  [10, 'derived.person-firms', `concat('{"value":', toString(h % 12), '}')`],
];

function typed(place: 1 | 2): string {
  let below = 0;
  const cases = MIX.map((item) => `dice < ${(below += item[0])}, ${place === 1 ? `'${item[1]}'` : item[2]}`);
  const registration = `concat('{"registeredAt":', toString(${START} - 800 * ${DAY_MS}), ',"town":"442000', toString(100 + n % 24), '","industry":"', ['H6210','C1411','F5211','L7211'][n % 4 + 1], '","entityKind":"ENTERPRISE","status":"ACTIVE","legalRepresentativeKey":"', toString(h % 3), '"}')`;
  const first = place === 1 ? `'enterprise.registration'` : registration;
  return `multiIf(at = 0, ${first}, ${cases.join(', ')}, ${place === 1 ? `'complaint.accepted'` : `'{}'`})`;
}

/** One content record of each fact, and a few per cent of facts with a second record of some register. */
function rowsSql(from: number, to: number, each: number, second: boolean): string {
  const registers = second
    ? `['CONTENT','STANDING','STANDING','PUBLICITY','PERFORMANCE','DISPUTE'][h % 6 + 1]`
    : `'CONTENT'`;
  const value = `['','REMOVED','RETRACTED','REPAIRED','OVERDUE','FILED'][h % 6 + 1]`;
  const at = `fromUnixTimestamp64Milli(${START} + ${second ? 60 * DAY_MS : 0}, 'Asia/Shanghai')`;
  const isContent = second ? 'h % 6 = 0' : '1';
  return `INSERT INTO facts (subject_scheme, subject_value, fact_id, register, revision, revision_kind, record_id, record_type, fact_type, source,
    authority, number, first_stated_scheme, first_stated_value, occurred_at, received_at, date_precision, code_system, case_number, purpose, synthetic,
    correlation_id, attributes, status_value, status_effective_at, log_partition, log_offset, record_time, applied_at)
SELECT 'uscc', subject, lower(hex(MD5(concat(subject, toString(at))))), ${registers}, ${second ? 2 : 1}, 'SOURCE_NUMBER',
    lower(hex(MD5(concat(subject, toString(at), '${second ? 'b' : 'a'}')))), 'FactRecorded', ${typed(1)} AS type, 'bench', 'bench', toString(at),
    'uscc', subject, ${at} AS began, began, 'DAY', if(type = 'inspection.result', 'gsxt-inspection-v2', NULL),
    if(type IN ('penalty.decision', 'inspection.result') AND h % 5 = 0, concat('K', toString(h % 2)), NULL), 'bench', true, '',
    if(${isContent}, ${typed(2)}, '{}'), if(${isContent}, NULL, ${value}), if(${isContent}, NULL, began), n % 12, number * 2 + ${second ? 1 : 0}, began, began
FROM (
    SELECT number, intDiv(number, ${each}) AS n, number % ${each} AS at, concat('91442000MA', leftPad(toString(n), 8, '0')) AS subject,
        cityHash64(number) AS h, intDiv(h, 7919) % 1000 AS dice
    FROM numbers(${from * each}, ${(to - from) * each})
)
${second ? 'WHERE h % 33 = 0' : ''}`;
}

async function fill({ warehouse, enterprises, factsOfEach }: PopulationOptions): Promise<void> {
  const slice = 10_000;
  for (let from = 0; from < enterprises; from += slice) {
    const to = Math.min(enterprises, from + slice);
    for (const second of [false, true]) await warehouse.command(rowsSql(from, to, factsOfEach, second));
  }
}

/** Runs statements, and prints seconds, the processor's seconds and the peak of the server's memory. */
async function measured(options: PopulationOptions, name: string, statements: readonly string[]): Promise<void> {
  const { warehouse, serverPid, say } = options;
  const stop = watchProcess(serverPid);
  const before = performance.now();
  for (const statement of statements) await warehouse.command(statement);
  const seconds = (performance.now() - before) / 1000;
  const { cpuSeconds, peakRss } = stop();
  say(
    `${name.padEnd(44)} ${seconds.toFixed(1).padStart(6)} s  ${cpuSeconds.toFixed(1).padStart(6)} CPU s  peak ${peakRss} MB`,
  );
}

async function measureSource(options: PopulationOptions, name: string, source: FactSource): Promise<void> {
  const file = readFileSync(join(packageRoot(), 'schemas/rule-sets', `${options.ruleSet}.yaml`), 'utf8');
  const definition = readRuleSet(parse(file));
  const [table] = populationTables([definition], { asOf: AS_OF, source, prefix: 'bench' });
  if (table === undefined) return;
  await measured(options, name, table.create);
  await options.warehouse.command(`DROP TABLE ${table.table} SYNC`);
}

/** What the statements cost over no facts at all is their planning. */
async function measurePopulation(options: PopulationOptions): Promise<void> {
  const { warehouse, say, enterprises, factsOfEach, ruleSet } = options;
  await measureSource(options, 'over an empty log: planning alone', { kind: 'LOG', knownAt: AS_OF });
  await fill(options);
  say(
    `${ruleSet}, ${enterprises} enterprises, ${enterprises * factsOfEach} facts, 3 % of them with more than one record`,
  );
  for (const round of [1, 2]) {
    await measureSource(options, `from the log, known at a moment, round ${round}`, { kind: 'LOG', knownAt: AS_OF });
  }
  await measured(options, 'folded for many questions', foldedFactsSql('bench_folded', null));
  for (const round of [1, 2]) {
    await measureSource(options, `over folded facts, round ${round}`, { kind: 'FOLDED', table: 'bench_folded' });
  }
  await warehouse.command('DROP TABLE bench_folded SYNC');
}

/** Ten facts each, under the latest general rule set. */
export async function benchPopulation(
  stack: TestStack,
  enterprises: number,
  say: (text: string) => void,
): Promise<void> {
  const warehouse = connectWarehouse({
    url: stack.clickhouseUrl,
    user: 'admin',
    password: stack.clickhousePasswords.admin,
    database: 'risk',
    requestTimeoutMs: 900_000,
    settings: { max_execution_time: 800 },
  });
  const files = readRuleSetFolder(join(packageRoot(), 'schemas/rule-sets'));
  const ruleSet = latestRuleSets(files)[0]?.compiled.identity as string;
  const serverPid = stack.stack.clickhouse.pid;
  await measurePopulation({ warehouse, serverPid, enterprises, factsOfEach: 10, ruleSet, say });
  await warehouse.close();
}
