import type { RuleSetDefinition } from '#libs/risk-model';
import { any } from './expressions.ts';
import { EVIDENCE_TYPES, FREQUENT_TYPES, isType, STATING } from './fact-types.ts';
import { OTHER_TYPE } from './folded-facts.ts';
import { lives, starts } from './lives.ts';
import type { Aggregate, Reading } from './reading.ts';

const SUBJECT = 'subject_scheme, subject_value';

/** Column with the start of the last fact that is evidence of the enterprise, as `since`; 0 without one. */
export const LAST_EVIDENCE = 'last_evidence';

const IS_EVIDENT = any([isType(EVIDENCE_TYPES), `type = ${OTHER_TYPE}`]);
const LAST = `maxIf(since, ${IS_EVIDENT}) AS ${LAST_EVIDENCE}`;

/** Aggregates that are worked out over the same facts. */
interface Family {
  readonly types: readonly string[];
  readonly aggregates: readonly Aggregate[];
}

/** A frequent type has a family of its own, those that state attributes are one, all others another. */
function nameOfFamily({ types }: Aggregate): string {
  if (types.every((type) => STATING.includes(type))) return 'stating';
  const [only, ...more] = types;
  return only !== undefined && more.length === 0 && FREQUENT_TYPES.includes(only) ? only : 'rest';
}

function familiesOf(aggregates: readonly Aggregate[]): Family[] {
  const named = new Map<string, Aggregate[]>();
  for (const item of aggregates) named.set(nameOfFamily(item), [...(named.get(nameOfFamily(item)) ?? []), item]);
  return [...named.values()].map((members) => ({
    types: [...new Set(members.flatMap(({ types }) => types))],
    aggregates: members,
  }));
}

function selected(aggregates: readonly Aggregate[]): string {
  return aggregates.map(({ expression, name }) => `${expression} AS ${name}`).join(',\n    ');
}

/** The rule set as far as it speaks of some fact types: how their facts live. */
function narrowed(definition: RuleSetDefinition, types: readonly string[]): RuleSetDefinition {
  return {
    ...definition,
    facts: definition.facts.filter(({ type }) => types.includes(type)),
    classifications: definition.classifications.filter(({ factType }) => types.includes(factType)),
  };
}

function familySql(
  { definition, asOf, withoutDisputed }: Reading,
  { types, aggregates }: Family,
  facts: string,
): string {
  const own = `SELECT * FROM (${facts}) WHERE ${isType(types)}`;
  return `SELECT ${SUBJECT}, ${selected(aggregates)}
FROM (${lives(narrowed(definition, types), own, asOf, withoutDisputed)})
GROUP BY ${SUBJECT}`;
}

/**
 * SQL of one row for each enterprise with a fact that has begun: the aggregates of a reading and LAST_EVIDENCE. In families,
 * an aggregate sees facts of its own types, and those of few others, only; what it is of no fact is what a join fills in.
 */
export function gatheredSql(reading: Reading, facts: string, inFamilies: boolean): string {
  const { definition, asOf, withoutDisputed, aggregates } = reading;
  if (!inFamilies) {
    return `SELECT ${SUBJECT}, ${LAST}, ${selected(aggregates)}
FROM (${lives(definition, facts, asOf, withoutDisputed)})
GROUP BY ${SUBJECT}`;
  }
  const everyone = `SELECT ${SUBJECT}, ${LAST} FROM (${starts(definition, facts, asOf)}) GROUP BY ${SUBJECT}`;
  const families = familiesOf(aggregates);
  const names = families.flatMap((family) => family.aggregates.map(({ name }) => name));
  const joins = families.map(
    (family, at) => `\nLEFT JOIN (${familySql(reading, family, facts)}) AS family_${at} USING (${SUBJECT})`,
  );
  return `SELECT ${SUBJECT}, ${[LAST_EVIDENCE, ...names].join(', ')}\nFROM (${everyone}) AS everyone${joins.join('')}`;
}
