import type { Account } from './account.ts';
import { planOf } from './evaluate.ts';
import type { AttributeValue, Register } from './facts.ts';
import { emptyLife, objectionEnd, readLife } from './life.ts';
import type { Life } from './life.ts';
import {
  attributesOfFact,
  CONTENT,
  CONTENT_CASE,
  CONTENT_CODE_SYSTEM,
  CONTENT_OCCURRED_AT,
  DISPUTE,
  factTypeOf,
  ID,
  PERFORMANCE,
  PUBLICITY,
  REGISTER_EFFECTIVE_AT,
  REGISTER_UNTIL,
  REGISTER_VALUE,
  STANDING,
  TYPE,
} from './position.ts';
import type { FactState, RegisterState } from './position.ts';
import { conditionsMet } from './judge.ts';
import { conditionFactIds, entryStands, placesOf } from './reasons.ts';

/**
 * Why a fact counts or not. COUNTS: in the sum, or behind a floor or direct determination; RESIDUAL: closed, its
 * residual is in the sum; SET_ASIDE: another fact of its case, set or indicator counts instead; NO_POINTS: in force, but
 * too old or of no weight. The others name what keeps it out.
 */
export type FactStatus =
  | 'COUNTS'
  | 'RESIDUAL'
  | 'SET_ASIDE'
  | 'NO_POINTS'
  | 'STUB'
  | 'RETRACTED'
  | 'NOT_BEGUN'
  | 'REMOVED_OR_EXPIRED'
  | 'REPAIRED'
  | 'PUBLICITY_ENDED';

export interface RegisterExplanation {
  readonly register: Exclude<Register, 'CONTENT'>;
  readonly value: string;
  readonly effectiveAt: number;
  readonly until: number | null;
}

/** One fact of the position; moments are epoch milliseconds, null = never. */
export interface FactExplanation {
  readonly factId: string;
  readonly factType: string;
  readonly status: FactStatus;
  /** Under objection (异议) now: half in the score, not in the class. */
  readonly disputed: boolean;
  readonly occurredAt: number | null;
  readonly startsAt: number | null;
  readonly closedAt: number | null;
  readonly publicityEnd: number | null;
  /** Severity of a penalty, outcome of an inspection; null where the type has none or no row or code fits. */
  readonly classification: string | null;
  readonly caseNumber: string | null;
  readonly codeSystem: string | null;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly registers: readonly RegisterExplanation[];
  /** Indicators, floors and direct determinations for which it stands. */
  readonly countsFor: readonly string[];
}

const REGISTERS = [
  ['STANDING', STANDING],
  ['PUBLICITY', PUBLICITY],
  ['PERFORMANCE', PERFORMANCE],
  ['DISPUTE', DISPUTE],
] as const;

function registersOf(fact: FactState): RegisterExplanation[] {
  return REGISTERS.flatMap(([register, place]) => {
    const state: RegisterState | null = fact[place];
    if (state === null) return [];
    const [value, effectiveAt, until] = [state[REGISTER_VALUE], state[REGISTER_EFFECTIVE_AT], state[REGISTER_UNTIL]];
    return [{ register, value, effectiveAt, until }];
  });
}

interface FactReading {
  readonly life: Life | null;
  readonly classification: string | null;
}

function read(fact: FactState, { model, run }: Account): FactReading {
  const type = fact[TYPE];
  const life = emptyLife();
  if (!readLife(life, fact, planOf(run.program, fact))) return { life: null, classification: null };
  const names = typeof type === 'number' ? model.classNames.get(type) : undefined;
  return { life, classification: names?.[life.classIndex] ?? null };
}

interface Stands {
  readonly codes: readonly string[];
  /** It brought something, counted or not. */
  readonly any: boolean;
}

/** What the facts at each place stand for: indicators in the score, conditions and warnings of the class. */
function standing(score: Account, forClass: Account): Stands[] {
  const { run, model } = score;
  const codes = run.facts.map(() => new Set<string>());
  const any = run.facts.map(() => false);
  for (let entry = 0; entry < run.entries; entry++) {
    const stands = entryStands(score, entry);
    const code = model.indicators[run.indicatorOf(entry)]?.code as string;
    for (const place of placesOf(run, entry)) {
      any[place] = true;
      if (stands) codes[place]?.add(code);
    }
  }
  for (const { code, when } of conditionsMet(forClass)) {
    const ids = conditionFactIds(forClass.run, when);
    run.facts.forEach((fact, place) => void (ids.includes(fact[ID]) && codes[place]?.add(code)));
  }
  return codes.map((own, place) => ({ codes: [...own], any: any[place] as boolean }));
}

function statusOf(fact: FactState, life: Life | null, asOf: number, stands: Stands): FactStatus {
  if (fact[CONTENT] === null) return 'STUB';
  if (life === null) return 'RETRACTED';
  if (asOf < life.start) return 'NOT_BEGUN';
  if (asOf < life.end) {
    if (stands.codes.length > 0) return 'COUNTS';
    return stands.any ? 'SET_ASIDE' : 'NO_POINTS';
  }
  if (asOf >= life.publicityEnd)
    return fact[PUBLICITY]?.[REGISTER_VALUE] === 'REPAIRED' ? 'REPAIRED' : 'PUBLICITY_ENDED';
  if (stands.codes.length > 0) return 'RESIDUAL';
  return stands.any ? 'SET_ASIDE' : 'REMOVED_OR_EXPIRED';
}

function finite(moment: number | undefined): number | null {
  return moment === undefined || moment === Infinity ? null : moment;
}

function isDisputed(fact: FactState, asOf: number, days: number): boolean {
  const dispute = fact[DISPUTE];
  return dispute !== null && asOf >= dispute[REGISTER_EFFECTIVE_AT] && asOf < objectionEnd(dispute, days);
}

/** Every fact of the position, with why it counts or not: points as in the score, floors and the like as in the class. */
export function explainFacts(score: Account, forClass: Account): FactExplanation[] {
  const { run } = score;
  const standFor = standing(score, forClass);
  return run.facts.map((fact, place) => {
    const { life, classification } = read(fact, score);
    const stands = standFor[place] as Stands;
    const content = fact[CONTENT];
    return {
      factId: fact[ID],
      factType: factTypeOf(fact),
      status: statusOf(fact, life, run.asOf, stands),
      disputed: isDisputed(fact, run.asOf, run.program.objectionDays),
      occurredAt: content?.[CONTENT_OCCURRED_AT] ?? null,
      startsAt: life?.start ?? null,
      closedAt: finite(life?.closedAt),
      publicityEnd: finite(life?.publicityEnd),
      classification,
      caseNumber: content?.[CONTENT_CASE] ?? null,
      codeSystem: content?.[CONTENT_CODE_SYSTEM] ?? null,
      attributes: attributesOfFact(fact),
      registers: registersOf(fact),
      countsFor: stands.codes,
    };
  });
}
