import { addMonths } from './calendar.ts';
import type { CompiledRuleSet } from './compiled.ts';
import type { Program, TypePlan } from './run.ts';
import { FACT_TYPES, isEvidence } from './facts.ts';
import { emptyLife, readLife } from './life.ts';
import {
  CONTENT,
  CONTENT_EFFECTIVE_AT,
  CONTENT_OCCURRED_AT,
  DISPUTE,
  ID,
  PERFORMANCE,
  PUBLICITY,
  REGISTER_EFFECTIVE_AT,
  STANDING,
  TYPE,
} from './position.ts';
import type { FactState } from './position.ts';
import { lookBackOf, SINCE_ORDER, type LookBack } from './read/retention.ts';
import type { RuleSetDefinition } from './rule-set/definition.ts';

/** How long facts stay in a position: as long as any of some rule sets may read them, or says that they are kept. */
export interface FactKeeping {
  /** By place of the type. */
  readonly byType: readonly LookBack[];
  readonly otherTypes: LookBack;
  /** By place of the type: no fact that began less than so many milliseconds ago can be over; Infinity = never. */
  readonly leastAge: Float64Array;
  readonly programs: readonly Program[];
}

const NO_TYPE = '(any other)';

function keepingOf(definitions: readonly RuleSetDefinition[], type: string): LookBack {
  let [since, months] = [0, 0];
  for (const definition of definitions) {
    const look = lookBackOf(definition, type);
    since = Math.max(since, SINCE_ORDER.indexOf(look.since));
    months = Math.max(months, look.months, definition.facts.find((use) => use.type === type)?.keepMonths ?? 0);
  }
  return { since: SINCE_ORDER[since] as LookBack['since'], months };
}

// Stryker disable all: only saves the closer look at facts that cannot be over
const SHORTEST_MONTH_MS = 28 * 86_400_000;

function leastAges(byType: readonly LookBack[]): Float64Array {
  return Float64Array.from(byType, ({ since, months }) => (since === 'NEVER' ? Infinity : months * SHORTEST_MONTH_MS));
}

// Stryker restore all
export function keepingFor(ruleSets: readonly CompiledRuleSet[]): FactKeeping {
  const definitions = ruleSets.map(({ definition }) => definition);
  const byType = FACT_TYPES.map((type) => keepingOf(definitions, type));
  return {
    byType,
    otherTypes: keepingOf(definitions, NO_TYPE),
    leastAge: leastAges(byType),
    programs: ruleSets.map(({ model }) => model.program),
  };
}

/** Nothing is ever dropped. */
export const KEEP_ALL: FactKeeping = {
  byType: FACT_TYPES.map(() => ({ since: 'NEVER', months: 0 })),
  otherTypes: { since: 'NEVER', months: 0 },
  leastAge: new Float64Array(FACT_TYPES.length).fill(Infinity),
  programs: [],
};

/** How one rule set says that facts of a type end; by class of the fact where the publicity goes by class. */
function endsOf({ facts, classifications }: RuleSetDefinition): string[] {
  return facts.map(({ type, lifetime }) => {
    const byClass = typeof lifetime.publicityMonths === 'object' && lifetime.publicityMonths !== null;
    const classified = classifications.filter(({ factType }) => byClass && factType === type);
    return `${type} ends ${JSON.stringify([lifetime, classified])}`;
  });
}

/**
 * How long facts are kept by these rule sets, as one text: it belongs to the identity of a store of positions, because what
 * a longer keeping, or a later end of a fact, needs may have been dropped already. A further rule set that keeps nothing
 * longer and ends nothing otherwise leaves it as it is.
 */
export function keepTable(ruleSets: readonly CompiledRuleSet[]): string {
  const { byType, otherTypes } = keepingFor(ruleSets);
  const rows = byType.map(({ since, months }, type) => `${FACT_TYPES[type] as string} ${since} ${months}`);
  const ends = [...new Set(ruleSets.flatMap(({ definition }) => endsOf(definition)))].sort();
  return [...rows, `* ${otherTypes.since} ${otherTypes.months}`, ...ends].join('\n');
}

const life = emptyLife();

/**
 * The moment from which a fact is over under one program; Infinity while it is not, or may matter still. One that ended
 * before it began is not over before it would have begun.
 */
function overUnder(plan: TypePlan, fact: FactState, since: LookBack['since']): number {
  if (!readLife(life, fact, plan)) return -Infinity;
  if (since === 'START') return life.start;
  return Math.max(life.start, since === 'END' ? life.end : Math.min(life.removedAt, life.publicityEnd));
}

/** The latest moment that a fact states of itself: a stub and a retraction are kept from there. */
function lastStated(fact: FactState): number {
  const content = fact[CONTENT];
  let last = content === null ? -Infinity : (content[CONTENT_EFFECTIVE_AT] ?? content[CONTENT_OCCURRED_AT]);
  for (const register of [STANDING, PUBLICITY, PERFORMANCE, DISPUTE] as const) {
    last = Math.max(last, fact[register]?.[REGISTER_EFFECTIVE_AT] ?? -Infinity);
  }
  return last;
}

