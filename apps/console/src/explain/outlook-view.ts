import { FACT_TYPES } from '#libs/contracts';
import { directionOf, type Explanation, type RiskClass } from '#libs/risk-model';
import { isoOf } from './terms.ts';
import type { EndingView, OutlookView } from './views.ts';

/**
 * What the future holds. Of the endings the model tried, those are shown that can happen to a fact of that type and better
 * the class: a registration is never removed, and an inspection result never repaired.
 */
export function outlookView({ outlook, riskClass, facts }: Explanation): OutlookView {
  const { nextChange, improvesAt, endings } = outlook;
  const typeOf = new Map(facts.map(({ factId, factType }) => [factId, factType]));
  return {
    nextChange: nextChange === null ? null : { ...nextChange, at: new Date(nextChange.at).toISOString() },
    improvesAt: isoOf(improvesAt),
    endings: endings.flatMap(({ factId, afterRemoval, afterRepair }): EndingView[] => {
      const registers = FACT_TYPES[typeOf.get(factId) ?? '']?.registers;
      const ways = [
        ...way('REMOVAL', registers?.STANDING?.includes('REMOVED') === true, riskClass, afterRemoval),
        ...way('REPAIR', registers?.PUBLICITY?.includes('REPAIRED') === true, riskClass, afterRepair),
      ];
      return ways.length === 0 ? [] : [{ factId, ways }];
    }),
  };
}

function way(
  by: EndingView['ways'][number]['by'],
  possible: boolean,
  now: RiskClass | null,
  after: RiskClass | null,
): EndingView['ways'] {
  if (!possible || now === null || after === null || directionOf(now, after) !== 'IMPROVED') return [];
  return [{ by, riskClass: after }];
}
