import type { ExclusiveSet, IndicatorDefinition, RuleSetDefinition } from '#libs/risk-model';
import { isStated } from './attributes.ts';
import { placesOf } from './contributions.ts';
import { any, layer, list } from './expressions.ts';
import { stillCounts, decayed } from './parts/fact-parts.ts';
import type { PartSql } from './parts/part-sql.ts';
import { partSql } from './parts/part.ts';
import { Reading } from './reading.ts';
import type { EnterpriseColumns, Selected } from './reading.ts';
import { gathered, READING } from './scheme-work.ts';
import type { SchemeWork } from './scheme-work.ts';

/** An indicator of an exclusive set or of the one-incident-once set. */
interface Involved {
  readonly indicator: IndicatorDefinition;
  readonly parts: readonly PartSql[];
  /** Its place in the sums, from 1. */
  readonly place: number;
  /** Name of the column with its points before choices. */
  readonly sum: string;
}

/** A fact with a case number that brings something, as SQL on a row of lives. */
interface CaseFact {
  readonly facts: Selected;
  readonly place: number;
  readonly points: string;
}

function caseFacts(reading: Reading, involved: readonly Involved[]): CaseFact[] {
  return involved.flatMap(({ indicator, place }) =>
    indicator.parts.flatMap((part) => {
      if (part.form !== 'facts') return [];
      const counts = stillCounts(reading, part.decay, 'start');
      const facts = reading.select(part.select, 'usable', `case_number != ''`, ...counts);
      return [{ facts, place, points: decayed(reading, part.points, part.decay, 'start') }];
    }),
  );
}

/** Contributions with a case number, as tuples (case, place, points). */
function caseEntries(reading: Reading, involved: readonly Involved[]): string {
  const arrays = caseFacts(reading, involved).map(({ facts, place, points }) =>
    reading.collect(facts, `(case_number, toUInt8(${place}), toInt64(${points}))`),
  );
  return arrays.length === 1 ? (arrays[0] as string) : `arrayConcat(${arrays.join(', ')})`;
}

/** Cases that more than one contribution shares, in order of the number. */
function sharedCases(entries: string): string {
  const others = `arrayCount(o -> o.1 = e.1, ${entries})`;
  return `arraySort(arrayDistinct(arrayMap(e -> e.1, arrayFilter(e -> ${others} > 1, ${entries}))))`;
}

/** For each shared case its options (place, points): of one indicator only the greatest contribution can be the best. */
function caseChoices(entries: string, shared: string): string {
  const own = `arrayFilter(e -> e.1 = c, ${entries})`;
  const option = `(i, arrayMax(arrayMap(e -> e.3, arrayFilter(e -> e.2 = i, ${own}))))`;
  return `arrayMap(c -> arrayMap(i -> ${option}, arraySort(arrayDistinct(arrayMap(e -> e.2, ${own})))), ${shared})`;
}

/** An exclusive set in which all facts exclude each other: one choice among the members that have points. */
function plainChoice(members: readonly Involved[]): string {
  const options = members.map(({ sum, place }) => `(toUInt8(${place}), toInt64(${sum}))`);
  return `arrayFilter(choice -> length(choice) > 1, [arrayFilter(o -> o.2 > 0, [${options.join(', ')}])])`;
}

function keyedEntries({ indicator, parts, place }: Involved, per: string): string {
  const arrays = parts.map(({ entriesBy }) => {
    if (entriesBy === null) throw new Error(`${indicator.code}: no contributions by ${per}`);
    return entriesBy(per);
  });
  const joined = arrays.length === 1 ? (arrays[0] as string) : `arrayConcat(${arrays.join(', ')})`;
  return `arrayMap(e -> (e.1, toUInt8(${place}), e.2), arrayFilter(e -> e.2 > 0, ${joined}))`;
}

/** Tuples (key, place, points) of a set whose facts exclude each other only where they share a key. */
function entriesOfSet(members: readonly Involved[], per: string): string {
  return `arrayConcat(${members.map((item) => keyedEntries(item, per)).join(', ')})`;
}

