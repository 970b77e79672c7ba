import { FACT_TYPES, MODEL_ATTRIBUTES } from '#libs/risk-model';
import { ATTRIBUTES, attributeType, column } from './attributes.ts';
import { list, MISSING, NEVER, text, TRUE } from './expressions.ts';

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

const TYPE = `CAST(transform(fact_type, [${list(FACT_TYPES.map(text))}], [${list(FACT_TYPES.map((_, at) => at))}], ${OTHER_TYPE}), 'UInt8')`;

/** Key of the enterprise: a hash in place of scheme and value, which take three times as long to group and join by. */
const ENTERPRISE = 'cityHash64(subject_scheme, subject_value)';

function contentColumns(): string[] {
  return [
    `${TYPE} AS type`,
    `ifNull(${ms('effective_at')}, ${ms('occurred_at')}) AS began`,
    `ifNull(case_number, '') AS case_number`,
    `toLowCardinality(ifNull(code_system, '')) AS code_system`,
    ...ATTRIBUTE_NAMES.map((name) => `${attributeOf(name, 'model')} AS ${column(name)}`),
  ];
}

/** A number that is greater for the record that counts: by revision, then by record id. */
const RANK = `bitOr(bitShiftLeft(toUInt128(toUInt64(revision) + 9223372036854775808), 64), toUInt128(reinterpretAsUInt64(reverse(unhex(substring(record_id, 1, 16))))))`;

const STATUS_AT = `coalesce(${ms('status_effective_at')}, ${ms('effective_at')}, ${ms('occurred_at')})`;

/** Place of a record in the log. */
const POSITION = 'bitOr(bitShiftLeft(toUInt64(log_partition), 48), log_offset)';

/** Condition of the rows of facts known at a moment; null = now. */
function isKnown(moment: number | null): string {
  return moment === null ? TRUE : `applied_at <= fromUnixTimestamp64Milli(${moment}, 'Asia/Shanghai')`;
}

/** Columns that only another register than CONTENT fills: as they are without one, and out of a fact's states. */
const LIFE: readonly (readonly [name: string, without: string, ofStates: string])[] = [
  ['removed_from', NEVER, `if(standing.1 = 'REMOVED', standing.2, ${NEVER})`],
  [
    'publicity',
    'toUInt8(0)',
    `toUInt8(multiIf(publication.1 = 'REPAIRED', ${REPAIRED}, publication.1 = 'END', ${ENDED}, 0))`,
  ],
  ['publicity_at', MISSING, 'publication.2'],
  ['publicity_until', MISSING, `if(publication.1 = '' AND publication.2 = 0, ${MISSING}, publication.3)`],
  ['performance', `''`, 'performing.1'],
  ['performance_at', NEVER, 'performing.2'],
  ['filed_at', NEVER, `if(dispute.1 = 'FILED', dispute.2, ${NEVER})`],
  ['filed_until', NEVER, `if(dispute.3 = ${MISSING}, ${NEVER}, dispute.3)`],
];

/** Of each register but CONTENT the record with the greatest (revision, record id). */
function latest(register: string, name: string): string {
  return `argMaxIf((value, at, until), rank, register = '${register}') AS ${name}`;
}

const FACT = 'enterprise, fact_key';
const COMMON = ['enterprise', 'fact_key', 'type', 'began', 'case_number', 'code_system'];

/** SQL of the columns of LIFE of the facts with another register than CONTENT. */
function states(known: string): string {
  const columns = LIFE.map(([name, , ofStates]) => `${ofStates} AS ${name}`);
  return `SELECT ${FACT}, toUInt8(1) AS has_states, standing.1 = 'RETRACTED' AS is_retracted, ${columns.join(', ')}
FROM
(
    SELECT ${FACT}, ${latest('STANDING', 'standing')}, ${latest('PUBLICITY', 'publication')},
        ${latest('PERFORMANCE', 'performing')}, ${latest('DISPUTE', 'dispute')}
    FROM
    (
        SELECT ${ENTERPRISE} AS enterprise, fact_key, register, ${RANK} AS rank,
            ifNull(toString(status_value), '') AS value, ${STATUS_AT} AS at, ifNull(${ms('status_until')}, ${MISSING}) AS until
        FROM facts
        WHERE ${known} AND register != 'CONTENT'
    )
    GROUP BY ${FACT}
)`;
}

/**
 * SQL of the records of content that are not to be taken as they are: those that a later record replaces, and of those that the
 * log holds twice both. One thread: two would each count all keys, and then put their counts together.
 */
