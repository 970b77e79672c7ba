import { fullWeightOf } from '#libs/risk-model';
import type { Condition, FactCondition } from '#libs/risk-model';
import { all, any, FALSE, isOneOf, not } from './expressions.ts';
import { publicityIsOver } from './lives.ts';
import { days, isWithin } from './moments.ts';
import { classCode } from './parts/enterprise-parts.ts';
import { countHolds } from './parts/window-parts.ts';
import { isValue, startsWithOneOf } from './predicates.ts';
import type { Reading, Selected } from './reading.ts';

/** SQL: the fact is in the last days before the end that is known for it. */
function endsWithin(reading: Reading, { opens }: FactCondition, count: number): string {
  const at = reading.asOf + days(count);
  const end = opens.on === 'EXPIRY' ? 'removed_at' : 'closed_at';
  return any([`${end} <= ${at}`, publicityIsOver(reading.definition, at)]);
}

function factsThatHold(reading: Reading, condition: FactCondition): Selected {
  const { select, opens, within, after, unlessPerformance, endsWithinDays } = condition;
  return reading.selectOpen(
    select,
    opens,
    ...(within === null ? [] : [isWithin('start', within, reading.asOf)]),
    ...(after === null ? [] : [not(isWithin('start', after, reading.asOf))]),
    ...(unlessPerformance === null ? [] : [not(reading.holdsPerformance(unlessPerformance))]),
    ...(endsWithinDays === null ? [] : [endsWithin(reading, condition, endsWithinDays)]),
  );
}

/** Facts any one of which meets the condition; null for a condition on something else. */
export function factsOf(reading: Reading, condition: Condition): Selected | null {
  if (condition.kind === 'fact') return factsThatHold(reading, condition);
  if (condition.kind !== 'fullWeight') return null;
  return factsThatHold(reading, fullWeightOf(reading.definition, condition.indicator));
}

/** SQL that says whether a state of an indicator is open. */
export type OpenOf = (indicator: string) => string;

/** Where a condition stands before all indicators: who is rated at all. */
const NOTHING_OPEN: OpenOf = () => FALSE;

/** SQL of a condition on the row of an enterprise. */
export function conditionSql(reading: Reading, condition: Condition, openOf: OpenOf = NOTHING_OPEN): string {
  switch (condition.kind) {
    case 'any':
      return any(condition.of.map((item) => conditionSql(reading, item, openOf)));
    case 'all':
      return all(condition.of.map((item) => conditionSql(reading, item, openOf)));
    case 'not':
      return not(conditionSql(reading, condition.of, openOf));
    case 'open':
      return openOf(condition.indicator);
    case 'fact':
    case 'fullWeight':
      return reading.exists(factsOf(reading, condition) as Selected);
    case 'count':
      return countHolds(reading, condition);
    case 'attribute':
      return isValue(reading.enterprise(condition.attribute), condition.attribute, condition.values);
    case 'attributePrefix':
      return startsWithOneOf(reading.enterprise(condition.attribute), condition.attribute, condition.prefixes);
    case 'schemeClass':
      return isOneOf(reading.classIn(condition.scheme), condition.classes.map(classCode));
  }
}
