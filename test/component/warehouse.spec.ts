import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyOf } from '#libs/contracts';
import { packageRoot } from '#libs/service';
import { connectWarehouse, WarehouseError, type Warehouse } from '#libs/warehouse-client';
import { GroupCommit } from '../../apps/warehouse/src/group-commit.ts';
import {
  classChangeRow,
  eventRow,
  positionRow,
  releaseStepRow,
  warningRow,
  type TableRow,
} from '../../apps/warehouse/src/rows.ts';
import {
  ACTIVATED,
  classChange,
  PENALTY,
  PENALTY_REMOVED,
  position,
  REGISTERED,
  RELEASE_STEPS,
  RENAMED,
  schemeResult,
  SUBJECT,
  WARNING,
} from '../../apps/warehouse/src/sample-records.fixture.ts';
import { createTableWriter } from '../../apps/warehouse/src/table-writer.ts';
import { applyMigrations, type MigrateResult } from '../../deploy/clickhouse/apply-migrations.ts';
import { testStack } from '../stack/connect.ts';

const database = `risk_warehouse_${process.pid}`;
const folder = join(packageRoot(), 'deploy/clickhouse/migrations');
const stack = testStack();
const as = (user: 'migrator' | 'warehouse' | 'analyst' | 'console', of = database): Warehouse =>
  connectWarehouse({ url: stack.clickhouseUrl, user, password: stack.clickhousePasswords[user], database: of });
const migrate = (of = database, files = folder): Promise<MigrateResult> =>
  applyMigrations({
    url: stack.clickhouseUrl,
    user: 'migrator',
    password: stack.clickhousePasswords.migrator,
    database: of,
    folder: files,
  });

const at = (offset: number) => ({
  key: keyOf(SUBJECT),
  partition: 3,
  offset,
  recordTime: 1_700_000_000_000 + offset,
  appliedAt: 1_767_000_000_000 + offset,
});
const present = (row: TableRow | undefined): TableRow[] => (row === undefined ? [] : [row]);
const events = [REGISTERED, PENALTY, PENALTY_REMOVED, RENAMED].flatMap((event, offset) =>
  present(eventRow(`enterprise.events.${event.type}`, event, at(offset))),
);
const earlier = position({
  schemes: [
    schemeResult({ schemeId: 'food', score: 1_000, riskClass: 'A', groups: {} }),
    schemeResult({ score: 20_500, riskClass: 'A', groups: { base: 20_500 } }),
  ],
  sequence: { offset: 6, ordinal: 9 },
});
const other = { scheme: 'uscc', value: '91442000MA5123460E' };
const left = position({
  subject: other,
  schemes: [schemeResult({ score: 0, riskClass: null, groups: {} })],
  town: null,
  industry: null,
});
const results = [
  ...present(positionRow('risk.PositionUpdated', position(), at(10))),
  ...present(positionRow('risk.PositionUpdated', earlier, at(9))),
  ...present(positionRow('risk.PositionUpdated', left, at(11))),
  ...present(
    classChangeRow(
      'risk.ClassChanged',
      classChange({
        changeId: 'e'.repeat(32),
        from: null,
        to: 'A',
        direction: 'FIRST',
        sequence: { offset: 1, ordinal: 0 },
      }),
      at(12),
    ),
  ),
  ...present(classChangeRow('risk.ClassChanged', classChange(), at(13))),
  ...present(warningRow('risk.WarningRaised', WARNING, at(14))),
  ...present(eventRow('enterprise.events.RuleSetActivated', ACTIVATED, at(15))),
  ...RELEASE_STEPS.flatMap((step, place) => present(releaseStepRow('risk.RuleSetReleaseStep', step, at(16 + place)))),
];

const MANUAL = 'f'.repeat(32);
const third = { scheme: 'uscc', value: '91442000MAC1234558' };
/** A manual C for a computed B in the general scheme; the specialised one goes by its own rule set. */
const overridden = position({
  subject: third,
  schemes: [
    schemeResult({ riskClass: 'C', computedClass: 'B', overrideFactId: MANUAL }),
    schemeResult({ schemeId: 'food', riskClass: 'D', ruleSet: 'food-production@1.0.0' }),
  ],
});

