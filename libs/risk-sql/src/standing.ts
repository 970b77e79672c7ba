import type { RuleSetDefinition } from '#libs/risk-model';
import { accountSql, directCodes, judgedClass } from './account.ts';
import { all, layer, list, NEVER, text, TRUE } from './expressions.ts';
import { enterpriseTable } from './folded-facts.ts';
import { isWithin } from './moments.ts';
import { enterpriseColumn } from './reading.ts';
import type { OtherSchemes, SchemeWork } from './scheme-work.ts';

/** How the class that the facts come to becomes the one that is told: as it is, or with hysteresis. */
export interface Settling {
  /** SQL of the class numbers of the period before, by enterprise: columns `previous_code`. */
  readonly previous: string;
}

const PARTICULARS: Readonly<Record<string, string>> = {
  town: 'town',
  industry: 'industry',
  entity_kind: 'entityKind',
  status: 'status',
  registered_at: 'registeredAt',
};

function evidenceLevel({ definition: { evidence }, asOf }: SchemeWork): string {
  const months = { unit: 'MONTH', length: evidence.months } as const;
  const newSince = enterpriseColumn(evidence.newSince);
  const isNew = all([`${newSince} > -${NEVER}`, isWithin(newSince, months, asOf)]);
  const isEvident = isWithin(`(last_evidence - 4000000000000000000)`, months, asOf);
  return `multiIf(${isNew}, 'NEW', ${isEvident}, 'NORMAL', 'LOW')`;
}

const SUBJECT = ['enterprise', 'subject_scheme', 'subject_value'];

/** Columns of an account that the class is made of: those of the reading without facts under objection, where there is one. */
const JUDGED = ['score', 'groups', 'met', 'worst', 'has_left', 'applies'];

/** SQL of every enterprise with both readings: an account with all facts, for the score, and c_… for the class. */
function bothReadings(work: SchemeWork): string {
  const particulars = Object.entries(PARTICULARS).map(
    ([name, attribute]) => `${enterpriseColumn(attribute)} AS ${name}`,
  );
  const enterprises = `SELECT enterprise, last_evidence, ${particulars.join(', ')}, ${evidenceLevel(work)} AS evidence_level
FROM ${work.table('enterprises')} WHERE reading = 0`;
  const judged = JUDGED.map((name) => `if(u.has_reading, u.${name}, a.${name}) AS c_${name}`);
  const account = ['score', 'groups', 'positive', 'place_points', 'override_code'];
  const own = [...SUBJECT, 'last_evidence', ...Object.keys(PARTICULARS), 'evidence_level'];
  return `SELECT ${own.join(', ')}, ${account.map((name) => `a.${name} AS ${name}`).join(', ')}, ${judged.join(', ')}
FROM ${enterpriseTable(work.folded)} AS names
INNER JOIN (${enterprises}) AS e USING (enterprise)
LEFT JOIN (${accountSql(work, 0)}) AS a USING (enterprise)
LEFT JOIN (
    SELECT enterprise, toUInt8(1) AS has_reading, ${JUDGED.map((name) => `o.${name} AS ${name}`).join(', ')}
    FROM (SELECT enterprise FROM ${work.table('disputed')}) AS d
    LEFT JOIN (${accountSql(work, 1)}) AS o USING (enterprise)
) AS u USING (enterprise)`;
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
  return `\nLEFT JOIN (SELECT enterprise, direct AS base_direct FROM ${others(base)}) AS base USING (enterprise)`;
}

function applies({ appliesTo }: RuleSetDefinition): string {
  return appliesTo === null ? TRUE : 'c_applies';
}

