import type { FactCondition, FactsPart, RuleSetDefinition } from './definition.ts';

/** A fact of the indicator's first part stands at full weight: within the first step of its decay. */
export function fullWeightOf(definition: RuleSetDefinition, code: string): FactCondition {
  const part = definition.indicators.find((item) => item.code === code)?.parts[0] as FactsPart;
  return {
    kind: 'fact',
    select: part.select,
    opens: { on: 'START' },
    within: part.decay?.[0]?.until ?? null,
    after: null,
    unlessPerformance: null,
    endsWithinDays: null,
  };
}