/** Keys that contributions of more than one member share. */
function sharedKeys(entries: string, per: string): string {
  const places = `arrayMap(e -> e.2, arrayFilter(e -> e.1 = key, ${entries}))`;
  const keys = `arraySort(arrayDistinct(arrayMap(e -> e.1, ${entries})))`;
  return `arrayFilter(key -> ${isStated('key', per)} AND length(arrayDistinct(${places})) > 1, ${keys})`;
}

/** How contributions of an indicator come together; the other way cannot be chosen contribution by contribution. */
function isGreatest({ indicator, parts }: Involved): boolean {
  const greatest = parts.every((part) => part.greatest) && (parts.length === 1 || indicator.combine === 'GREATEST');
  const summed = parts.every((part) => !part.greatest) && (parts.length === 1 || indicator.combine === 'SUM');
  if (greatest === summed) throw new Error(`${indicator.code}: parts of different kinds in a keyed exclusive set`);
  return greatest;
}

/** Sum of the group's points when the involved indicators have these sums: what a choice is measured by. */
function totalOf(definition: RuleSetDefinition, involved: readonly Involved[], sums: string): string {
  const groups = definition.groups.flatMap(({ code, cap }) => {
    const members = involved.filter(({ indicator }) => indicator.group === code);
    if (members.length === 0) return [];
    const points = members.map(({ place, indicator }) => `least(${sums}[${place}], ${indicator.cap})`);
    return [
      `least(fixed_${definition.groups.findIndex((group) => group.code === code)} + ${points.join(' + ')}, ${cap})`,
    ];
  });
  return groups.join(' + ');
}

/** Codes of the indicators that there may be something to choose of. */
function codesInvolved({ exclusive, incidentOrder }: RuleSetDefinition): string[] {
  return [...new Set([...exclusive.flatMap(({ members }) => members), ...incidentOrder])];
}

/** Places of the indicators that a choice may change, in the order of the choice; none without anything to choose. */
export function chosenPlaces(definition: RuleSetDefinition): number[] {
  return codesInvolved(definition).map((code) => definition.indicators.findIndex((item) => item.code === code));
}

interface Model {
  readonly involved: readonly Involved[];
  readonly ofCodes: (codes: readonly string[]) => Involved[];
}

function modelOf(reading: Reading): Model {
  const { definition } = reading;
  const involved = codesInvolved(definition).map((code, at): Involved => {
    const indicator = definition.indicators.find((item) => item.code === code) as IndicatorDefinition;
    const parts = indicator.parts.map((part) => partSql(reading, part));
    return { indicator, parts, sum: sumColumn(definition, code), place: at + 1 };
  });
  const ofCodes = (codes: readonly string[]): Involved[] =>
    codes.map((code) => involved.find(({ indicator }) => indicator.code === code) as Involved);
  return { involved, ofCodes };
}

/** Column with the points of an indicator before choices. */
function sumColumn(definition: RuleSetDefinition, code: string): string {
  return `s${definition.indicators.findIndex((item) => item.code === code)}`;
}

/**
 * SQL of the enterprises in a reading in which several members of an exclusive set have points, or several contributions one
 * case number; null where the rule set leaves nothing to choose.
 */
export function conflictsSql(work: SchemeWork, enterprise: EnterpriseColumns): string | null {
  const { definition, asOf } = work;
  const reading = new Reading(definition, asOf, enterprise);
  const { involved, ofCodes } = modelOf(reading);
  if (involved.length === 0) return null;
  const placeOf = (code: string): number => definition.indicators.findIndex((item) => item.code === code);
  const sets = definition.exclusive.map(({ members }) => `countIf(place IN (${list(members.map(placeOf))})) > 1`);
  const queries =
    sets.length === 0
      ? []
      : [
          `SELECT ${READING} FROM ${work.table('points')} WHERE place IN (${list(definition.exclusive.flatMap(({ members }) => members).map(placeOf))}) AND points > 0
GROUP BY ${READING} HAVING ${any(sets)}`,
        ];
  const cases = caseFacts(reading, ofCodes(definition.incidentOrder));
  if (cases.length > 0) {
    const types = [...new Set(cases.flatMap(({ facts }) => facts.types))];
    const entries = cases.map(({ facts }) => `toUInt64(${facts.where})`);
    queries.push(
      `SELECT ${READING} FROM (${work.lives(types, `case_number != ''`)}) GROUP BY ${READING}, case_number HAVING sum(${entries.join(' + ')}) > 1`,
    );
  }
  return `SELECT DISTINCT ${READING} FROM (${queries.join('\nUNION ALL\n')})`;
}

