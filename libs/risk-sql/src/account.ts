import type { RuleSetDefinition } from '#libs/risk-model';
import { chosenPlaces } from './choices.ts';
import { placesOf } from './contributions.ts';
import { all, any, firstOf, isOneOf, list, text } from './expressions.ts';
import { classCode } from './parts/enterprise-parts.ts';
import type { SchemeWork } from './scheme-work.ts';

/** Number of the group that a place counts in: groups from 1, the positive pool after them; 0 for what brings no points. */
function groupsOfPlaces({ indicators, groups, conditions }: RuleSetDefinition): number[] {
  const own = indicators.map(({ group, positive }) =>
    positive ? groups.length + 1 : groups.findIndex(({ code }) => code === group) + 1,
  );
  return [...own, ...conditions.map(() => 0), 0, 0, 0];
}

function capsOfPlaces({ indicators, conditions }: RuleSetDefinition): number[] {
  return [...indicators.map(({ cap }) => cap), ...conditions.map(() => 0), 0, 0, 0];
}

/** Places of which an open state suspends the positive pool. */
function suspending({ indicators, positivePool }: RuleSetDefinition): number[] {
  return indicators.flatMap(({ code }, place) => (positivePool.suspendedWhileOpen.includes(code) ? [place] : []));
}

/** Points of each place in one reading; what a choice decided stands in for what was there before, which may still be open. */
function decided(work: SchemeWork, reading: number): string {
  const places = chosenPlaces(work.definition);
  const points = `SELECT enterprise, place, points, open FROM ${work.table('points')} WHERE reading = ${reading}`;
  if (places.length === 0) return points;
  const chosen = `SELECT enterprise, place, points FROM ${work.table('chosen')} WHERE reading = ${reading}`;
  const replaced = all([
    isOneOf('place', places),
    `enterprise IN (SELECT enterprise FROM ${work.table('chosen')} WHERE reading = ${reading})`,
  ]);
  return `SELECT enterprise, place, if(${replaced}, 0, points) AS points, open FROM (${points})
UNION ALL
SELECT enterprise, place, points, toUInt8(0) AS open FROM (${chosen})`;
}

/**
 * SQL of the account of each enterprise that anything counts of, in one reading. Columns: groups and positive (taken off) after
 * caps, score, place_points (place · 2³² + points of each indicator that
 * has any), met (a bit for each condition, in order), worst (class
 * number by conditions), has_left, applies, override_code.
 */
export function accountSql(work: SchemeWork, reading: number): string {
  const { definition } = work;
  const { groups, positivePool, scaleMax, conditions } = definition;
  const places = placesOf(definition);
  if (conditions.length > 64) throw new Error(`${definition.id}: more than 64 conditions`);
  const capped = `SELECT enterprise, place, open, least(points, [${list(capsOfPlaces(definition))}][place + 1]) AS capped, points,
    [${list(groupsOfPlaces(definition))}][place + 1] AS counted_in
FROM (${decided(work, reading)})`;
  const sumOf = (group: number): string => `sumIf(capped, counted_in = ${group})`;
  const isIndicator = `place < ${places.indicators} AND capped != 0`;
  const isCondition = all([`place >= ${places.indicators}`, `place < ${places.conditions}`]);
  const classes = list([0, ...conditions.map(({ riskClass }) => classCode(riskClass))]);
  const columns = {
    groups: `[${groups.map(({ cap }, at) => `least(${sumOf(at + 1)}, ${cap})`).join(', ')}]`,
    positive: `if(max(open AND ${isOneOf('place', suspending(definition))}), 0, least(${sumOf(groups.length + 1)}, ${positivePool.cap}))`,
    place_points: `groupArrayIf(bitShiftLeft(toUInt64(place), 32) + toUInt64(capped), ${isIndicator})`,
    met: `groupBitOr(bitShiftLeft(toUInt64(${isCondition}), if(${isCondition}, toUInt8(place - ${places.indicators}), 0)))`,
    worst: `max([${classes}][if(${isCondition}, place - ${places.indicators} + 2, 1)])`,
    has_left: `max(place = ${places.hasLeft})`,
    applies: `max(place = ${places.applies})`,
    override_code: `maxIf(points, place = ${places.override})`,
  };
  const account = `SELECT enterprise, ${Object.entries(columns)
    .map(([name, value]) => `${value} AS ${name}`)
    .join(',\n    ')}
FROM (${capped})
GROUP BY enterprise`;
  return `SELECT *, toInt64(greatest(0, least(arraySum(groups) - positive, ${scaleMax}))) AS score\nFROM (${account})`;
}

/** An account's columns as one reads them where nothing counts of the enterprise: not there, so empty or 0. */
export interface AccountColumns {
  readonly score: string;
  readonly groups: string;
  readonly worst: string;
}

/** SQL of the number of the class of an account, before a manual class. */
export function judgedClass(definition: RuleSetDefinition, account: AccountColumns, plus = 0): string {
  const score = plus === 0 ? account.score : `(${account.score} + ${plus})`;
  const band = firstOf(
    definition.bands.map(({ to, riskClass }) => [`${score} < ${to}`, classCode(riskClass)]),
    4,
  );
  const { alone } = definition;
  if (alone === null) return `greatest(${band}, ${account.worst})`;
  const others = definition.groups.flatMap(({ code }, at) =>
    code === alone.group ? [] : [`${account.groups}[${at + 1}] != 0`],
  );
  return `greatest(if(${any(others)}, ${band}, least(${band}, ${classCode(alone.worst)})), ${account.worst})`;
}

/** SQL of the codes of the direct determinations that are met. */
export function directCodes({ conditions }: RuleSetDefinition, met: string): string {
  const direct = conditions.flatMap(({ kind }, at) => (kind === 'DIRECT' ? [at] : []));
  if (direct.length === 0) return 'emptyArrayString()';
  const mask = direct.reduce((bits, at) => bits + 2n ** BigInt(at), 0n);
  const codes = conditions.map(({ code }) => text(code));
  return `arrayMap(at -> [${list(codes)}][at + 1], bitPositionsToArray(bitAnd(${met}, ${mask})))`;
}
