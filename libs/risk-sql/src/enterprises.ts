import { attributeType, column, isStated } from './attributes.ts';
import type { OtherSchemes } from './scheme-work.ts';
import { all, any, MISSING } from './expressions.ts';
import { EVIDENCE_TYPES, isType, STATING } from './fact-types.ts';
import { OTHER_TYPE } from './folded-facts.ts';
import { starts } from './lives.ts';
import { contestedColumn, enterpriseColumn, schemeAlias, statingTypes } from './reading.ts';
import type { EnterpriseColumns } from './reading.ts';
import { gathered, READING } from './scheme-work.ts';
import type { SchemeWork } from './scheme-work.ts';

const IS_EVIDENT = any([isType(EVIDENCE_TYPES), `type = ${OTHER_TYPE}`]);

/** SQL of the enterprises of which a fact is under objection at the as-of. */
export function disputedEnterprises(work: SchemeWork): string {
  return `SELECT DISTINCT enterprise FROM ${work.folded} WHERE ${work.objected()}`;
}

/** Every enterprise with a fact that has begun; last_evidence is the start of the last that is evidence, as `since`. */
function everyone(work: SchemeWork): string {
  const begun = starts(work.definition, `SELECT * FROM ${work.folded}`, work.asOf);
  return `SELECT toUInt8(0) AS reading, enterprise, maxIf(since, ${IS_EVIDENT}) AS last_evidence
FROM (${begun})
GROUP BY enterprise
UNION ALL
SELECT toUInt8(1) AS reading, enterprise, toInt64(0) AS last_evidence FROM ${work.table('disputed')}`;
}

interface Attribute {
  /** Over the facts that state it; 0 and '' of none. */
  readonly aggregate: string;
  /** The value, out of the aggregate; missing as in a fact. */
  readonly value: (aggregate: string) => string;
}

function stated(attribute: string): string {
  const value = column(attribute);
  return all([isType(statingTypes(STATING, attribute)), 'usable', isStated(value, attribute)]);
}

function attributeOf(attribute: string): Attribute {
  const value = column(attribute);
  const latest = (stored: string): string => `argMaxIf(${stored}, rank, ${stated(attribute)})`;
  switch (attributeType(attribute)) {
    case 'NUMBER':
      return { aggregate: latest(`${value} - ${MISSING}`), value: (found) => `${found} + ${MISSING}` };
    case 'FLAG':
      return { aggregate: latest(`toInt8(${value} + 1)`), value: (found) => `toInt8(${found} - 1)` };
    default:
      return { aggregate: latest(`toString(${value})`), value: (found) => found };
  }
}

/**
 * SQL of a row for each enterprise with a fact that has begun, in each reading: what is read of its attributes, and its class
 * in other schemes. What is asked for must be known by now.
 */
export function enterprisesSql(work: SchemeWork, read: EnterpriseColumns, others: OtherSchemes): string {
  const attributes = [...read.attributes].map((name) => ({ name, ...attributeOf(name) }));
  const contested = [...read.contested];
  const types = STATING.filter((type) => attributes.some(({ name }) => statingTypes([type], name).length > 0));
  const states = any(attributes.map(({ name }) => isStated(column(name), name)));
  const aggregates = [
    ...attributes.map(({ name, aggregate }) => [`latest_${name}`, aggregate] as const),
    ...contested.flatMap((name) => [
      [`rank_${name}`, `maxIf(rank, ${stated(name)})`] as const,
      [`disputed_${name}`, `maxIf(rank, ${stated(name)} AND disputed)`] as const,
    ]),
  ];
  const columns = [
    ...attributes.map(({ name, value }) => `${value(`latest_${name}`)} AS ${enterpriseColumn(name)}`),
    ...contested.map((name) => `disputed_${name} > 0 AND disputed_${name} = rank_${name} AS ${contestedColumn(name)}`),
    ...[...read.schemes].map((scheme) => `${schemeAlias(scheme)}_class`),
  ];
  const joins = [...read.schemes].map(
    (scheme) =>
      `\nLEFT JOIN (SELECT enterprise, class_code AS ${schemeAlias(scheme)}_class FROM ${others(scheme)}) AS ${schemeAlias(scheme)} USING (enterprise)`,
  );
  return `SELECT ${READING}, last_evidence, ${columns.join(',\n    ')}
FROM (${everyone(work)}) AS everyone
LEFT JOIN (${gathered(aggregates, work.lives(types, states))}) AS stated USING (${READING})${joins.join('')}`;
}
