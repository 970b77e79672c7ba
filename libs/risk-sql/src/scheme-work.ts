import type { RuleSetDefinition } from '#libs/risk-model';
import { isType } from './fact-types.ts';
import { columnsOf } from './folded-facts.ts';
import { lives, underObjection } from './lives.ts';

/**
 * Rows of one enterprise in one reading, by the key that folded facts have: 0 = all its facts, for the score; 1 = without those under objection, for the class,
 * only where there are any.
 */
export const READING = 'reading, enterprise';

/** One scheme at one moment, and the tables that its steps hand on to each other. */
export class SchemeWork {
  readonly definition: RuleSetDefinition;
  /** Epoch milliseconds. */
  readonly asOf: number;
  /** Table of folded facts. */
  readonly folded: string;
  readonly #prefix: string;
  readonly #made: string[] = [];

  constructor(definition: RuleSetDefinition, asOf: number, folded: string, prefix: string) {
    this.definition = definition;
    this.asOf = asOf;
    this.folded = folded;
    this.#prefix = prefix;
  }

  /** Name of a table that a step leaves for the steps after it. */
  table(step: string): string {
    return `${this.#prefix}_${step}`;
  }

  /** Statement that fills the table of a step, by default in the order in which readings of enterprises are joined. */
  make(step: string, rows: string, order = READING): string {
    this.#made.push(this.table(step));
    return `CREATE TABLE ${this.table(step)}\nENGINE = MergeTree ORDER BY (${order})\nAS ${rows}`;
  }

  /** Statement that makes the table of a step with nothing in it. */
  makeEmpty(step: string, columns: string): string {
    this.#made.push(this.table(step));
    return `CREATE TABLE ${this.table(step)} (${columns})\nENGINE = MergeTree ORDER BY tuple()`;
  }

  /** Statements that remove the tables of the steps. */
  remove(): string[] {
    return this.#made.map((table) => `DROP TABLE ${table} SYNC`);
  }

  objected(): string {
    return underObjection(this.definition, this.asOf);
  }

  /** SQL of the facts of some types in both readings, with the columns that they may fill. */
  facts(types: readonly string[], ...more: readonly string[]): string {
    const columns = columnsOf(types).join(', ');
    const where = [isType(types), ...more].join(' AND ');
    const disputed = `enterprise IN (SELECT enterprise FROM ${this.table('disputed')})`;
    return `SELECT toUInt8(0) AS reading, ${columns} FROM ${this.folded} WHERE ${where}
UNION ALL
SELECT toUInt8(1) AS reading, ${columns} FROM ${this.folded} WHERE ${where} AND NOT ${this.objected()} AND ${disputed}`;
  }

  /** SQL of the facts of some types in both readings with their lives. */
  lives(types: readonly string[], ...more: readonly string[]): string {
    return lives(this.definition, types, this.facts(types, ...more), this.asOf);
  }
}

/** SQL of an enterprise's row of a reading out of its facts: aggregates by name. */
export function gathered(aggregates: readonly (readonly [name: string, expression: string])[], facts: string): string {
  const columns = aggregates.map(([name, expression]) => `${expression} AS ${name}`);
  return `SELECT ${[READING, ...columns].join(',\n    ')}\nFROM (${facts})\nGROUP BY ${READING}`;
}

/** Tables of the other schemes that a scheme reads. */
export type OtherSchemes = (scheme: string) => string;
