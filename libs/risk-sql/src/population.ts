import type { RuleSetDefinition } from '#libs/risk-model';
import { accountSql } from './account.ts';
import type { OtherSchemes } from './account.ts';
import { all, firstOf, list, text } from './expressions.ts';
import { fromLog, fromLogOfDisputed } from './folded-facts.ts';
import { underObjection } from './lives.ts';
import { classCode } from './parts/enterprise-parts.ts';

/** Where the facts come from: the log, or a table that `foldedFactsSql` filled, which has a moment of knowledge of its own. */
export type FactSource =
  { readonly kind: 'LOG'; readonly knownAt: number | null } | { readonly kind: 'FOLDED'; readonly table: string };

export interface Moment {
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly source: FactSource;
}

const SUBJECT = 'subject_scheme, subject_value';

/** Names of an account's columns. */
export interface AccountColumns {
  readonly score: string;
  readonly groups: string;
  readonly met: string;
}

/** SQL of the number of the class of an account, before a manual class; 0 = not in the population. */
export function judgedClass(definition: RuleSetDefinition, account: AccountColumns, plus = 0): string {
  const score = plus === 0 ? account.score : `(${account.score} + ${plus})`;
  const band = firstOf(
    definition.bands.map(({ to, riskClass }) => [`${score} < ${to}`, classCode(riskClass)]),
    4,
  );
  const { alone } = definition;
  const others = definition.groups.flatMap(({ code }, at) =>
    code === alone?.group ? [] : [`${account.groups}[${at + 1}] = 0`],
  );
  const own = alone === null ? band : `if(${all(others)}, least(${band}, ${classCode(alone.worst)}), ${band})`;
  const conditions = definition.conditions.map(
    ({ riskClass }, at) => `${account.met}[${at + 1}] * ${classCode(riskClass)}`,
  );
  return conditions.length === 0 ? own : `greatest(${[own, ...conditions].join(', ')})`;
}

export function directCodes(definition: RuleSetDefinition, met: string): string {
  const codes = definition.conditions.map(({ kind, code }) => text(kind === 'DIRECT' ? code : ''));
  if (codes.length === 0) return 'emptyArrayString()';
  return `arrayFilter((code, is_met) -> is_met AND code != '', [${list(codes)}], ${met})`;
}

interface Sources {
  readonly facts: string;
  /** They are a table, cheap to read more than once. */
  readonly inFamilies: boolean;
  /** Of the enterprises for which the class may differ from that of the score's reading. */
  readonly ofDisputed: string;
}

function sourcesOf(definition: RuleSetDefinition, { asOf, source }: Moment): Sources {
  if (source.kind === 'LOG') {
    return { facts: fromLog(source.knownAt), inFamilies: false, ofDisputed: fromLogOfDisputed(source.knownAt) };
  }
  const { table } = source;
  const disputed = `SELECT ${SUBJECT} FROM ${table} WHERE ${underObjection(definition, asOf)}`;
  return {
    facts: `SELECT * FROM ${table}`,
    inFamilies: true,
    ofDisputed: `SELECT * FROM ${table} WHERE (${SUBJECT}) IN (${disputed})`,
  };
}

/** Columns of an account that the class is made of. */
const JUDGED = ['score', 'groups', 'met', 'has_left', 'applies'];

/**
 * SQL of both readings of every enterprise: `s` with all facts, for the score; `c` without those under objection, for the
 * class. Both are the same where nothing was ever under objection.
 */
export function bothReadings(definition: RuleSetDefinition, { asOf, source }: Moment, others: OtherSchemes): string {
  const { facts, inFamilies, ofDisputed } = sourcesOf(definition, { asOf, source });
  const score = accountSql(definition, { asOf, facts, inFamilies, others, withoutDisputed: false });
  const undisputed = accountSql(definition, {
    asOf,
    facts: ofDisputed,
    inFamilies: false,
    others,
    withoutDisputed: true,
  });
  const columns = JUDGED.map((name) => `if(has_undisputed, u.${name}, a.${name}) AS c_${name}`);
  return `SELECT a.*, u.read = 1 AS has_undisputed, ${columns.join(', ')}
FROM (${score}) AS a
LEFT JOIN (SELECT *, toUInt8(1) AS read FROM (${undisputed})) AS u USING (${SUBJECT})`;
}
