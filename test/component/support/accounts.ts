import { assess, type ActiveRuleSets, type Position } from '#libs/risk-model';
import type { StandingTable } from '#libs/risk-sql';
import type { Warehouse } from '#libs/warehouse-client';

/** What is said of one enterprise in one scheme, in the columns of the SQL. */
export interface Account {
  readonly scheme_id: string;
  readonly subject_value: string;
  readonly score: number;
  readonly risk_class: string | null;
  readonly computed_class: string | null;
  readonly groups: Readonly<Record<string, number>>;
  readonly direct: readonly string[];
  readonly evidence_level: string;
  /** Of each indicator of the scheme, in SQL alone. */
  readonly points?: readonly number[];
  readonly previous_class?: string | null;
  readonly raised_class?: string | null;
}

/** What TypeScript says of one enterprise in every scheme that rates it. */
export function accountsOf(subject: string, position: Position, asOf: number, active: ActiveRuleSets): Account[] {
  const { results, position: next, evidenceLevel } = assess(position, { kind: 'review' }, asOf, active);
  return results.map(({ schemeId, score, riskClass, computedClass, groups }) => ({
    scheme_id: schemeId,
    subject_value: subject,
    score,
    risk_class: riskClass,
    computed_class: computedClass,
    groups,
    direct: next.schemes[schemeId]?.direct ?? [],
    evidence_level: schemeId === 'general' ? evidenceLevel : '',
  }));
}

/** What ClickHouse says of all of them; makes the tables and removes them. */
export async function accountsIn(warehouse: Warehouse, tables: readonly StandingTable[]): Promise<Account[]> {
  for (const { create } of tables) for (const statement of create) await warehouse.command(statement);
  const rows: Account[] = [];
  for (const { select } of tables) rows.push(...(await warehouse.query<Account>(select)));
  for (const { table } of tables) await warehouse.command(`DROP TABLE ${table} SYNC`);
  return rows.map((row) => ({ ...row, evidence_level: row.scheme_id === 'general' ? row.evidence_level : '' }));
}

export const keyOf = ({ scheme_id, subject_value }: Account): string => `${subject_value} ${scheme_id}`;
const isNothing = ({ score, risk_class }: Account): boolean => score === 0 && risk_class === null;

/** Differences in full: who, both accounts, and what `recordsOf` tells of the enterprise. */
export function differences(
  expected: readonly Account[],
  found: readonly Account[],
  recordsOf: (subject: string) => readonly unknown[],
): string[] {
  const rows = new Map(found.map((row) => [keyOf(row), row]));
  const wanted = new Set(expected.map(keyOf));
  const extra = found.filter((row) => !wanted.has(keyOf(row))).map((row) => `SQL alone: ${JSON.stringify(row)}`);
  const wrong = expected.flatMap((account) => {
    const row = rows.get(keyOf(account));
    if (row === undefined && isNothing(account)) return [];
    const own =
      row === undefined
        ? undefined
        : Object.fromEntries(Object.keys(account).map((key) => [key, row[key as keyof Account]]));
    if (JSON.stringify(account) === JSON.stringify(own)) return [];
    const lines = recordsOf(account.subject_value).map((record) => `    ${JSON.stringify(record)}`);
    return [`TypeScript ${JSON.stringify(account)}\nSQL        ${JSON.stringify(row)}\n${lines.join('\n')}`];
  });
  return [...extra, ...wrong];
}
