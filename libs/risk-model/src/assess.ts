import type { Account } from './account.ts';
import type { ActiveRuleSets } from './active-rule-sets.ts';
import type { FactRecord } from './facts.ts';
import { foldFact } from './fold.ts';
import { kept, sameList } from './keep.ts';
import { EMPTY_POSITION } from './position.ts';
import type { Position, RiskClass, SchemeState } from './position.ts';
import { topReasons } from './reasons.ts';
import type { Reason } from './reasons.ts';
import { standingsAt } from './standing.ts';
import type { Standing } from './standing.ts';
import { alertsOf, warningsOf } from './warnings.ts';
import type { RaisedWarning } from './warnings.ts';

/** What happened: a record arrived, a moment of review came, or another rule set took effect. */
export type ModelEvent =
  { readonly kind: 'fact'; readonly record: FactRecord } | { readonly kind: 'review' } | { readonly kind: 'ruleSet' };

/** How much the class rests on: LOW = no event in any source for long; NEW = too young to tell. No data ≠ low risk. */
export type EvidenceLevel = 'NEW' | 'LOW' | 'NORMAL';

export interface SchemeResult {
  readonly schemeId: string;
  /** `id@version`. */
  readonly ruleSet: string;
  /** Milli-points, higher = riskier. */
  readonly score: number;
  /** The class that holds; a manual one while there is one. null = not in the scored population. */
  readonly riskClass: RiskClass | null;
  /** What the facts alone come to. */
  readonly computedClass: RiskClass | null;
  /** Fact id of the manual class in force. */
  readonly overrideFactId: string | null;
  /** Milli-points of each group after its cap; the positive pool is not in them. */
  readonly groups: Readonly<Record<string, number>>;
  /** The five weightiest reasons of the class; worked out when read. */
  readonly reasons: readonly Reason[];
}

/** A change of the rolling class; `from` null = first classification, `to` null = no longer rated. */
export interface SchemeChange {
  readonly schemeId: string;
  /** `id@version`; empty where the scheme is no longer in force. */
  readonly ruleSet: string;
  readonly from: RiskClass | null;
  readonly to: RiskClass | null;
  readonly computedClass: RiskClass | null;
  readonly overrideFactId: string | null;
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

export function evidenceOf({ run, newUntil, evidenceEnd }: Account): EvidenceLevel {
  if (run.asOf < newUntil) return 'NEW';
  return run.asOf < evidenceEnd ? 'NORMAL' : 'LOW';
}

export function groupsOf({ model, groupPoints }: Account): Record<string, number> {
  const groups: Record<string, number> = {};
  for (let at = 0; at < model.groups.length; at++) {
    groups[model.groups[at]?.code as string] = groupPoints[at] as number;
  }
  return groups;
}

class LazyResult implements SchemeResult {
  readonly schemeId: string;
  readonly ruleSet: string;
  readonly score: number;
  readonly riskClass: RiskClass | null;
  readonly computedClass: RiskClass | null;
  readonly overrideFactId: string | null;
  readonly groups: Readonly<Record<string, number>>;
  readonly #moment: Moment;

  constructor(standing: Standing, moment: Moment) {
    this.schemeId = standing.ruleSet.schemeId;
    this.ruleSet = standing.ruleSet.identity;
    this.score = standing.score;
    this.riskClass = standing.riskClass;
    this.computedClass = standing.computedClass;
    this.overrideFactId = standing.override?.factId ?? null;
    this.groups = groupsOf(standing.accounts.score);
    this.#moment = moment;
  }

  get reasons(): readonly Reason[] {
    return reasonsAt(this.#moment, this.schemeId);
  }
}

function sameCodes(one: readonly string[], other: readonly string[]): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

function sameState(before: SchemeState | undefined, after: SchemeState): boolean {
  if (before === undefined || before.score !== after.score || before.riskClass !== after.riskClass) return false;
  if (before.override?.factId !== after.override?.factId) return false;
  if (before.override?.computedClass !== after.override?.computedClass) return false;
  return sameCodes(before.direct, after.direct) && sameCodes(before.alerts, after.alerts);
}

const NONE: readonly never[] = [];

function newly(before: readonly string[] | undefined, after: readonly string[]): readonly string[] {
  if (after.length === 0 || before === undefined || before.length === 0) return after;
  return after.filter((code) => !before.includes(code));
}

function stateOf({ accounts, computedClass, riskClass, override, direct, score, ruleSet }: Standing): SchemeState {
  const alerts = riskClass === null ? NONE : alertsOf(accounts.forClass.run, ruleSet.model.warnings);
  const manual = override === null ? null : { factId: override.factId, computedClass };
  return { score, riskClass, direct, alerts, override: manual };
}

function changeOf(standing: Standing, before: SchemeState | undefined): SchemeChange {
  const { ruleSet, riskClass, computedClass, override, score } = standing;
  const from = before?.riskClass ?? null;
  return {
    ...{ schemeId: ruleSet.schemeId, ruleSet: ruleSet.identity, from, to: riskClass, computedClass },
    overrideFactId: override?.factId ?? null,
    scoreBefore: from === null ? null : (before as SchemeState).score,
    scoreAfter: score,
    reasons: topReasons(standing),
  };
}

/** What an assessment rests on. */
interface Moment {
  readonly facts: Position['facts'];
  readonly asOf: number;
  readonly active: ActiveRuleSets;
}

/** What one assessment says of all schemes, gathered scheme by scheme. */
class Gathering {
  readonly results: SchemeResult[] = [];
  readonly states: Record<string, SchemeState> = {};
  changes: SchemeChange[] | null = null;
  warnings: RaisedWarning[] | null = null;
  /** Every scheme of the position is as it was. */
  same = true;

