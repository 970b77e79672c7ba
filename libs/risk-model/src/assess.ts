import type { CompiledModel, CompiledRuleSet } from './compiled.ts';
import { evaluate } from './evaluate.ts';
import type { FactRecord } from './facts.ts';
import { foldFact } from './fold.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';
import { EMPTY_POSITION } from './position.ts';
import type { Position, RiskClass, SchemeState } from './position.ts';
import { topReasons } from './reasons.ts';
import type { Reason } from './reasons.ts';
import { Run } from './run.ts';
import { warningsOf } from './warnings.ts';
import type { RaisedWarning } from './warnings.ts';

/** What happened: a record arrived, a moment of review came, or another rule set took effect. */
export type ModelEvent =
  { readonly kind: 'fact'; readonly record: FactRecord } | { readonly kind: 'review' } | { readonly kind: 'ruleSet' };

/** How much the class rests on: LOW = no event in any source for long; NEW = too young to tell. No data ≠ low risk. */
export type EvidenceLevel = 'NEW' | 'LOW' | 'NORMAL';

export interface SchemeResult {
  readonly schemeId: string;
  /** Milli-points, higher = riskier. */
  readonly score: number;
  readonly riskClass: RiskClass | null;
  /** Milli-points of each group after its cap; the positive pool is not in them. */
  readonly groups: Readonly<Record<string, number>>;
  /** The five weightiest reasons of the class; worked out when read. */
  readonly reasons: readonly Reason[];
}

/** A change of the rolling class; `from` null = first classification, `to` null = left the scored population. */
export interface SchemeChange {
  readonly schemeId: string;
  readonly from: RiskClass | null;
  readonly to: RiskClass | null;
  readonly scoreBefore: number | null;
  readonly scoreAfter: number;
  readonly reasons: readonly Reason[];
}

export interface Assessment {
  readonly position: Position;
  /** False when the position is, word for word, the one that came in. */
  readonly changed: boolean;
  readonly results: readonly SchemeResult[];
  readonly changes: readonly SchemeChange[];
  readonly warnings: readonly RaisedWarning[];
  readonly evidenceLevel: EvidenceLevel;
  readonly nextReviewAt: number | null;
}

interface Runs {
  /** All facts, points under objection halved: the score. */
  readonly score: Run;
  /** Without the facts under objection: the class. Used only when there are any. */
  readonly undisputed: Run;
}

const RUNS = new WeakMap<CompiledModel, Runs>();

function runsOf(model: CompiledModel): Runs {
  const known = RUNS.get(model);
  if (known !== undefined) return known;
  const fresh = { score: new Run(model), undisputed: new Run(model) };
  RUNS.set(model, fresh);
  return fresh;
}

/** Both readings of a position. The runs are working memory: read them before the next evaluation. */
export function evaluateBoth(position: Position, asOf: number, model: CompiledModel): { score: Run; forClass: Run } {
  const { score, undisputed } = runsOf(model);
  evaluate(score, position.facts, asOf, false);
  if (!score.sawDisputed) return { score, forClass: score };
  evaluate(undisputed, position.facts, asOf, true);
  if (undisputed.next < score.next) score.next = undisputed.next;
  return { score, forClass: undisputed };
}

export function evidenceOf(run: Run): EvidenceLevel {
  if (run.asOf < run.newUntil) return 'NEW';
  return run.asOf < run.evidenceEnd ? 'NORMAL' : 'LOW';
}

function groupsOf(run: Run, model: CompiledModel): Record<string, number> {
  const groups: Record<string, number> = {};
  for (let at = 0; at < model.groups.length; at++) {
    groups[model.groups[at]?.code as string] = run.groupPoints[at] as number;
  }
  return groups;
}

class LazyResult implements SchemeResult {
  readonly schemeId: string;
  readonly score: number;
  readonly riskClass: RiskClass | null;
  readonly groups: Readonly<Record<string, number>>;
  readonly #why: () => readonly Reason[];