// Stryker disable all: only saves the closer look, as above
function startOf(fact: FactState): number {
  const content = fact[CONTENT];
  return content === null ? -Infinity : (content[CONTENT_EFFECTIVE_AT] ?? content[CONTENT_OCCURRED_AT]);
}
// Stryker restore all

function isOver(fact: FactState, asOf: number, { since, months }: LookBack, programs: readonly Program[]): boolean {
  const type = fact[TYPE];
  let over = lastStated(fact);
  for (const program of programs) {
    const plan = typeof type === 'number' ? (program.plans[type] as TypePlan) : program.unknownTypePlan;
    over = Math.max(over, overUnder(plan, fact, since));
  }
  return over !== Infinity && asOf >= addMonths(over, months);
}

/** Stands for the facts that were dropped: the enterprise was known, last since then. Sorts before every fact. */
const TRACE_ID = '';
const TRACE_TYPE = 'position.dropped';

function traceOf(since: number): FactState {
  return [TRACE_ID, TRACE_TYPE, [0, '', since, null, null, null, []], null, null, null, null];
}

function isTrace(fact: FactState | undefined): boolean {
  return fact?.[ID] === TRACE_ID;
}

/** When the enterprise was last known by facts that are dropped now or were before; -Infinity where they say nothing of it. */
function lastKnown(dropped: readonly FactState[], { programs }: FactKeeping): number {
  let last = -Infinity;
  for (const fact of dropped) {
    const type = fact[TYPE];
    if (!isEvidence(type)) continue;
    for (const program of programs) {
      const plan = typeof type === 'number' ? (program.plans[type] as TypePlan) : program.unknownTypePlan;
      if (readLife(life, fact, plan)) last = Math.max(last, life.start);
    }
  }
  return last;
}

const REPLACING: readonly boolean[] = FACT_TYPES.map((type) => type.startsWith('derived.'));

/**
 * Derived values replace one another, and one that has run out is not replaced by an earlier one: it stays as long as an
 * earlier one does, or that one would speak again.
 */
function withoutLatest(
  facts: readonly FactState[],
  dropped: Set<FactState>,
  { programs }: FactKeeping,
): Set<FactState> {
  for (const fact of dropped) {
    const type = fact[TYPE];
    if (typeof type !== 'number' || REPLACING[type] !== true) continue;
    const outlived = programs.some(({ plans }) => {
      const plan = plans[type] as TypePlan;
      const start = begins(fact, plan);
      if (start === Infinity) return false;
      return facts.some((other) => other[TYPE] === type && !dropped.has(other) && begins(other, plan) <= start);
    });
    if (outlived) dropped.delete(fact);
  }
  return dropped;
}

function begins(fact: FactState, plan: TypePlan): number {
  return readLife(life, fact, plan) ? life.start : Infinity;
}

/**
 * The facts without those that have been over for longer than they are kept: none of them can have a say any more. A trace is
 * left in their place, so that dropping them takes nobody out of the population. The very same list when all stay.
 */
export function kept(facts: readonly FactState[], asOf: number, keeping: FactKeeping): readonly FactState[] {
  let dropped: FactState[] | null = null;
  for (let at = 0; at < facts.length; at++) {
    const fact = facts[at] as FactState;
    const type = fact[TYPE];
    if (typeof type === 'number') {
      // Stryker disable next-line all: the same
      if (asOf - startOf(fact) < (keeping.leastAge[type] as number)) continue;
    } else if (isTrace(fact)) continue;
    const look = typeof type === 'number' ? (keeping.byType[type] as LookBack) : keeping.otherTypes;
    if (look.since === 'NEVER') continue;
    if (isOver(fact, asOf, look, keeping.programs)) (dropped ??= []).push(fact);
  }
  if (dropped === null) return facts;
  const gone = withoutLatest(facts, new Set(dropped), keeping);
  if (gone.size === 0) return facts;
  const [first] = facts;
  const since = lastKnown(isTrace(first) ? [first as FactState, ...gone] : [...gone], keeping);
  const staying = facts.filter((fact) => !gone.has(fact) && !isTrace(fact));
  return since === -Infinity ? staying : [traceOf(since), ...staying];
}

/** `facts`, or the list known before where both hold the very same facts: a duplicate of a dropped fact changes nothing. */
export function sameList(facts: readonly FactState[], before: readonly FactState[] | undefined): readonly FactState[] {
  if (before === undefined || facts.length !== before.length) return facts;
  return facts.every((fact, at) => fact === before[at] || (isTrace(fact) && isSameTrace(fact, before[at])))
    ? before
    : facts;
}

function isSameTrace(one: FactState, other: FactState | undefined): boolean {
  return isTrace(other) && one[CONTENT]?.[CONTENT_OCCURRED_AT] === other?.[CONTENT]?.[CONTENT_OCCURRED_AT];
}
