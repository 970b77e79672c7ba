import type { RuleSetDefinition } from '#libs/risk-model';
import type { OtherSchemes } from './account.ts';
import { list, MISSING, text } from './expressions.ts';
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

interface Statement {
  /** In an order in which each comes after those it reads. */
  readonly definitions: readonly RuleSetDefinition[];
  readonly moment: Moment;
  readonly settlingOf: (definition: RuleSetDefinition) => Settling | null;
  readonly more: readonly string[];
}

function statement({ definitions, moment, settlingOf, more }: Statement): string {
  const others: OtherSchemes = schemeAlias;
  const [only] = definitions;
  if (definitions.length === 1 && only !== undefined) {
    return `SELECT ${selectColumns(only, more)}\nFROM (${standingSql(only, moment, others, settlingOf(only))})`;
  }
  // Not materialised, the result of a scheme would be worked out again for each scheme that reads it.
  const standings = definitions.map(
    (item) =>
      `${schemeAlias(item.scheme.id)} AS MATERIALIZED (${standingSql(item, moment, others, settlingOf(item))})`,
  );
  const rows = definitions.map((item) => `SELECT ${selectColumns(item, more)}\nFROM ${schemeAlias(item.scheme.id)}`);
  return `WITH ${standings.join(',\n')}\nSELECT * FROM (\n${rows.join('\nUNION ALL\n')}\n)\nSETTINGS enable_materialized_cte = 1`;
}

/** SQL of the rolling class of every enterprise in every scheme that rates it. */
export function populationSql(definitions: readonly RuleSetDefinition[], options: PopulationOptions): string {
  return statement({ definitions, moment: options, settlingOf: () => null, more: [] });
}
