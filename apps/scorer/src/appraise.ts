import { assess, attributesAt, foldFact, type Assessment, type ModelEvent, type Position } from '#libs/risk-model';
import type { EnterpriseState, SchemeStanding, Standing } from './enterprise-state.ts';
import type { RulesInForce } from './rules-in-force.ts';
import { sameStanding } from './same-position.ts';

/** What an event makes of an enterprise's position; `assessment` is null while no rule set scores it. */
export interface Appraisal {
  readonly position: Position;
  readonly standing: Standing | null;
  readonly assessment: Assessment | null;
  /** False when nothing at all is new. */
  readonly changed: boolean;
}

/** Folds and, where rule sets are in force or were until now, assesses. */
export function appraise(
  state: EnterpriseState | undefined,
  event: ModelEvent,
  asOf: number,
  rules: RulesInForce,
): Appraisal {
  const before = state?.standing ?? null;
  if (rules.identity === '' && (before === null || before.rules === '')) return fold(state, event, asOf, before);
  const assessment = assess(state?.position, event, asOf, rules.active);
  const changed = assessment.changed || before?.rules !== rules.identity;
  return { position: assessment.position, standing: standingOf(before, assessment, asOf, rules), assessment, changed };
}

function fold(state: EnterpriseState | undefined, event: ModelEvent, asOf: number, before: Standing | null): Appraisal {
  const position = event.kind === 'fact' ? foldFact(state?.position, event.record) : state?.position;
  if (position === undefined) throw new Error(`a ${event.kind} of an enterprise that nothing is known of`);
  const standing = before && { ...before, attributes: attributesAt(position, asOf) };
  return { position, standing, assessment: null, changed: position !== state?.position };
}

/** `before` itself where nothing of it is new: most facts change nothing that it tells. */
function standingOf(
  before: Standing | null,
  { position, results, evidenceLevel }: Assessment,
  asOf: number,
  { identity, general }: RulesInForce,
): Standing {
  const schemes: Record<string, SchemeStanding> = {};
  for (const { schemeId, ruleSet, groups } of results) schemes[schemeId] = { ruleSet, groups };
  const standing = { rules: identity, general, evidenceLevel, attributes: attributesAt(position, asOf), schemes };
  return before?.rules === identity && sameStanding(before, standing) ? before : standing;
}
