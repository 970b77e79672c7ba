import { codeOfType, isEvidence, STATING_TYPES } from '../facts.ts';
import type {
  Condition,
  DecayStep,
  FactUse,
  Part,
  RuleSetDefinition,
  Span,
  StatePart,
} from '../rule-set/definition.ts';
import type { Reader } from './reader.ts';

/**
 * How far back the rules look on facts of one type. START: every rule reads them within `months` of their start. END: some
 * rule reads them as long as they are usable, so the months begin at their end. CLOSED: some rule begins at their expiry,
 * so only removal and publicity end count as an end. NEVER: one may close another fact at any later time.
 */
export interface LookBack {
  readonly since: 'START' | 'END' | 'CLOSED' | 'NEVER';
  readonly months: number;
}

interface Look {
  readonly type: string;
  readonly since: LookBack['since'];
  readonly span: Span | null;
}

/** From the earliest beginning to the latest: of several rules the last one named decides. */
export const SINCE_ORDER: readonly LookBack['since'][] = ['START', 'END', 'CLOSED', 'NEVER'];
/** The longest row of days that can pass before so many months have: a month has at least 28 days. */
const DAYS_IN_MONTH = 28;

function monthsOf(span: Span | null): number {
  if (span === null) return 0;
  return span.unit === 'MONTH' ? span.length : Math.ceil(span.length / DAYS_IN_MONTH);
}

function lastOf(decay: readonly DecayStep[]): Span | null {
  return decay.at(-1)?.until ?? null;
}

function looksOfState(part: StatePart): Look[] {
  const type = part.select.factType;
  const closers = part.closedBy.map(({ select, order }): Look => {
    const bounded = part.closesAfter !== null && order === 'LATER';
    return { type: select.factType, since: bounded ? 'START' : 'NEVER', span: part.closesAfter };
  });
  const own = (since: LookBack['since'], span: Span | null): Look[] => [{ type, since, span }, ...closers];
  if (part.opens.on === 'EXPIRY') return own('CLOSED', part.closesAfter);
  if (part.closesAfter !== null) return own('START', part.closesAfter);
  return own('END', part.residual === null ? null : lastOf(part.residual.decay));
}

function looksOfPart(part: Part): Look[] {
  switch (part.form) {
    case 'facts': {
      const type = part.select.factType;
      if (part.decay === null) return [{ type, since: 'END', span: null }];
      return [{ type, since: 'START', span: lastOf(part.decay) }];
    }
    case 'state':
      return looksOfState(part);
    case 'clock':
      return [{ type: part.select.factType, since: 'END', span: part.after }];
    case 'count':
    case 'total':
      return [{ type: part.select.factType, since: 'START', span: part.within }];
    case 'excess':
      return [
        { type: part.select.factType, since: 'START', span: part.within },
        { type: part.over, since: 'END', span: null },
      ];
    case 'consecutive':
    case 'derived':
      return [{ type: part.factType, since: 'END', span: null }];
    case 'drop': {
      const both: Span = { unit: 'MONTH', length: part.everyMonths + monthsOf(part.within) };
      return [{ type: part.factType, since: 'END', span: both }];
    }
    default:
      return [];
  }
}

function looksOfCondition(condition: Condition): Look[] {
  switch (condition.kind) {
    case 'any':
    case 'all':
      return condition.of.flatMap(looksOfCondition);
    case 'not':
      return looksOfCondition(condition.of);
    case 'fact': {
      const { select, opens, within, after } = condition;
      if (opens.on === 'EXPIRY') return [{ type: select.factType, since: 'CLOSED', span: within ?? after }];
      if (within !== null) return [{ type: select.factType, since: 'START', span: within }];
      return [{ type: select.factType, since: 'END', span: after }];
    }
    case 'count':
      return [{ type: condition.select.factType, since: 'START', span: condition.within }];
    default:
      return [];
  }
}

function looksOfLifetime({ type, lifetime }: FactUse): Look[] {
  const { publicityMonths } = lifetime;
  if (publicityMonths === null) return [];
  const lengths = typeof publicityMonths === 'number' ? [publicityMonths] : Object.values(publicityMonths);
  return [{ type, since: 'START', span: { unit: 'MONTH', length: Math.max(...lengths) } }];
}

/** Types that state attributes, leave the population or are evidence are read by rules that no indicator names. */
function looksOfFrame(definition: RuleSetDefinition, type: string): Look[] {
  const { population, evidence, overrides } = definition;
  const looks: Look[] = [];
  const code = codeOfType(type);
  const stating = code !== undefined && STATING_TYPES.includes(code);
  const leaving = population.leavingFacts.some((select) => select.factType === type);
  if (stating || leaving) looks.push({ type, since: 'END', span: null });
  if (overrides !== null && type === 'override.class') {
    looks.push({ type, since: 'END', span: { unit: 'DAY', length: overrides.maxDays } });
  }
  if (isEvidence(code ?? type)) {
    looks.push({ type, since: 'START', span: { unit: 'MONTH', length: evidence.months } });
  }
  return looks;
}

function allLooks(definition: RuleSetDefinition): Look[] {
  const { indicators, conditions, warnings, appliesTo, facts } = definition;
  const stated = [
    ...conditions.map(({ when }) => when),
    ...warnings.flatMap(({ when }) => (when.kind === 'NEWLY_MET' ? [when.condition] : [])),
    ...(appliesTo === null ? [] : [appliesTo]),
  ];
  return [
    ...indicators.flatMap(({ parts }) => parts.flatMap(looksOfPart)),
    ...stated.flatMap(looksOfCondition),
    ...facts.flatMap(looksOfLifetime),
  ];
}

/** How far back any rule looks on facts of a type: windows, decays, residuals, clocks, publicity and evidence. */
export function lookBackOf(definition: RuleSetDefinition, type: string): LookBack {
  const looks = [...allLooks(definition).filter((look) => look.type === type), ...looksOfFrame(definition, type)];
  const since = Math.max(0, ...looks.map((look) => SINCE_ORDER.indexOf(look.since)));
  return {
    since: SINCE_ORDER[since] as LookBack['since'],
    months: Math.max(0, ...looks.map(({ span }) => monthsOf(span))),
  };
}

/** The least months that facts of a type must be kept after what `lookBackOf` counts from. */
export function requiredKeepMonths(definition: RuleSetDefinition, type: string): number {
  return lookBackOf(definition, type).months;
}

/** Refuses a fact type that is kept for less time than some rule looks back. */
export function checkRetention(facts: Reader, definition: RuleSetDefinition): void {
  for (const { type, keepMonths } of definition.facts) {
    if (keepMonths === null) continue;
    const { since, months } = lookBackOf(definition, type);
    const at = facts.at(type).at('keepMonths');
    if (since === 'NEVER') at.fail('is not expected: a fact that closes another at any later time is always kept');
    else if (keepMonths < months) at.fail(`is too short: a rule looks back ${months} months`);
  }
}