/** Points before choices of the enterprises with a conflict: s<place> of the indicators in question, fixed_<group> of the rest. */
function sumsInConflict(work: SchemeWork, places: readonly number[]): string {
  const { definition } = work;
  const sums = places.map((place) => `sumIf(points, place = ${place}) AS s${place}`);
  const fixed = definition.groups.map(({ code }, at) => {
    const own = definition.indicators.flatMap((indicator, place) =>
      indicator.group === code && !indicator.positive && !places.includes(place)
        ? [`sumIf(least(points, ${indicator.cap}), place = ${place})`]
        : [],
    );
    return `${own.length === 0 ? 'toInt64(0)' : own.join(' + ')} AS fixed_${at}`;
  });
  return `SELECT ${[READING, ...sums, ...fixed].join(',\n    ')}
FROM ${work.table('points')}
WHERE place < ${placesOf(definition).indicators} AND (${READING}) IN (SELECT ${READING} FROM ${work.table('conflicts')})
GROUP BY ${READING}`;
}

/**
 * SQL of exclusive sets (互斥) and one incident once, for the enterprises with a conflict: the choice with the highest total
 * after caps, of equal totals the first in order. Branches with equal capped sums are one, the earlier way is kept. Rows:
 * place and points of each indicator in question.
 */
export function chosenSql(work: SchemeWork, enterprise: EnterpriseColumns): string {
  const { definition, asOf } = work;
  const reading = new Reading(definition, asOf, enterprise);
  const { involved, ofCodes } = modelOf(reading);
  const sets = definition.exclusive.map((set, at) => setSql(set, ofCodes(set.members), at));
  const cases = casesSql(reading, ofCodes(definition.incidentOrder));
  const pieces = [...sets, ...(cases === null ? [] : [cases])];
  const base = involved.map((item) => {
    const piece = pieces.find(({ members }) => members.includes(item));
    return `toInt64(${piece === undefined ? item.sum : piece.base(item)})`;
  });
  const greatest = involved.filter((item) =>
    sets.some((set) => set.keyed && set.members.includes(item) && isGreatest(item)),
  );
  const joined = (s: string, points: string): string =>
    greatest.length === 0
      ? `${s} + ${points}`
      : `if(i IN (${list(greatest.map(({ place }) => place))}), greatest(${s}, ${points}), ${s} + ${points})`;
  const caps = `[${list(involved.map(({ indicator }) => indicator.cap))}]`;
  const step = `arrayDistinct(arrayFlatten(arrayMap(b -> arrayMap(o -> tuple(arrayMap((s, i, cap) -> if(i = o.1, least(cap, ${joined('s', 'o.2')}), s), b.1, ${`[${list(involved.map(({ place }) => place))}]`}, ${caps})), choice), branches)))`;
  const branches = `arrayFold((branches, choice) -> ${step}, arrayConcat(${pieces.map((piece) => piece.choices).join(', ')}), [tuple([${base.join(', ')}])])`;
  const best = `arrayFirst(b -> ${totalOf(definition, involved, 'b.1')} = arrayMax(x -> ${totalOf(definition, involved, 'x.1')}, all_branches), all_branches).1`;
  const entries = Object.assign({}, ...pieces.map((piece) => piece.entries)) as Record<string, string>;
  const shared = Object.assign({}, ...pieces.map((piece) => piece.shared)) as Record<string, string>;
  const places = chosenPlaces(definition);
  const rows = layer(
    { chosen: `arrayMap(all_branches -> ${best}, [branches])[1]` },
    layer({ branches }, layer(shared, layer(entries, factsInConflict(work, reading, places)))),
  );
  return `SELECT ${READING}, line.1 AS place, line.2 AS points
FROM (SELECT ${READING}, arrayJoin(arrayZip([${list(places.map((place) => `toUInt8(${place})`))}], chosen)) AS line FROM (${rows}))`;
}

