import { orderSchemes } from '#libs/risk-model';
import type { RuleSetDefinition } from '#libs/risk-model';
import { chosenSql, conflictsSql } from './choices.ts';
import { disputedEnterprises, enterprisesSql } from './enterprises.ts';
import { list, MISSING, text } from './expressions.ts';
import { foldedFactsSql, removeFolded } from './folded-facts.ts';
import { LINE_COLUMNS, pointsSql, pointsWork } from './points.ts';
import { schemeAlias } from './reading.ts';
import { SchemeWork } from './scheme-work.ts';
import type { OtherSchemes } from './scheme-work.ts';
import { standingSql } from './standing.ts';
import type { Settling } from './standing.ts';

/** Where the facts come from: the log, or a table that `foldedFactsSql` filled, which has a moment of knowledge of its own. */
export type FactSource =
  { readonly kind: 'LOG'; readonly knownAt: number | null } | { readonly kind: 'FOLDED'; readonly table: string };

export interface PopulationOptions {
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly source: FactSource;
}

const CLASS_TYPE = `'Nullable(Enum8(\\'A\\' = 1, \\'B\\' = 2, \\'C\\' = 3, \\'D\\' = 4))'`;

function classColumn(code: string, name: string): string {
  return `CAST(nullIf(toInt8(${code}), 0), ${CLASS_TYPE}) AS ${name}`;
}

function selectColumns(definition: RuleSetDefinition, places: number, more: readonly string[]): string {
  const groups = definition.groups.map(({ code }) => text(code));
  return [
    'subject_scheme',
    'subject_value',
    'scheme_id',
    'rule_set',
    'score',
    classColumn('class_code', 'risk_class'),
    classColumn('computed_code', 'computed_class'),
    ...more,
    `mapFromArrays([${list(groups)}], groups) AS groups`,
    `arrayMap(at -> toInt64(bitAnd(arrayFirst(p -> bitShiftRight(p, 32) = at, place_points), 4294967295)), range(${places})) AS points`,
    'positive',
    'direct',
    classColumn('override_code', 'override_class'),
    `nullIf(town, '') AS town`,
    `nullIf(industry, '') AS industry`,
    `nullIf(entity_kind, '') AS entity_kind`,
    `nullIf(status, '') AS status`,
    `if(registered_at = ${MISSING}, NULL, fromUnixTimestamp64Milli(registered_at, 'Asia/Shanghai')) AS registered_at`,
    'evidence_level',
  ].join(',\n    ');
}

/**
 * Rewritings that find nothing to better here and take longer than the rest of the planning on a statement of this size; and
 * conditions are cheaper worked out for all rows than for those that the condition before them left.
 */
const SETTINGS = [
  `short_circuit_function_evaluation = 'disable'`,
  'optimize_and_compare_chain = 0',
  'optimize_redundant_comparisons = 0',
  'optimize_extract_common_expressions = 0',
  'optimize_or_like_chain = 0',
  'optimize_rewrite_has_to_in = 0',
  'optimize_rewrite_array_exists_to_has = 0',
  'optimize_multiif_to_if = 0',
].join(', ');

/** A table with where enterprises stand in one scheme, in class numbers; what other statements and `select` read. */
export interface StandingTable {
  readonly schemeId: string;
  readonly table: string;
  /** Make and fill the table, to be run in order; tables in between are removed by the last ones. */
  readonly create: readonly string[];
  /** The rows as a reader wants them. */
  readonly select: string;
}

interface Tables {
  readonly definitions: readonly RuleSetDefinition[];
  readonly asOf: number;
  /** Table of folded facts. */
  readonly folded: string;
  readonly prefix: string;
  readonly settlingOf: (definition: RuleSetDefinition) => Settling | null;
  readonly more: readonly string[];
}

