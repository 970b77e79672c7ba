import { attributeType, column, isStated } from './attributes.ts';
import type { OtherSchemes } from './scheme-work.ts';
import { all, any, MISSING } from './expressions.ts';
import { EVIDENCE_TYPES, isType, STATING } from './fact-types.ts';
import { OTHER_TYPE } from './folded-facts.ts';
import { starts } from './lives.ts';
import { contestedColumn, enterpriseColumn, schemeAlias, statingTypes } from './reading.ts';
import type { EnterpriseColumns } from './reading.ts';
import { READING } from './scheme-work.ts';
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

function stated(attribute: string): string {
  const value = column(attribute);
  return all([isType(statingTypes(STATING, attribute)), 'usable', isStated(value, attribute)]);
}

/** What an attribute is where nothing states it, as in a fact. */
function missing(attribute: string): string {
  switch (attributeType(attribute)) {
    case 'NUMBER':
      return MISSING;
    case 'FLAG':
      return 'toInt8(-1)';
    default:
      return `''`;
  }
}

/** SQL of what the facts that state something say of each enterprise: nearly all have one such fact, and need no choice. */
function statedSql(work: SchemeWork, { attributes, contested }: EnterpriseColumns): string {
  const names = [...attributes];
  const types = STATING.filter((type) => names.some((name) => statingTypes([type], name).length > 0));
  const states = any(names.map((name) => isStated(column(name), name)));
  const latest = [
    ...names.map((name) => {
      const value = `argMaxIf(${column(name)}, rank, ${stated(name)})`;
      return `if(max(${stated(name)}), ${value}, ${missing(name)}) AS ${enterpriseColumn(name)}`;
    }),
    ...[...contested].map((name) => {
      const [last, disputed] = [`maxIf(rank, ${stated(name)})`, `maxIf(rank, ${stated(name)} AND disputed)`];
      return `toUInt8(${disputed} > 0 AND ${disputed} = ${last}) AS ${contestedColumn(name)}`;
    }),
  ];
  const own = [
    ...names.map((name) => `if(${stated(name)}, ${column(name)}, ${missing(name)}) AS ${enterpriseColumn(name)}`),
    ...[...contested].map((name) => `toUInt8(${stated(name)} AND disputed) AS ${contestedColumn(name)}`),
  ];
  const several = `enterprise IN (SELECT enterprise FROM ${work.folded} WHERE ${isType(types)} AND ${states} GROUP BY enterprise HAVING count() > 1)`;
  return `SELECT ${READING}, toUInt8(1) AS is_stated, ${own.join(',\n    ')}
FROM (${work.lives(types, states, `NOT ${several}`)})
UNION ALL
SELECT ${READING}, toUInt8(1) AS is_stated, ${latest.join(',\n    ')}
FROM (${work.lives(types, states, several)})
GROUP BY ${READING}`;
}

/**
 * SQL of a row for each enterprise with a fact that has begun, in each reading: what is read of its attributes, and its class
 * in other schemes. What is asked for must be known by now.
 */
export function enterprisesSql(work: SchemeWork, read: EnterpriseColumns, others: OtherSchemes): string {
  const schemes = [...read.schemes].map(schemeAlias);
  const columns = [
    ...[...read.attributes].map((name) => {
      const own = enterpriseColumn(name);
      return attributeType(name) === 'NUMBER' || attributeType(name) === 'FLAG'
        ? `if(is_stated, stated.${own}, ${missing(name)}) AS ${own}`
        : own;
    }),
    ...[...read.contested].map(contestedColumn),
    ...schemes.map((scheme) => `${scheme}_class`),
  ];
  const joins = [...read.schemes].map((scheme) => {
    const name = schemeAlias(scheme);
    return `\nLEFT JOIN (SELECT enterprise, class_code AS ${name}_class FROM ${others(scheme)}) AS ${name} USING (enterprise)`;
  });
  return `SELECT ${READING}, last_evidence, ${columns.join(',\n    ')}
FROM (${everyone(work)}) AS everyone
LEFT JOIN (${statedSql(work, read)}) AS stated USING (${READING})${joins.join('')}`;
}