describe('the warehouse on ClickHouse', () => {
  let admin: Warehouse;
  let writer: Warehouse;
  let analyst: Warehouse;
  let first: MigrateResult;

  /** Through the service's own path: grouped, repeated when transient, acknowledged. */
  async function store(rows: readonly TableRow[]): Promise<void> {
    const tables = createTableWriter(writer, () => undefined);
    const groups = new GroupCommit({
      write: (table, group, signal) => tables.write(table, group, signal),
      flushEveryMs: 0,
      flushRows: 1_000,
      maxRows: 1_000,
    });
    await groups.add({ rows, behind: true });
  }

  beforeAll(async () => {
    admin = as('migrator');
    writer = as('warehouse');
    analyst = as('analyst');
    first = await migrate();
    await store([...events, ...results]);
    await store([...events, ...results]);
  }, 60_000);
  afterAll(async () => {
    await admin.command(`DROP DATABASE IF EXISTS ${database}`);
    await Promise.all([admin.close(), writer.close(), analyst.close()]);
  });

  const rowsOf = (sql: string) => analyst.query<Record<string, unknown>>(sql);

  it('is migrated once: a second run applies nothing', async () => {
    expect(first.applied.length).toBeGreaterThan(0);
    expect(await migrate()).toEqual({ applied: [], present: first.applied.length });
  });

  it.each([
    ['facts', 4],
    ['positions', 2],
    ['class_changes', 2],
    ['warnings', 1],
    ['rule_set_activations', 1],
    ['rule_set_releases', 2],
  ])('shows rows of %s once although they were inserted twice', async (table, count) => {
    expect(await rowsOf(`SELECT count() AS n FROM ${table} FINAL`)).toEqual([{ n: count }]);
  });

  it('lets the later position win, whichever arrives last, with the schemes of that message only', async () => {
    expect(
      await rowsOf(
        `SELECT scheme_id, toString(risk_class) AS risk_class, score, name, industry_section FROM current_class`,
      ),
    ).toEqual([
      { scheme_id: 'general', risk_class: 'B', score: 120_500, name: '中山市新名有限公司', industry_section: 'H' },
    ]);
  });

  it('gives back every record in the contract’s names and milliseconds', async () => {
    const [row] = await rowsOf(
      `SELECT * FROM fact_records WHERE factId = '${PENALTY.envelope.factId}' AND register = 'CONTENT'`,
    );
    const {
      factId,
      factType,
      register,
      revision,
      recordId,
      occurredAt,
      effectiveAt,
      publishedAt,
      caseNumber,
      codeSystem,
    } = PENALTY.envelope;
    expect(row).toMatchObject({
      subject_value: SUBJECT.value,
      appliedAt: 1_767_000_000_001,
      logPartition: 3,
      logOffset: 1,
    });
    expect(row).toMatchObject({
      factId,
      factType,
      register,
      revision,
      recordId,
      occurredAt,
      effectiveAt,
      publishedAt,
      caseNumber,
      codeSystem,
    });
    expect(JSON.parse(row?.['attributes'] as string)).toMatchObject({ fineFen: 5_000_000, summary: '罚款' });
  });

  it('shows a fact with the latest state of its registers', async () => {
    expect(
      await rowsOf(`SELECT fact_type, standing, in_force, revisions FROM facts_current ORDER BY fact_type`),
    ).toEqual([
      { fact_type: 'enterprise.change', standing: 'IN_FORCE', in_force: true, revisions: 1 },
      { fact_type: 'enterprise.registration', standing: 'IN_FORCE', in_force: true, revisions: 1 },
      { fact_type: 'penalty.decision', standing: 'REMOVED', in_force: false, revisions: 2 },
    ]);
  });

  it('begins a day where the document does', async () => {
    expect(
      await rowsOf(
        `SELECT toString(toDate(occurred_at)) AS day FROM facts_current WHERE fact_type = 'penalty.decision'`,
      ),
    ).toEqual([{ day: '2026-01-10' }]);
  });

  it('gives the reasons of the latest class change only, most points first', async () => {
    expect(
      await rowsOf(
        `SELECT change_id, reason_rank, indicator, points FROM class_changes_latest_reasons ORDER BY reason_rank`,
      ),
    ).toEqual([
      { change_id: classChange().changeId, reason_rank: 1, indicator: 'R01', points: 100_000 },
      { change_id: classChange().changeId, reason_rank: 2, indicator: 'B01', points: 20_500 },
    ]);
  });

  it('counts a replaced town code for the town in force, and leaves out who is not rated', async () => {
    expect(await rowsOf(`SELECT town, town_name, enterprises, class_b, share_c_d FROM distribution_by_town`)).toEqual([
      { town: '442000118', town_name: '小榄镇', enterprises: 1, class_b: 1, share_c_d: 0 },
    ]);
    expect(
      await rowsOf(`SELECT industry_section, section_name, class_b, mean_score FROM distribution_by_industry`),
    ).toEqual([{ industry_section: 'H', section_name: '住宿和餐饮业', class_b: 1, mean_score: 120_500 }]);
  });

  it('shows of each scheme its rule set, and beside a manual class the one that was computed', async () => {
    await store(present(positionRow('risk.PositionUpdated', overridden, at(20))));
    const sql = `SELECT scheme_id, toString(risk_class) AS risk_class, toString(computed_class) AS computed_class,
                        override_fact_id, rule_set
                 FROM current_class WHERE subject_value = '${third.value}' ORDER BY scheme_id`;
    expect(await rowsOf(sql)).toEqual([
      {
        scheme_id: 'food',
        risk_class: 'D',
        computed_class: null,
        override_fact_id: null,
        rule_set: 'food-production@1.0.0',
      },
      {
        scheme_id: 'general',
        risk_class: 'C',
        computed_class: 'B',
        override_fact_id: MANUAL,
        rule_set: 'zhongshan-general@1.0.0',
      },
    ]);
    await admin.command(`DELETE FROM positions WHERE subject_value = '${third.value}'`);
  });

  it('shows the steps of a release in order, and one that does not follow the step before it', async () => {
    const steps = `SELECT step, rule_set, done_by, follows FROM rule_set_release_steps ORDER BY position`;
    const [checked, dryRun] = [
      { step: 'CHECKED', rule_set: 'zhongshan-general@1.0.0', done_by: 'a.li', follows: true },
      { step: 'DRY_RUN', rule_set: 'zhongshan-general@1.0.0', done_by: 'a.li', follows: true },
    ];
    expect(await rowsOf(steps)).toEqual([checked, dryRun]);
    const [first, last] = RELEASE_STEPS;
    const put = (step: typeof first, offset: number) =>
      store(present(releaseStepRow('risk.RuleSetReleaseStep', step, at(offset))));
    await put(last, 18);
    await put(first && { ...first, previousHash: first.hash, step: 'APPROVED' }, 19);
    expect(await rowsOf(steps)).toEqual([checked, dryRun, dryRun, { ...checked, step: 'APPROVED', follows: false }]);
  });

  it('names an enterprise by its latest registration or change', async () => {
    expect(await rowsOf(`SELECT * FROM enterprise_names`)).toEqual([
      {
        subject_scheme: 'uscc',
        subject_value: SUBJECT.value,
        name: '中山市新名有限公司',
        town: '442000104',
        industry: 'H6210',
      },
    ]);
  });

  it('documents every view and every column', async () => {
    expect(
      await admin.query(`
      SELECT table, name FROM system.columns
      WHERE database = currentDatabase() AND comment = '' AND NOT startsWith(table, '.') AND table != 'enterprise_attributes_from_facts'
    `),
    ).toEqual([]);
    expect(
      await admin.query(`
      SELECT name FROM system.tables
      WHERE database = currentDatabase() AND comment = '' AND engine != 'MaterializedView'
    `),
    ).toEqual([]);
  });

  it.each(guideQueries())('answers the analyst guide: %s', async (_, sql) => {
    expect(Array.isArray(await rowsOf(sql))).toBe(true);
  });

  it('streams rows, and ends the request when the reader leaves', async () => {
    const seen: number[] = [];
    for await (const { n } of analyst.stream<{ n: number }>('SELECT number AS n FROM numbers(100000)')) {
      seen.push(n);
      if (n === 5) break;
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await analyst.ping()).toBe(true);
  });

  it('binds values instead of writing them into the statement', async () => {
    const sql = 'SELECT {text:String} AS text, {list:Array(String)} AS list, {none:Nullable(String)} AS none';
    const text = `x' OR 1=1 -- \\ "中山"`;
    expect(await analyst.query(sql, { text, list: [text, ''], none: null })).toEqual([
      { text, list: [text, ''], none: null },
    ]);
  });

  it('tells a refusal for good from one that may pass', async () => {
    await expect(analyst.query('SELECT * FROM nowhere')).rejects.toMatchObject({ kind: 'permanent', code: '60' });
    await expect(
      analyst.query('SELECT sleepEachRow(1) FROM numbers(10) SETTINGS max_execution_time = 1, max_block_size = 1'),
    ).rejects.toBeInstanceOf(WarehouseError);
    const nobody = connectWarehouse({ url: 'http://127.0.0.1:9', user: 'x', password: 'x', database });
    await expect(nobody.query('SELECT 1')).rejects.toMatchObject({ kind: 'transient', code: 'ECONNREFUSED' });
    await nobody.close();
  });
});

