import { Contributor } from './contributions.ts';
import type { FactContribution, JointContribution } from './contributions.ts';
import { FREQUENT_TYPES } from './fact-types.ts';
import type { Candidates } from './parts/part-sql.ts';
import { EnterpriseColumns, Reading } from './reading.ts';
import { gathered, READING } from './scheme-work.ts';
import type { SchemeWork } from './scheme-work.ts';

/** The statements of one scheme that come to points, and what they read of the enterprises. */
export interface PointsWork {
  readonly enterprise: EnterpriseColumns;
  /** Fill the table `lines`: what single facts, and facts together, bring to each place. */
  readonly lines: readonly string[];
}

/** Contributions by a key. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

const frequent = (types: readonly string[]): string[] => types.filter((type) => FREQUENT_TYPES.includes(type));

function lineOf(place: number, joined: string, points: string, open: string): string {
  const value = `toInt64(${points})`;
  return joined === 'ADDED'
    ? `(toUInt8(${place}), ${value}, toInt64(0), toUInt8(${open}))`
    : `(toUInt8(${place}), toInt64(0), ${value}, toUInt8(${open}))`;
}

/** SQL of lines out of rows that have several of them. */
function linesOf(lines: readonly string[], rows: string): string {
  return `SELECT ${READING}, line.1 AS place, line.2 AS added, line.3 AS greatest, line.4 AS open
FROM (SELECT ${READING}, arrayJoin(arrayFilter(l -> l.2 != 0 OR l.3 != 0 OR l.4 != 0, [${lines.join(',\n    ')}])) AS line FROM (${rows}))`;
}

/** What facts bring one by one: those of a frequent type for themselves, those of all others together. */
function ofSingleFacts(work: SchemeWork, contributions: readonly FactContribution[]): string[] {
  return grouped(contributions, ({ facts }) => frequent(facts.types).join()).map((items) => {
    const types = [...new Set(items.flatMap(({ facts }) => facts.types))];
    const lines = items.map(({ place, joined, facts, points, opens }) =>
      lineOf(place, joined, `if(${facts.where}, ${points}, 0)`, opens ? facts.where : '0'),
    );
    return linesOf(lines, work.lives(types));
  });
}

function keyOfCandidates(candidates: Candidates | null): string {
  return candidates === null ? '' : `${candidates.facts.where} ${candidates.having}`;
}

/** Enterprises that have the facts; a few more do no harm. */
function amongCandidates(work: SchemeWork, { facts, having }: Candidates): string {
  const rows = `SELECT enterprise FROM (${work.lives(facts.types)}) WHERE ${facts.where}`;
  return `enterprise IN (${rows}${having === null ? '' : ` GROUP BY ${READING} HAVING ${having}`})`;
}

interface Asked {
  readonly item: JointContribution;
  /** Fact types that it reads. */
  readonly types: readonly string[];
}

function asked(work: SchemeWork, enterprise: EnterpriseColumns, item: JointContribution): Asked {
  const reading = new Reading(work.definition, work.asOf, enterprise);
  item.points(reading);
  item.open(reading);
  return { item, types: reading.types };
}

/** Those that read the same frequent types of the same candidates go together. */
function keyOf({ item, types }: Asked): string {
  if (item.ofEveryone || types.length === 0) return 'everyone';
  const often = frequent(types);
  return often.length === 0 ? 'seldom' : `${[...often].sort().join()} ${keyOfCandidates(item.candidates)}`;
}

/** What the facts of an enterprise bring together. */
function ofFactsTogether(
  work: SchemeWork,
  enterprise: EnterpriseColumns,
  contributions: readonly JointContribution[],
): string[] {
  const items = contributions.map((item) => asked(work, enterprise, item));
  return grouped(items, keyOf).map((group) => {
    const reading = new Reading(work.definition, work.asOf, enterprise);
    const lines = group.map(({ item: { place, joined, points, open } }) =>
      lineOf(place, joined, points(reading), open(reading)),
    );
    const isOfEveryone = group.some((item) => keyOf(item) === 'everyone');
    const enterprises = `SELECT * FROM ${work.table('enterprises')}`;
    if (reading.types.length === 0) return linesOf(lines, enterprises);
    const candidates = group[0]?.item.candidates ?? null;
    const isOfFew = candidates !== null && frequent(reading.types).length > 0;
    const facts = work.lives(reading.types, ...(isOfFew ? [amongCandidates(work, candidates)] : []));
    const rows = gathered(reading.aggregates, facts);
    if (isOfEveryone) return linesOf(lines, `${enterprises} AS e LEFT JOIN (${rows}) AS gathered USING (${READING})`);
    if (!reading.readsEnterprise) return linesOf(lines, rows);
    return linesOf(lines, `${enterprises} AS e INNER JOIN (${rows}) AS gathered USING (${READING})`);
  });
}

export function pointsWork(work: SchemeWork): PointsWork {
  const enterprise = new EnterpriseColumns();
  enterprise.attributes.add(work.definition.evidence.newSince);
  const { single, joint } = new Contributor(work.definition, work.asOf, enterprise);
  return { enterprise, lines: [...ofSingleFacts(work, single), ...ofFactsTogether(work, enterprise, joint)] };
}

/** SQL of the points of each place of each enterprise in each reading, before choices and caps. */
export function pointsSql(lines: string): string {
  return `SELECT ${READING}, place, sum(added) + max(greatest) AS points, max(open) AS open
FROM ${lines}
GROUP BY ${READING}, place`;
}

export const LINE_COLUMNS = `reading UInt8, enterprise UInt64, place UInt8, added Int64, greatest Int64, open UInt8`;