/** Rows of the enterprises with a conflict: sums, what is asked of their facts, and of themselves. */
function factsInConflict(work: SchemeWork, reading: Reading, places: readonly number[]): string {
  const conflicts = `enterprise IN (SELECT enterprise FROM ${work.table('conflicts')})`;
  const sums = `SELECT * FROM (${sumsInConflict(work, places)}) AS sums`;
  const facts =
    reading.types.length === 0
      ? ''
      : `\nLEFT JOIN (${gathered(reading.aggregates, work.lives(reading.types, conflicts))}) AS gathered USING (${READING})`;
  const own = reading.readsEnterprise
    ? `\nLEFT JOIN (SELECT * FROM ${work.table('enterprises')} WHERE ${conflicts}) AS own USING (${READING})`
    : '';
  return `${sums}${facts}${own}`;
}

interface Piece {
  readonly members: readonly Involved[];
  readonly keyed: boolean;
  /** Columns with the contributions in question, and with the keys or cases that several of them share. */
  readonly entries: Readonly<Record<string, string>>;
  readonly shared: Readonly<Record<string, string>>;
  /** SQL of an array of choices, each an array of options (place, points). */
  readonly choices: string;
  /** SQL of a member's sum without what is chosen. */
  readonly base: (member: Involved) => string;
}

function setSql({ per }: ExclusiveSet, members: readonly Involved[], at: number): Piece {
  const held = `(${members.map(({ sum }) => `(${sum} > 0)`).join(' + ')}) > 1`;
  if (per === null) {
    return {
      members,
      keyed: false,
      entries: {},
      shared: {},
      choices: plainChoice(members),
      base: ({ sum }) => `if(${held}, 0, ${sum})`,
    };
  }
  const [entries, keys] = [`set${at}_entries`, `set${at}_keys`];
  const own = `arrayMap(e -> e.3, arrayFilter(e -> e.1 = key AND e.2 = i, ${entries}))`;
  const present = `arrayFilter(i -> notEmpty(${own}), [${list(members.map(({ place }) => `toUInt8(${place})`))}])`;
  const points = members.every(isGreatest) ? `arrayMax(${own})` : pointsByMember(members, own);
  return {
    members,
    keyed: true,
    entries: { [entries]: entriesOfSet(members, per) },
    shared: { [keys]: sharedKeys(entries, per) },
    choices: `arrayMap(key -> arrayMap(i -> (i, ${points}), ${present}), ${keys})`,
    base: (member) => baseOfKeyed(member, keyedWithout(member, entries, keys)),
  };
}

function pointsByMember(members: readonly Involved[], own: string): string {
  const greatest = members.filter(isGreatest).map(({ place }) => place);
  return greatest.length === 0
    ? `arraySum(${own})`
    : `if(i IN (${list(greatest)}), arrayMax(${own}), arraySum(${own}))`;
}

function keyedWithout({ place }: Involved, entries: string, keys: string): string {
  return `arrayMap(e -> e.3, arrayFilter(e -> e.2 = ${place} AND NOT has(${keys}, e.1), ${entries}))`;
}

function baseOfKeyed(member: Involved, points: string): string {
  return isGreatest(member) ? `arrayMax(arrayPushFront(${points}, toInt64(0)))` : `arraySum(${points})`;
}

function casesSql(reading: Reading, members: readonly Involved[]): Piece | null {
  if (members.length === 0) return null;
  const [entries, shared] = ['case_entries', 'case_shared'];
  return {
    members,
    keyed: false,
    entries: { [entries]: caseEntries(reading, members) },
    shared: { [shared]: sharedCases(entries) },
    choices: caseChoices(entries, shared),
    base: ({ sum, place }) =>
      `${sum} - arraySum(arrayMap(e -> e.3, arrayFilter(e -> e.2 = ${place} AND has(${shared}, e.1), ${entries})))`,
  };
}
