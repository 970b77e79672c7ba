import { FACT_TYPES } from '#libs/risk-model';
import { ATTRIBUTES, attributeType, column } from './attributes.ts';
import { list, MISSING, NEVER, text } from './expressions.ts';

/** Type of facts that the model does not know: they are evidence and nothing else. */
export const OTHER_TYPE = 255;

export const REPAIRED = 1;
export const ENDED = 2;

const ms = (moment: string): string => `toUnixTimestamp64Milli(${moment})`;

function attributeOf(name: string, model: string): string {
  switch (attributeType(name)) {
    case 'NUMBER':
      return `ifNull(${model}.${name}, ${MISSING})`;
    case 'FLAG':
      return `ifNull(toInt8(${model}.${name}), toInt8(-1))`;
    default:
      return `${model}.${name}`;
  }
}

const ATTRIBUTE_NAMES = [...ATTRIBUTES.keys()];

const TYPE = `toUInt8(transform(fact_type, [${list(FACT_TYPES.map(text))}], [${list(FACT_TYPES.map((_, at) => at))}], ${OTHER_TYPE}))`;

/** Columns that only another register than CONTENT fills, as they are without one. */
const UNTOUCHED = {
  removed_from: NEVER,
  publicity: 'toUInt8(0)',
  publicity_at: MISSING,
  publicity_until: MISSING,
  performance: `''`,
  performance_at: NEVER,
  filed_at: NEVER,
  filed_until: NEVER,
};

function contentColumns(): string[] {
  return [
    `${TYPE} AS type`,
    `ifNull(${ms('effective_at')}, ${ms('occurred_at')}) AS began`,
    `ifNull(case_number, '') AS case_number`,
    `ifNull(toString(code_system), '') AS code_system`,
    ...ATTRIBUTE_NAMES.map((name) => `${attributeOf(name, 'model')} AS ${column(name)}`),
  ];
}

const SUBJECT = 'subject_scheme, subject_value';

/** Facts of which only one record is known, of their content: nothing to fold. */
function untouched(known: string, touched: string): string {
  const registers = Object.entries(UNTOUCHED).map(([name, value]) => `${value} AS ${name}`);
  return `
SELECT ${SUBJECT}, fact_key, ${[...contentColumns(), ...registers].join(', ')}
FROM facts
WHERE ${known} AND fact_key NOT IN (${touched})`;
}

/** A number that is greater for the record that counts: by revision, then by record id. */
const RANK = `bitOr(bitShiftLeft(toUInt128(toUInt64(revision) + 9223372036854775808), 64), toUInt128(reinterpretAsUInt64(reverse(unhex(substring(record_id, 1, 16))))))`;

const STATUS_AT = `coalesce(${ms('status_effective_at')}, ${ms('effective_at')}, ${ms('occurred_at')})`;

/** The record that counts of one register; columns are read into one tuple, so that none of them is skipped for being null. */
function latest(register: string, columns: string): string {
  return `argMaxIf((${columns}), rank, register = '${register}')`;
}

const CONTENT = ['type', 'began', 'case_number', 'code_system', ...ATTRIBUTE_NAMES.map(column)];
const REGISTER = 'status_value, status_at, status_until';

function foldedColumns(): string[] {
  return [
    ...CONTENT.map((name, at) => `c.${at + 1} AS ${name}`),
    `if(s.1 = 'REMOVED', s.2, ${NEVER}) AS removed_from`,
    `toUInt8(multiIf(p.1 = 'REPAIRED', ${REPAIRED}, p.1 = 'END', ${ENDED}, 0)) AS publicity`,
    `p.2 AS publicity_at`,
    `if(p.1 = '' AND p.2 = 0, ${MISSING}, p.3) AS publicity_until`,
    `f.1 AS performance`,
    `f.2 AS performance_at`,
    `if(d.1 = 'FILED', d.2, ${NEVER}) AS filed_at`,
    `if(d.3 = ${MISSING}, ${NEVER}, d.3) AS filed_until`,
  ];
}

/** Facts of several records: each register keeps the record with the greatest (revision, record id). */
function folded(where: string): string {
  return `
SELECT ${SUBJECT}, fact_key, ${foldedColumns().join(', ')}
FROM
(
    SELECT
        ${SUBJECT}, fact_id, any(fact_key) AS fact_key,
        ${latest('CONTENT', CONTENT.join(', '))} AS c,
        ${latest('STANDING', REGISTER)} AS s,
        ${latest('PUBLICITY', REGISTER)} AS p,
        ${latest('PERFORMANCE', REGISTER)} AS f,
        ${latest('DISPUTE', REGISTER)} AS d
    FROM
    (
        SELECT
            ${SUBJECT}, fact_id, fact_key, register, ${RANK} AS rank,
            ${contentColumns().join(', ')},
            ifNull(toString(status_value), '') AS status_value,
            ${STATUS_AT} AS status_at,
            ifNull(${ms('status_until')}, ${MISSING}) AS status_until
        FROM facts
        WHERE ${where}
    )
    GROUP BY ${SUBJECT}, fact_id
    HAVING countIf(register = 'CONTENT') > 0 AND s.1 != 'RETRACTED'
)`;
}

/** Rows of facts known at a moment; null = now. */
function knownAt(moment: number | null): string {
  return moment === null ? '1' : `applied_at <= fromUnixTimestamp64Milli(${moment}, 'Asia/Shanghai')`;
}

/**
 * SQL of one row for each fact with content that is not retracted, out of the log as known at a moment. Facts of a single
 * record, nearly all, are taken as they are; the others are folded.
 */
export function fromLog(moment: number | null): string {
  const known = knownAt(moment);
  const touched = `SELECT fact_key FROM facts WHERE ${known} GROUP BY fact_key HAVING count() > 1 OR any(register) != 'CONTENT'`;
  return `${untouched(known, touched)}\nUNION ALL${folded(`${known} AND fact_key IN (${touched})`)}`;
}