  constructor(schemeId: string, run: Run, judgement: Judgement, model: CompiledModel, why: () => readonly Reason[]) {
    this.schemeId = schemeId;
    this.score = run.score;
    this.riskClass = judgement.riskClass;
    this.groups = groupsOf(run, model);
    this.#why = why;
  }

  get reasons(): readonly Reason[] {
    return this.#why();
  }
}

function sameState(before: SchemeState | undefined, after: SchemeState): boolean {
  if (before === undefined || before.score !== after.score || before.riskClass !== after.riskClass) return false;
  return before.direct.length === after.direct.length && before.direct.every((code, at) => code === after.direct[at]);
}

function newlyDirect(before: SchemeState | undefined, after: SchemeState): readonly string[] {
  if (after.direct.length === 0 || before === undefined) return after.direct;
  return after.direct.filter((code) => !before.direct.includes(code));
}

function nextPosition(incoming: Position | undefined, folded: Position, own: SchemeState, rest: OwnScheme): Position {
  const same =
    incoming !== undefined &&
    folded === incoming &&
    incoming.nextReviewAt === rest.nextReviewAt &&
    sameState(incoming.schemes[rest.schemeId], own);
  if (same) return incoming;
  return { facts: folded.facts, schemes: { [rest.schemeId]: own }, nextReviewAt: rest.nextReviewAt };
}

interface OwnScheme {
  readonly schemeId: string;
  readonly nextReviewAt: number | null;
}

const NO_CHANGES: readonly SchemeChange[] = [];
const NO_WARNINGS: readonly RaisedWarning[] = [];

/**
 * The rolling assessment: a pure function of the facts known, the as-of moment and the rule set; it has no memory
 * (what the position remembers is only compared with, to tell what changed). Guarantees: any arrival order of the same
 * records gives the same registers, score, class and `nextReviewAt` at the same `asOf`; nothing changes between two
 * review moments; `nextReviewAt` is later than `asOf` or null. All times are epoch milliseconds.
 */
export function assess(
  position: Position | undefined,
  event: ModelEvent,
  asOf: number,
  ruleSet: CompiledRuleSet,
): Assessment {
  const folded = event.kind === 'fact' ? foldFact(position, event.record) : (position ?? EMPTY_POSITION);
  const { model, schemeId } = ruleSet;
  const { score: run, forClass } = evaluateBoth(folded, asOf, model);
  const judgement = judge(forClass, model);
  const { riskClass, direct } = judgement;
  const before = position?.schemes[schemeId];
  const own: SchemeState = { score: run.score, riskClass, direct };
  const nextReviewAt = run.next === Infinity ? null : run.next;
  const after = nextPosition(position, folded, own, { schemeId, nextReviewAt });
  const from = before?.riskClass ?? null;
  const fresh = newlyDirect(before, own);
  const moved = from !== riskClass;
  const changes = moved
    ? [
        {
          schemeId,
          from,
          to: riskClass,
          scoreBefore: from === null ? null : (before as SchemeState).score,
          scoreAfter: run.score,
          reasons: topReasons(forClass, model),
        },
      ]
    : NO_CHANGES;
  const why = (): readonly Reason[] => reasonsAt(after, asOf, ruleSet);
  return {
    position: after,
    changed: after !== position,
    results: [new LazyResult(schemeId, run, judgement, model, why)],
    changes,
    warnings:
      moved || fresh.length > 0
        ? warningsOf(model, { schemeId, from, to: riskClass, newlyDirect: fresh })
        : NO_WARNINGS,
    evidenceLevel: evidenceOf(run),
    nextReviewAt,
  };
}

/** The five weightiest reasons of the class at `asOf`. */
export function reasonsAt(position: Position, asOf: number, ruleSet: CompiledRuleSet): readonly Reason[] {
  return topReasons(evaluateBoth(position, asOf, ruleSet.model).forClass, ruleSet.model);
}
