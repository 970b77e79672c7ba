import type { RuleSetDefinition } from '#libs/risk-model';
import { column } from './attributes.ts';
import { choicesSql } from './choices.ts';
import type { Choices } from './choices.ts';
import { conditionSql } from './conditions.ts';
import type { OpenOf } from './conditions.ts';
import { all, any, layer, list, NEVER, text, TRUE } from './expressions.ts';
import { isType } from './fact-types.ts';
import { gatheredSql, LAST_EVIDENCE } from './gathered.ts';
import { days, isWithin } from './moments.ts';
import { classCode, CLASSES } from './parts/enterprise-parts.ts';
import { partSql } from './parts/part.ts';
import type { PartSql } from './parts/part-sql.ts';
import { isValue } from './predicates.ts';
import { Reading, schemeAlias } from './reading.ts';

const SUBJECT = ['subject_scheme', 'subject_value'];

interface IndicatorSql {
  readonly code: string;
  readonly parts: readonly PartSql[];
  /** Column with what the parts come to, before choices and cap. */
  readonly sum: string;
}

function indicatorsOf(reading: Reading): IndicatorSql[] {
  return reading.definition.indicators.map(({ code, parts }, at) => ({
    code,
    parts: parts.map((part) => partSql(reading, part)),
    sum: `s${at}`,
  }));
}

function joined(parts: readonly PartSql[], combine: 'SUM' | 'GREATEST'): string {
  const points = parts.map((part) => `toInt64(${part.points})`);
  if (points.length === 1) return points[0] as string;
  return combine === 'SUM' ? points.join(' + ') : `greatest(${points.join(', ')})`;
}

/** SQL: a manual class of the scheme is in force; its class number, 0 without one. */
function overrideOf(reading: Reading): string {
  const { overrides, scheme } = reading.definition;
  if (overrides === null) return '0';
  const [from, until, approved] = [column('validFrom'), column('validUntil'), column('approvedAt')];
  const at = reading.asOf;
  const inForce = all([
    isType(['override.class']),
    `${column('schemeId')} = ${text(scheme.id)}`,
    `${approved} > -${NEVER}`,
    `${from} > -${NEVER}`,
    `${from} <= ${at}`,
    `${from} > ${at - days(overrides.maxDays)}`,
    `${until} > ${at}`,
    `removed_from > ${at}`,
  ]);
  const order = `bitOr(bitShiftLeft(toUInt128(${approved} + 4000000000000000000), 64), toUInt128(fact_key))`;
  const code = `transform(toString(${column('riskClass')}), [${list(CLASSES.map(text))}], [${list(CLASSES.map(classCode))}], 0)`;
  return reading.aggregate(['override.class'], `argMaxIf(${code}, ${order}, ${inForce})`);
}

/** SQL: the enterprise has left the scored population, by its status or by a fact that takes it out. */
function hasLeft(reading: Reading): string {
  const { statusAttribute, leavingStatuses, leavingFacts } = reading.definition.population;
  const status = column(statusAttribute);
  const leaving = leavingFacts.map((select) =>
    reading.exists({ ...reading.select({ ...select, outcome: null }, 'usable', `${status} = ''`), same: [] }),
  );
  return any([...leaving, isValue(reading.enterprise(statusAttribute), statusAttribute, leavingStatuses)]);
}

/** Columns about the enterprise that do not depend on points. */
function particulars(reading: Reading): Record<string, string> {
  const { evidence, appliesTo } = reading.definition;
  const months = { unit: 'MONTH', length: evidence.months } as const;
  const newSince = reading.enterprise(evidence.newSince);
  const isNew = all([`${newSince} > -${NEVER}`, isWithin(newSince, months, reading.asOf)]);
  return {
    begun: `${LAST_EVIDENCE} > 0`,
    is_new: isNew,
    is_evident: isWithin(`(${LAST_EVIDENCE} - 4000000000000000000)`, months, reading.asOf),
    has_left: hasLeft(reading),
    applies: appliesTo === null ? TRUE : conditionSql(reading, appliesTo),
    override_code: overrideOf(reading),
    town: reading.enterprise('town'),
    industry: reading.enterprise('industry'),
    registered_at: reading.enterprise('registeredAt'),
    entity_kind: reading.enterprise('entityKind'),
    status: reading.enterprise('status'),
  };
}

/** Points that indicators without a choice bring to each group. */
function fixedColumns(definition: RuleSetDefinition, chosen: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    definition.groups.map(({ code }, at) => {
      const points = definition.indicators.flatMap((indicator, place) =>
        indicator.group === code && !indicator.positive && !chosen.includes(indicator.code)
          ? [`least(s${place}, ${indicator.cap})`]
          : [],
      );
      return [`fixed_${at}`, points.length === 0 ? 'toInt64(0)' : points.join(' + ')];
    }),
  );
}