function judgedRows(work: SchemeWork, others: OtherSchemes): string {
  const { definition } = work;
  const { base } = definition.scheme;
  const rows = `SELECT * FROM (${bothReadings(work)}) AS readings${baseJoin(base, others)}`;
  const isRated = all(['last_evidence > 0', 'NOT c_has_left']);
  const account = { score: 'c_score', groups: 'c_groups', worst: 'c_worst' };
  const hysteresis = definition.official?.hysteresisPoints ?? 0;
  const fromBase = base === null ? '0' : `if(notEmpty(base_direct), 4, 0)`;
  const codes = directCodes(definition, 'c_met');
  const direct = base === null ? codes : `arrayConcat(${inherited(base)}, ${codes})`;
  const judged = (plus: number): string =>
    `toUInt8(if(${isRated}, greatest(${judgedClass(definition, account, plus)}, ${fromBase}), 0))`;
  const classes = { computed_code: judged(0), raised_code: judged(hysteresis) };
  const rated = `SELECT * FROM (${rows}) WHERE ${applies(definition)}`;
  return layer({ direct: `if(computed_code = 0, emptyArrayString(), ${direct})` }, layer(classes, rated));
}

const SETTLED = `if(computed_code = 0 OR previous_code = 0 OR raised_code = 0, computed_code, greatest(computed_code, least(previous_code, raised_code)))`;

function settledRows(rows: string, settling: Settling | null): string {
  if (settling === null) return `SELECT *, computed_code AS settled_code, toUInt8(0) AS previous_code FROM (${rows})`;
  return `SELECT *, ${SETTLED} AS settled_code
FROM (${rows}) AS rolling
LEFT JOIN (${settling.previous}) AS before USING (enterprise)`;
}

/** A scheme that takes the class of its base as it is, for the enterprises that it applies to. */
function takenFromBase(work: SchemeWork, others: OtherSchemes, settling: Settling | null): string {
  const { definition } = work;
  const { base } = definition.scheme;
  if (base === null) throw new Error(`${definition.id}: a scheme that takes its base's class has no base`);
  const rows = `SELECT taken.* EXCEPT (direct, scheme_id, rule_set, raised_code, previous_code), arrayMap(code -> concat(${text(`${base}:`)}, code), taken.direct) AS direct,
    computed_code AS raised_code
FROM ${others(base)} AS taken
INNER JOIN (SELECT enterprise FROM (${bothReadings(work)}) WHERE ${applies(definition)}) AS gate USING (enterprise)`;
  const previous = settling === null ? '' : `LEFT JOIN (${settling.previous}) AS before USING (enterprise)`;
  return `SELECT ${text(definition.scheme.id)} AS scheme_id, ${identity(definition)} AS rule_set, ${columnsOfStanding(settling === null ? 'toUInt8(0)' : 'previous_code')}
FROM (${rows}) AS own ${previous}`;
}

const CARRIED = [
  'score',
  'computed_code',
  'class_code',
  'direct',
  'groups',
  'place_points',
  'positive',
  'override_code',
  'raised_code',
];

function columnsOfStanding(previous: string): string {
  return [...SUBJECT, ...CARRIED, `${previous} AS previous_code`, ...Object.keys(PARTICULARS), 'evidence_level'].join(
    ', ',
  );
}

function identity({ id, version }: RuleSetDefinition): string {
  return text(`${id}@${version}`);
}

/**
 * SQL of where every enterprise stands in one scheme: one row for each that it rates, with class numbers (A = 1, 0 = not in the
 * population).
 */
export function standingSql(work: SchemeWork, others: OtherSchemes, settling: Settling | null): string {
  const { definition } = work;
  if (definition.scheme.takesBase) return takenFromBase(work, others, settling);
  const rows = settledRows(judgedRows(work, others), settling);
  return `SELECT
    ${SUBJECT.join(', ')}, ${text(definition.scheme.id)} AS scheme_id, ${identity(definition)} AS rule_set,
    score, computed_code, toUInt8(${overridden('settled_code')}) AS class_code, direct,
    if(empty(groups), [${list(definition.groups.map(() => 'toInt64(0)'))}], groups) AS groups, place_points, positive,
    toUInt8(if(computed_code = 0, 0, override_code)) AS override_code, raised_code, previous_code,
    ${Object.keys(PARTICULARS).join(', ')}, evidence_level
FROM (${rows})`;
}
