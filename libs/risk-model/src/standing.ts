import { readBoth, type Accounts } from './account.ts';
import type { ActiveRuleSets } from './active-rule-sets.ts';
import type { CompiledRuleSet, Gate } from './compiled.ts';
import { evaluate } from './evaluate.ts';
import { holds, judge, worse } from './judge.ts';
import { overrideAt, type Override } from './override.ts';
import type { FactState, RiskClass } from './position.ts';
import { Run } from './run.ts';
import type { ClassOfScheme } from './run.ts';

/** Where an enterprise stands in one scheme at one moment. Its accounts are working memory: read them at once. */
export interface Standing {
  readonly ruleSet: CompiledRuleSet;
  /** Both readings; of a scheme that takes another's result, that scheme's. */
  readonly accounts: Accounts;
  readonly score: number;
  /** What the facts come to, before a manual class. */
  readonly computedClass: RiskClass | null;
  /** The class that holds. */
  readonly riskClass: RiskClass | null;
  readonly override: Override | null;
  /** Direct determinations met, those of the base scheme as `base:code`. */
  readonly direct: readonly string[];
  readonly base: Standing | null;
}

export interface Standings {
  /** One for each scheme that rates the enterprise, in the order of assessment. */
  readonly schemes: readonly Standing[];
  /** The least moment later than the as-of at which any of it may change; Infinity = never. */
  readonly next: number;
}

const GATE_RUNS = new WeakMap<Gate, Run>();

function gateRun(gate: Gate): Run {
  const known = GATE_RUNS.get(gate);
  if (known !== undefined) return known;
  const fresh = new Run(gate.program);
  GATE_RUNS.set(gate, fresh);
  return fresh;
}

type Draft = { -readonly [K in keyof Standing]: Standing[K] };

/** Lets a manual class hold: it may lower a floor, never a direct determination. */
function letHold(standing: Draft, override: Override | null): void {
  const { riskClass, direct } = standing;
  if (override === null || riskClass === null) return;
  standing.riskClass = direct.length > 0 ? worse(override.riskClass, riskClass) : override.riskClass;
  standing.override = override;
}

const NO_CODES: readonly string[] = [];

function baseCodes(base: Standing | null): readonly string[] {
  if (base === null || base.direct.length === 0) return NO_CODES;
  return base.direct.map((code) => `${base.ruleSet.schemeId}:${code}`);
}

/** What a standing comes to before a manual class; the rolling class is the computed one. */
export type Settle = (standing: Omit<Standing, 'riskClass' | 'override'>) => RiskClass | null;

const AS_IT_IS: Settle = ({ computedClass }) => computedClass;

/** Where facts stand in each scheme, and when that may change by time alone. */
export class StandingReader {
  readonly #active: ActiveRuleSets;
  #schemes: Standing[] = [];
  #next = Infinity;
  #asOf = 0;
  #settle: Settle = AS_IT_IS;
  readonly #classOf: ClassOfScheme = (schemeId) => this.#standingOf(schemeId)?.riskClass ?? null;

  constructor(active: ActiveRuleSets) {
    this.#active = active;
  }

  /** `settle` gives the class that is told, and read by the schemes that come after. */
  read(facts: readonly FactState[], asOf: number, settle: Settle = AS_IT_IS): Standings {
    this.#settle = settle;
    this.#schemes = [];
    this.#next = Infinity;
    this.#asOf = asOf;
    for (const ruleSet of this.#active.ruleSets) {
      if (ruleSet.gate === null || this.#isOpen(ruleSet.gate, facts)) this.#readScheme(ruleSet, facts);
    }
    return { schemes: this.#schemes, next: this.#next };
  }

  #isOpen(gate: Gate, facts: readonly FactState[]): boolean {
    const run = gateRun(gate);
    run.classOf = this.#classOf;
    evaluate(run, facts, this.#asOf, true);
    this.#watch(run.next);
    return holds(run, gate.when);
  }

  #readScheme(ruleSet: CompiledRuleSet, facts: readonly FactState[]): void {
    const { scheme } = ruleSet.definition;
    const base = scheme.base === null ? null : this.#standingOf(scheme.base);
    if (scheme.takesBase) {
      if (base !== null) this.#schemes.push({ ...base, ruleSet, direct: baseCodes(base), base });
      return;
    }
    const accounts = readBoth(facts, this.#asOf, ruleSet.model, this.#classOf);
    this.#watch(accounts.score.run.next);
    const own = judge(accounts.forClass);
    const codes = own.riskClass === null ? NO_CODES : baseCodes(base);
    const direct = codes.length === 0 ? own.direct : [...codes, ...own.direct];
    const computedClass = codes.length === 0 ? own.riskClass : 'D';
    const { override } = this.#overrideOf(ruleSet, facts);
    const { score } = accounts.score;
    const riskClass = computedClass;
    const standing: Draft = { ruleSet, accounts, score, computedClass, direct, base, riskClass, override: null };
    standing.riskClass = this.#settle(standing);
    letHold(standing, override);
    this.#schemes.push(standing);
  }

  #standingOf(schemeId: string): Standing | null {
    return this.#schemes.find(({ ruleSet }) => ruleSet.schemeId === schemeId) ?? null;
  }

  #overrideOf({ schemeId, model }: CompiledRuleSet, facts: readonly FactState[]): { override: Override | null } {
    if (model.overrideDays === null) return { override: null };
    const reading = overrideAt(facts, schemeId, this.#asOf, model.overrideDays);
    this.#watch(reading.next);
    return reading;
  }

  #watch(moment: number): void {
    if (moment < this.#next) this.#next = moment;
  }
}

/** Also of schemes that take another's result: whether its class is the base's direct determination of D. */
export function isInheritedD({ base, ruleSet }: Pick<Standing, 'base' | 'ruleSet'>): boolean {
  return !ruleSet.definition.scheme.takesBase && base !== null && base.direct.length > 0;
}

const READERS = new WeakMap<ActiveRuleSets, StandingReader>();

export function standingsAt(
  facts: readonly FactState[],
  asOf: number,
  active: ActiveRuleSets,
  settle: Settle = AS_IT_IS,
): Standings {
  let reader = READERS.get(active);
  if (reader === undefined) {
    reader = new StandingReader(active);
    READERS.set(active, reader);
  }
  return reader.read(facts, asOf, settle);
}