function withChoiceColumns(definition: RuleSetDefinition, choices: Choices, summed: string): string {
  const fixed = layer(fixedColumns(definition, choices.codes), summed);
  return choices.columns.reduce((rows, columns) => layer(columns, rows), fixed);
}

function chosenColumn(choices: Choices): string {
  // A list of one element or none: what follows is worked out for the enterprises with a conflict only.
  return `arrayMap(one -> ${choices.sums}, if(${choices.conflict}, [1], emptyArrayUInt8()))`;
}

function pointColumns(definition: RuleSetDefinition, choices: Choices | null): Record<string, string> {
  return Object.fromEntries(
    definition.indicators.map(({ code, cap }, at) => {
      const place = choices?.codes.indexOf(code) ?? -1;
      const sum = place < 0 ? `s${at}` : `if(empty(chosen), s${at}, chosen[1][${place + 1}])`;
      return [`p${at}`, `least(${sum}, ${cap})`];
    }),
  );
}

function groupColumns(definition: RuleSetDefinition): Record<string, string> {
  const pointsOf = (holds: (at: number) => boolean): string => {
    const own = definition.indicators.flatMap((_, at) => (holds(at) ? [`p${at}`] : []));
    return own.length === 0 ? 'toInt64(0)' : own.join(' + ');
  };
  const groups = definition.groups.map(({ code, cap }) => {
    const own = pointsOf((at) => definition.indicators[at]?.group === code && !definition.indicators[at].positive);
    return `least(${own}, ${cap})`;
  });
  return {
    groups: `[${groups.join(', ')}]`,
    points: `[${definition.indicators.map((_, at) => `p${at}`).join(', ')}]`,
    positive: `if(suspended, 0, least(${pointsOf((at) => definition.indicators[at]?.positive === true)}, ${definition.positivePool.cap}))`,
  };
}

function suspendedBy(definition: RuleSetDefinition, indicators: readonly IndicatorSql[]): string {
  return any(
    indicators
      .filter(({ code }) => definition.positivePool.suspendedWhileOpen.includes(code))
      .flatMap(({ parts }) => parts.map(({ open }) => open)),
  );
}

/** SQL of the other schemes that a reading reads, by scheme. */
export type OtherSchemes = (scheme: string) => string;

function withSchemes(reading: Reading, grouped: string, others: OtherSchemes): string {
  const joins = reading.schemes.map(
    (scheme) =>
      `\nLEFT JOIN (SELECT ${SUBJECT.join(', ')}, class_code AS ${schemeAlias(scheme)}_class FROM ${others(scheme)}) AS ${schemeAlias(scheme)} USING (${SUBJECT.join(', ')})`,
  );
  return joins.length === 0 ? grouped : `SELECT * FROM (${grouped}) AS grouped${joins.join('')}`;
}

interface AccountOptions {
  readonly asOf: number;
  readonly withoutDisputed: boolean;
  /** SQL of folded facts. */
  readonly facts: string;
  /** The facts are a table, cheap to read more than once. */
  readonly inFamilies: boolean;
  readonly others: OtherSchemes;
}

/**
 * SQL of one row for each enterprise with a fact that has begun: one reading of its facts. Columns: groups and points (in the
 * order of the definition, after choices and caps), positive (taken off), score, met (conditions, in order), and particulars.
 */
export function accountSql(definition: RuleSetDefinition, options: AccountOptions): string {
  const { asOf, withoutDisputed, facts, inFamilies, others } = options;
  const reading = new Reading(definition, asOf, withoutDisputed);
  const indicators = indicatorsOf(reading);
  const sums = Object.fromEntries(
    indicators.map(({ parts, sum }, at) => [sum, joined(parts, definition.indicators[at]?.combine ?? 'SUM')]),
  );
  const openOf: OpenOf = (code) =>
    any(indicators.filter((item) => item.code === code).flatMap(({ parts }) => parts.map(({ open }) => open)));
  const met = definition.conditions.map(({ when }) => `toUInt8(${conditionSql(reading, when, openOf)})`);
  const first = {
    ...sums,
    suspended: suspendedBy(definition, indicators),
    met: `[${met.length === 0 ? 'toUInt8(0)' : met.join(', ')}]`,
    ...particulars(reading),
  };
  const choices = choicesSql(reading, new Map(indicators.map((item) => [item.code, item])));
  const grouped = gatheredSql(reading, facts, inFamilies);
  const summed = layer(first, withSchemes(reading, grouped, others));
  const chosen =
    choices === null
      ? summed
      : layer({ chosen: chosenColumn(choices) }, withChoiceColumns(definition, choices, summed));
  const counted = layer(groupColumns(definition), layer(pointColumns(definition, choices), chosen));
  const score = `greatest(0, least(arraySum(groups) - positive, ${definition.scaleMax}))`;
  const kept = ['groups', 'points', 'positive', 'met', ...Object.keys(particulars(reading))];
  return `SELECT ${[...SUBJECT, ...kept].join(', ')}, toInt64(${score}) AS score\nFROM (${counted})`;
}
