import type { RuleSetDefinition } from '#libs/risk-model';
import type { OtherSchemes } from './account.ts';
import { all, layer, text } from './expressions.ts';
import { bothReadings, directCodes, judgedClass } from './population.ts';
import type { Moment } from './population.ts';

const SUBJECT = 'subject_scheme, subject_value';

/** How the class that the facts come to becomes the one that is told: as it is, or with hysteresis. */
export interface Settling {
  /** SQL of the class numbers of the period before, by enterprise: columns `previous_code`. */
  readonly previous: string;
}

const PARTICULARS = ['town', 'industry', 'entity_kind', 'status'];

function evidenceLevel(): string {
  return `multiIf(is_new, 'NEW', is_evident, 'NORMAL', 'LOW')`;
}

/** A manual class may lower a floor, never a direct determination. */
function overridden(settled: string): string {
  return `multiIf(${settled} = 0 OR override_code = 0, ${settled}, notEmpty(direct), greatest(override_code, ${settled}), override_code)`;
}

/** SQL of the direct determinations of the base scheme, as `base:code`. */
function inherited(base: string): string {
  return `arrayMap(code -> concat(${text(`${base}:`)}, code), base_direct)`;
}

function baseJoin(base: string | null, others: OtherSchemes): string {
  if (base === null) return '';
  return `\nLEFT JOIN (SELECT ${SUBJECT}, direct AS base_direct FROM ${others(base)}) AS base USING (${SUBJECT})`;
}

function accounts(definition: RuleSetDefinition, moment: Moment, others: OtherSchemes): string {
  const { base } = definition.scheme;
  const rows = bothReadings(definition, moment, others);
  const joined = `SELECT * FROM (${rows}) AS readings${baseJoin(base, others)}`;
  const isRated = all(['begun', 'NOT c_has_left']);
  const account = { score: 'c_score', groups: 'c_groups', met: 'c_met' };
  const own = judgedClass(definition, account);
  const fromBase = base === null ? '0' : `if(notEmpty(base_direct), 4, 0)`;
  const hysteresis = definition.official?.hysteresisPoints ?? 0;
  const codes = directCodes(definition, 'c_met');
  const direct = base === null ? codes : `arrayConcat(${inherited(base)}, ${codes})`;
  const classes = {
    computed_code: `toUInt8(if(${isRated}, greatest(${own}, ${fromBase}), 0))`,
    raised_code: `toUInt8(if(${isRated}, greatest(${judgedClass(definition, account, hysteresis)}, ${fromBase}), 0))`,
  };
  const rated = `SELECT * FROM (${joined}) WHERE c_applies`;
  return layer({ direct: `if(computed_code = 0, emptyArrayString(), ${direct})` }, layer(classes, rated));
}

const SETTLED = `if(computed_code = 0 OR previous_code = 0 OR raised_code = 0, computed_code, greatest(computed_code, least(previous_code, raised_code)))`;

function settledRows(rows: string, settling: Settling | null): string {
  if (settling === null) return `SELECT *, computed_code AS settled_code, toUInt8(0) AS previous_code FROM (${rows})`;
  return `SELECT *, ${SETTLED} AS settled_code
FROM (${rows}) AS rolling
LEFT JOIN (${settling.previous}) AS before USING (${SUBJECT})`;
}

/** A scheme that takes the class of its base as it is, for the enterprises that it applies to. */
function takenFromBase(
  definition: RuleSetDefinition,
  moment: Moment,
  others: OtherSchemes,
  settling: Settling | null,
): string {
  const { base } = definition.scheme;
  if (base === null) throw new Error(`${definition.id}: a scheme that takes its base's class has no base`);
  const rows = `SELECT taken.* EXCEPT (direct, scheme_id, rule_set, raised_code, previous_code), arrayMap(code -> concat(${text(`${base}:`)}, code), taken.direct) AS direct,
    computed_code AS raised_code
FROM ${others(base)} AS taken
INNER JOIN (SELECT ${SUBJECT} FROM (${bothReadings(definition, moment, others)}) WHERE c_applies) AS gate USING (${SUBJECT})`;
  const previous = settling === null ? '' : `LEFT JOIN (${settling.previous}) AS before USING (${SUBJECT})`;
  return `SELECT ${text(definition.scheme.id)} AS scheme_id, ${text(`${definition.id}@${definition.version}`)} AS rule_set, ${columnsOfStanding(settling === null ? 'toUInt8(0)' : 'previous_code')}
FROM (${rows}) AS own ${previous}`;
}

const CARRIED = [
  'score',
  'computed_code',
  'class_code',
  'direct',
  'groups',
  'points',
  'positive',
  'override_code',
  'raised_code',
];

function columnsOfStanding(previous: string): string {
  const particulars = [...PARTICULARS, 'registered_at', 'evidence_level'];
  return [SUBJECT, ...CARRIED, `${previous} AS previous_code`, ...particulars].join(', ');
}

/**
 * SQL of where every enterprise stands in one scheme: one row for each that it rates, with class numbers (A = 1, 0 = not in the
 * population).
 */
export function standingSql(
  definition: RuleSetDefinition,
  moment: Moment,
  others: OtherSchemes,
  settling: Settling | null,
): string {
  if (definition.scheme.takesBase) return takenFromBase(definition, moment, others, settling);
  const rows = settledRows(accounts(definition, moment, others), settling);
  return `SELECT
    ${SUBJECT}, ${text(definition.scheme.id)} AS scheme_id, ${text(`${definition.id}@${definition.version}`)} AS rule_set,
    score, computed_code, toUInt8(${overridden('settled_code')}) AS class_code, direct, groups, points, positive,
    toUInt8(if(computed_code = 0, 0, override_code)) AS override_code, raised_code, previous_code,
    ${PARTICULARS.join(', ')}, registered_at, ${evidenceLevel()} AS evidence_level
FROM (${rows})`;
}