function passedOver(content: string): string {
  const several = `SELECT fact_key FROM facts WHERE ${content} GROUP BY fact_key HAVING count() > 1`;
  return `SELECT position, is_twice AND position = counts AS counts_twice
FROM
(
    SELECT argMax(position, rank) AS counts, groupArray(position) AS positions, uniqExact(fact_id) AS facts, countEqual(positions, counts) > 1 AS is_twice
    FROM
    (
        SELECT ${ENTERPRISE} AS enterprise, fact_id, fact_key, ${RANK} AS rank, ${POSITION} AS position
        FROM facts
        WHERE ${content} AND fact_key IN (${several})
    )
    GROUP BY ${FACT}
    HAVING throwIf(facts > 1, 'two facts of one enterprise have one key') = 0
)
ARRAY JOIN positions AS position
WHERE position != counts OR is_twice
SETTINGS max_threads = 1`;
}

/** Columns of folded facts that facts of some types may fill. */
export function columnsOf(types: readonly string[]): string[] {
  const stated = new Set(types.flatMap((type) => MODEL_ATTRIBUTES[type] ?? []));
  const attributes = ATTRIBUTE_NAMES.filter((name) => stated.has(name));
  return [...COMMON, ...attributes.map(column), ...LIFE.map(([name]) => name)];
}

/** SQL of folded facts out of the records of content for which a condition holds, and the table of states. */
function factsOf(records: string, states: string): string {
  const own = [...COMMON, ...ATTRIBUTE_NAMES.map(column)];
  const life = LIFE.map(([name, without]) => `if(has_states, state.${name}, ${without}) AS ${name}`);
  return `SELECT ${[...own, ...life].join(', ')}
FROM (SELECT ${ENTERPRISE} AS enterprise, fact_key, ${contentColumns().join(', ')} FROM facts WHERE ${records}) AS content
LEFT JOIN ${states} AS state USING (${FACT})
WHERE NOT is_retracted`;
}

/** Table of the enterprises of folded facts: their key, scheme and value. */
export function enterpriseTable(folded: string): string {
  return `${folded}_enterprises`;
}

/** Keys are hashes of 64 bits: rather no answer than one that takes two enterprises for one. */
function enterprises(): string {
  return `SELECT key AS enterprise, any(scheme) AS subject_scheme, any(value) AS subject_value
FROM (SELECT ${ENTERPRISE} AS key, subject_scheme AS scheme, subject_value AS value FROM facts)
GROUP BY key
HAVING throwIf(min(xxHash64(scheme, value)) != max(xxHash64(scheme, value)), 'two enterprises have one key') = 0`;
}

/**
 * Statements that fill a table, and one beside it for the enterprises, with one row for each fact with content that is not
 * retracted, as known at a moment (null = now), for many questions over the same knowledge.
 */
export function foldedFactsSql(table: string, knownAt: number | null): string[] {
  const known = isKnown(knownAt);
  const content = `${known} AND register = 'CONTENT'`;
  const [passed, stated] = [`${table}_passed_over`, `${table}_states`];
  const taken = `${POSITION} NOT IN (SELECT position FROM ${passed})`;
  const twice = `${POSITION} IN (SELECT position FROM ${passed} WHERE counts_twice)`;
  return [
    `CREATE TABLE ${enterpriseTable(table)}\nENGINE = MergeTree ORDER BY enterprise\nAS ${enterprises()}`,
    `CREATE TABLE ${passed}\nENGINE = MergeTree ORDER BY tuple()\nAS ${passedOver(content)}`,
    `CREATE TABLE ${stated}\nENGINE = MergeTree ORDER BY tuple()\nAS ${states(known)}`,
    `CREATE TABLE ${table}\nENGINE = MergeTree ORDER BY (type, enterprise)\nAS ${factsOf(`${content} AND ${taken}`, stated)}`,
    `INSERT INTO ${table}\nSELECT * FROM (${factsOf(`${content} AND ${twice}`, stated)}) LIMIT 1 BY ${FACT}`,
    `DROP TABLE ${passed} SYNC`,
    `DROP TABLE ${stated} SYNC`,
  ];
}

/** Statements that remove the tables of folded facts. */
export function removeFolded(table: string): string[] {
  return [`DROP TABLE ${table} SYNC`, `DROP TABLE ${enterpriseTable(table)} SYNC`];
}