/** Each step is a small statement of its own: one that held them all took longer to plan than to run. */
function stepsOf(work: SchemeWork, table: string, others: OtherSchemes, settling: Settling | null): string[] {
  const { enterprise, lines } = pointsWork(work);
  const conflicts = conflictsSql(work, enterprise);
  const chosen =
    conflicts === null ? [] : [work.make('conflicts', conflicts), work.make('chosen', chosenSql(work, enterprise))];
  const standing = standingSql(work, others, settling);
  const steps = [
    work.make('disputed', disputedEnterprises(work), 'enterprise'),
    work.make('enterprises', enterprisesSql(work, enterprise, others)),
    work.makeEmpty('lines', LINE_COLUMNS),
    ...lines.map((rows) => `INSERT INTO ${work.table('lines')}\n${rows}`),
    work.make('points', pointsSql(work.table('lines'))),
    ...chosen,
  ];
  const last = `CREATE TABLE ${table}\nENGINE = MergeTree ORDER BY enterprise\nAS ${standing}`;
  // Points are stored in the order of the enterprises: two threads then have no enterprise in common to put together.
  const inOrder = `${SETTINGS}, optimize_aggregation_in_order = 1`;
  return [...steps.map((step) => `${step}\nSETTINGS ${SETTINGS}`), `${last}\nSETTINGS ${inOrder}`, ...work.remove()];
}

function tablesOf({ definitions, asOf, folded, prefix, settlingOf, more }: Tables): StandingTable[] {
  const others: OtherSchemes = (scheme) => `${prefix}_${schemeAlias(scheme)}`;
  const placesOf = (item: RuleSetDefinition): number => {
    const base = item.scheme.takesBase ? definitions.find(({ scheme }) => scheme.id === item.scheme.base) : undefined;
    return (base ?? item).indicators.length;
  };
  return orderSchemes(definitions).map((item) => {
    const table = others(item.scheme.id);
    return {
      schemeId: item.scheme.id,
      table,
      create: stepsOf(new SchemeWork(item, asOf, folded, table), table, others, settlingOf(item)),
      select: `SELECT ${selectColumns(item, placesOf(item), more)}\nFROM ${table}`,
    };
  });
}

export interface TableOptions extends PopulationOptions {
  /** Of the names of the tables that are made. */
  readonly prefix: string;
}

/** The facts as a table: that of the source, or one that the first statements fold out of the log and the last ones remove. */
function overFolded(
  { source, prefix }: TableOptions,
  tablesOver: (folded: string) => StandingTable[],
): StandingTable[] {
  if (source.kind === 'FOLDED') return tablesOver(source.table);
  const folded = `${prefix}_folded`;
  const tables = tablesOver(folded);
  return tables.map((item, at) => ({
    ...item,
    create: [
      ...(at === 0 ? foldedFactsSql(folded, source.knownAt) : []),
      ...item.create,
      ...(at === tables.length - 1 ? removeFolded(folded) : []),
    ],
  }));
}

/**
 * Statements that work out the rolling class of every enterprise in every scheme that rates it, to be run in order: a scheme's
 * result is a table that the schemes after it read. A scheme that reads another needs that one's definition too.
 */
export function populationTables(definitions: readonly RuleSetDefinition[], options: TableOptions): StandingTable[] {
  const { asOf, prefix } = options;
  return overFolded(options, (folded) =>
    tablesOf({ definitions, asOf, folded, prefix, settlingOf: () => null, more: [] }),
  );
}

export interface OfficialOptions extends TableOptions {
  /** End of the period before, epoch milliseconds. */
  readonly previousAsOf: number;
}

export interface OfficialTables {
  /** Of the end of the period before, with the knowledge and the rule sets of this one; to be made first. */
  readonly previous: readonly StandingTable[];
  readonly official: readonly StandingTable[];
}

/**
 * Statements of the official class of a period: worse(raw(P), better(raw(P−1), class(score + hysteresis))). Their rows have
 * two more columns: previous_class, raised_class. A scheme that reads another reads its official class of the period.
 */
export function officialTables(definitions: readonly RuleSetDefinition[], options: OfficialOptions): OfficialTables {
  const { asOf, previousAsOf, prefix } = options;
  const before = `${prefix}_previous`;
  const tables = overFolded(options, (folded) => {
    const rolling = { definitions, asOf: previousAsOf, folded, prefix: before, settlingOf: () => null, more: [] };
    const settlingOf = ({ scheme }: RuleSetDefinition): Settling => ({
      previous: `SELECT enterprise, computed_code AS previous_code FROM ${before}_${schemeAlias(scheme.id)}`,
    });
    const more = [classColumn('previous_code', 'previous_class'), classColumn('raised_code', 'raised_class')];
    return [...tablesOf(rolling), ...tablesOf({ definitions, asOf, folded, prefix, settlingOf, more })];
  });
  const half = tables.length / 2;
  return { previous: tables.slice(0, half), official: tables.slice(half) };
}