  add(standing: Standing, before: SchemeState | undefined, again: boolean, moment: Moment): void {
    const { schemeId, identity, model } = standing.ruleSet;
    const own = stateOf(standing);
    this.states[schemeId] = own;
    this.results.push(new LazyResult(standing, moment));
    if (sameState(before, own)) return;
    this.same = false;
    const from = before?.riskClass ?? null;
    const to = own.riskClass;
    if (from !== to) (this.changes ??= []).push(changeOf(standing, before));
    const newlyDirect = newly(before?.direct, own.direct);
    const newlyMet = again ? NONE : newly(before?.alerts, own.alerts);
    if (from === to && newlyDirect.length + newlyMet.length === 0) return;
    const move = { schemeId, ruleSet: identity, from, to, newlyDirect, newlyMet };
    (this.warnings ??= []).push(...warningsOf(model.warnings, move));
  }

  /** Schemes that rated the enterprise before and do so no longer. */
  leaveOthers(before: Position['schemes'], active: ActiveRuleSets): void {
    for (const schemeId in before) {
      if (schemeId in this.states) continue;
      this.same = false;
      const { riskClass, score } = before[schemeId] as SchemeState;
      if (riskClass === null) continue;
      const inForce = active.ruleSets.find((item) => item.schemeId === schemeId);
      (this.changes ??= []).push({
        ...{ schemeId, ruleSet: inForce?.identity ?? '', from: riskClass, to: null },
        ...{ computedClass: null, overrideFactId: null, scoreBefore: score, scoreAfter: 0, reasons: NONE },
      });
    }
  }
}

/**
 * The rolling assessment: a pure function of the facts known, the as-of moment and the rule sets; it has no memory
 * (what the position remembers is only compared with, to tell what changed). Guarantees: any arrival order of the same
 * records gives the same registers, score, class and `nextReviewAt` at the same `asOf`; nothing changes between two
 * review moments; `nextReviewAt` is later than `asOf` or null. All times are epoch milliseconds. When another rule set took
 * effect, conditions of its warnings that are met already are remembered and not raised.
 */
export function assess(
  position: Position | undefined,
  event: ModelEvent,
  asOf: number,
  active: ActiveRuleSets,
): Assessment {
  const facts = factsAfter(position, event, asOf, active);
  const { schemes, next } = standingsAt(facts, asOf, active);
  const before = position?.schemes ?? NO_SCHEMES;
  const gathering = new Gathering();
  const moment = { facts, asOf, active };
  for (const standing of schemes) {
    gathering.add(standing, before[standing.ruleSet.schemeId], event.kind === 'ruleSet', moment);
  }
  gathering.leaveOthers(before, active);
  const after = gathering.same ? before : gathering.states;
  const nextReviewAt = next === Infinity ? null : next;
  const same = facts === position?.facts && after === position.schemes && nextReviewAt === position.nextReviewAt;
  const first = schemes[0];
  return {
    position: same ? position : { facts, schemes: after, nextReviewAt },
    changed: !same,
    results: gathering.results,
    changes: gathering.changes ?? NONE,
    warnings: gathering.warnings ?? NONE,
    evidenceLevel: first === undefined ? 'LOW' : evidenceOf(first.accounts.score),
    nextReviewAt,
  };
}

const NO_SCHEMES: Position['schemes'] = {};

/** The facts known after the event, without those that are over; the very same list where nothing changed. */
function factsAfter(
  position: Position | undefined,
  event: ModelEvent,
  asOf: number,
  { keeping }: ActiveRuleSets,
): Position['facts'] {
  const folded = event.kind === 'fact' ? foldFact(position, event.record) : (position ?? EMPTY_POSITION);
  const staying = kept(folded.facts, asOf, keeping);
  return staying === folded.facts ? staying : sameList(staying, position?.facts);
}

/** The five weightiest reasons of the class. */
function reasonsAt({ facts, asOf, active }: Moment, schemeId: string): readonly Reason[] {
  const standing = standingsAt(facts, asOf, active).schemes.find((item) => item.ruleSet.schemeId === schemeId);
  return standing === undefined ? NONE : topReasons(standing);
}