describe('a database of before schemes had rule sets of their own', () => {
  const old = `${database}_before`;
  const earlierFiles = mkdtempSync(join(tmpdir(), 'migrations-'));
  const admin = as('migrator', old);

  beforeAll(async () => {
    for (const name of readdirSync(folder).filter((file) => file < '0007')) {
      copyFileSync(join(folder, name), join(earlierFiles, name));
    }
    await migrate(old, earlierFiles);
  }, 60_000);
  afterAll(async () => {
    await admin.command(`DROP DATABASE IF EXISTS ${old}`);
    await admin.close();
    rmSync(earlierFiles, { recursive: true });
  });

  it('shows its rows after the migration as before, under the one rule set they had', async () => {
    await admin.command(`
      INSERT INTO positions (subject_scheme, subject_value, \`schemes.scheme_id\`, \`schemes.score\`, \`schemes.risk_class\`,
                             \`schemes.group_points\`, rule_set, as_of, sequence_offset)
      VALUES ('uscc', 'one', ['general'], [1000], ['B'], [map()], 'general@1.0.0', now64(3), 1),
             ('uscc', 'none', [], [], [], [], 'general@1.0.0', now64(3), 1)`);
    await migrate(old);
    const select = `SELECT subject_value, scheme_id, toString(risk_class) AS risk_class, rule_set, computed_class FROM current_class`;
    const stored = {
      subject_value: 'one',
      scheme_id: 'general',
      risk_class: 'B',
      rule_set: 'general@1.0.0',
      computed_class: null,
    };
    expect(await admin.query(select)).toEqual([stored]);
    await admin.command('OPTIMIZE TABLE positions FINAL');
    expect(await admin.query(select)).toEqual([stored]);
  });
});

/** The SQL of deploy/clickhouse/README.md with the sentence before it as its name. */
function guideQueries(): [string, string][] {
  const text = readFileSync(join(packageRoot(), 'deploy/clickhouse/README.md'), 'utf8');
  return [...text.matchAll(/^\*\*([^*\n]+)\*\*[^\n]*\n\n```sql\n([\s\S]*?)```/gm)].map(([, title = '', sql = '']) => [
    title,
    sql,
  ]);
}
