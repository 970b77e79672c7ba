import { orderSchemes } from '#libs/risk-model';
import type { RuleSetDefinition } from '#libs/risk-model';
import type { OtherSchemes } from './account.ts';
import { list, MISSING, text } from './expressions.ts';
import { fromLog } from './folded-facts.ts';
import type { FactSource, Moment } from './population.ts';
import { schemeAlias } from './reading.ts';
import { standingSql } from './standing.ts';
import type { Settling } from './standing.ts';

export interface PopulationOptions {
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly source: FactSource;
}

const CLASS_TYPE = `'Nullable(Enum8(\\'A\\' = 1, \\'B\\' = 2, \\'C\\' = 3, \\'D\\' = 4))'`;

function classColumn(code: string, name: string): string {
  return `CAST(nullIf(toInt8(${code}), 0), ${CLASS_TYPE}) AS ${name}`;
}

function selectColumns(definition: RuleSetDefinition, more: readonly string[]): string {
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
    'points',
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
  /** Makes and fills the table. */
  readonly create: string;
  /** The rows as a reader wants them. */
  readonly select: string;
}

interface Tables {
  readonly definitions: readonly RuleSetDefinition[];
  readonly moment: Moment;
  readonly prefix: string;
  readonly settlingOf: (definition: RuleSetDefinition) => Settling | null;
  readonly more: readonly string[];
}

function tablesOf({ definitions, moment, prefix, settlingOf, more }: Tables): StandingTable[] {
  const others: OtherSchemes = (scheme) => `${prefix}_${schemeAlias(scheme)}`;
  return orderSchemes(definitions).map((item) => {
    const table = others(item.scheme.id);
    const rows = standingSql(item, moment, others, settlingOf(item));
    return {
      schemeId: item.scheme.id,
      table,
      create: `CREATE TABLE ${table}\nENGINE = MergeTree ORDER BY (subject_scheme, subject_value)\nAS ${rows}\nSETTINGS ${SETTINGS}`,
      select: `SELECT ${selectColumns(item, more)}\nFROM ${table}`,
    };
  });
}

/** SQL of the rolling class of every enterprise in a scheme that reads no other one, in a single statement. */
export function populationSql(definition: RuleSetDefinition, options: PopulationOptions): string {
  const others: OtherSchemes = (scheme) => {
    throw new Error(`${definition.id} reads scheme ${scheme}: take populationTables`);
  };
  return `SELECT ${selectColumns(definition, [])}\nFROM (${standingSql(definition, options, others, null)})\nSETTINGS ${SETTINGS}`;
}

export interface TableOptions extends PopulationOptions {
  /** Of the names of the tables that are made. */
  readonly prefix: string;
}

/**
 * Statements that work out the rolling class of every enterprise in every scheme that rates it, to be run in order: a scheme's
 * result is a table that the schemes after it read. A scheme that reads another needs that one's definition too.
 */
export function populationTables(definitions: readonly RuleSetDefinition[], options: TableOptions): StandingTable[] {
  return tablesOf({ definitions, moment: options, prefix: options.prefix, settlingOf: () => null, more: [] });
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
  const before = { asOf: options.previousAsOf, source: options.source, prefix: `${options.prefix}_previous` };
  const previous = populationTables(definitions, before);
  const settlingOf = ({ scheme }: RuleSetDefinition): Settling => {
    const table = previous.find(({ schemeId }) => schemeId === scheme.id)?.table ?? '';
    return { previous: `SELECT subject_scheme, subject_value, computed_code AS previous_code FROM ${table}` };
  };
  const more = [classColumn('previous_code', 'previous_class'), classColumn('raised_code', 'raised_class')];
  return { previous, official: tablesOf({ definitions, moment: options, prefix: options.prefix, settlingOf, more }) };
}

/** SQL that fills a table with the folded facts known at a moment, for many questions over the same knowledge. */
export function foldedFactsSql(table: string, knownAt: number | null): string {
  return `CREATE TABLE ${table}
ENGINE = MergeTree ORDER BY (subject_scheme, subject_value)
AS ${fromLog(knownAt)}`;
}
