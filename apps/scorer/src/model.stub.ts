import {
  assess as assessOne,
  compileRuleSet as compileOne,
  foldFact,
  type CompiledRuleSet as OneRuleSet,
  type EvidenceLevel,
  type ModelEvent,
  type Position,
  type RaisedWarning,
  type Reason,
  type RiskClass,
} from '#libs/risk-model';

export interface CompiledRuleSet {
  readonly id: string;
  readonly version: string;
  readonly identity: string;
  readonly schemeId: string;
  readonly definition: { readonly scheme: { readonly base: string | null; readonly kind: string } };
  readonly one: OneRuleSet;
}
export function schemesReadBy({ scheme }: CompiledRuleSet['definition']): { scheme: string }[] {
  return scheme.base === null ? [] : [{ scheme: scheme.base }];
}
export interface ActiveRuleSets {
  readonly list: readonly CompiledRuleSet[];
}
export interface Override {
  readonly factId: string;
  readonly riskClass: RiskClass;
}
export interface SchemeResult {
  readonly schemeId: string;
  readonly ruleSet: string;
  readonly score: number;
  readonly riskClass: RiskClass | null;
  readonly computedClass: RiskClass | null;
  readonly overrideFactId: string | null;
  readonly groups: Readonly<Record<string, number>>;
  readonly reasons: readonly Reason[];
}
export interface SchemeChange {
  readonly schemeId: string;
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
  readonly changed: boolean;
  readonly results: readonly SchemeResult[];
  readonly changes: readonly SchemeChange[];
  readonly warnings: readonly (RaisedWarning & { readonly ruleSet: string })[];
  readonly evidenceLevel: EvidenceLevel;
  readonly nextReviewAt: number | null;
}

export function compileRuleSet(file: unknown): CompiledRuleSet {
  const { base = null, ...rest } = file as { base?: string | null };
  const one = compileOne(rest);
  const identity = `${one.id}@${one.version}`;
  return {
    id: one.id,
    version: one.version,
    identity,
    schemeId: one.schemeId,
    definition: { scheme: { base, kind: base === null ? 'general' : 'specialised' } },
    one,
  };
}
export function activate(ruleSets: readonly CompiledRuleSet[], _keepFor?: readonly CompiledRuleSet[]): ActiveRuleSets {
  return { list: ruleSets };
}
export function keepTable(_ruleSets: readonly CompiledRuleSet[]): string {
  return 'keep';
}
export function assess(
  position: Position | undefined,
  event: ModelEvent,
  asOf: number,
  active: ActiveRuleSets,
): Assessment {
  let facts = event.kind === 'fact' ? foldFact(position, event.record) : (position as Position);
  const schemes: Record<string, Position['schemes'][string]> = {};
  const all = active.list.map((ruleSet) => {
    const a = assessOne(position === undefined ? undefined : { ...position }, event, asOf, ruleSet.one);
    Object.assign(schemes, a.position.schemes);
    return { ruleSet: ruleSet.identity, a };
  });
  let next: number | null = null;
  for (const { a } of all)
    if (a.nextReviewAt !== null && (next === null || a.nextReviewAt < next)) next = a.nextReviewAt;
  const left = Object.entries(position?.schemes ?? {})
    .filter(([id, { riskClass }]) => !active.list.some(({ schemeId }) => schemeId === id) && riskClass !== null)
    .map(([schemeId, { riskClass, score }]) => ({
      ...{ schemeId, ruleSet: '', from: riskClass, to: null, computedClass: null, overrideFactId: null },
      ...{ scoreBefore: score, scoreAfter: 0, reasons: [] },
    }));
  const extra = { computedClass: null, overrideFactId: null };
  const same =
    position !== undefined &&
    facts === position &&
    next === position.nextReviewAt &&
    JSON.stringify(schemes) === JSON.stringify(position.schemes);
  facts = same ? facts : { facts: facts.facts, schemes, nextReviewAt: next };
  return {
    position: facts,
    changed: !same,
    results: all.flatMap(({ a, ruleSet }) =>
      a.results.map((r) => ({
        schemeId: r.schemeId,
        ruleSet,
        score: r.score,
        riskClass: r.riskClass,
        groups: r.groups,
        reasons: [],
        ...extra,
      })),
    ),
    changes: [...all.flatMap(({ a, ruleSet }) => a.changes.map((c) => ({ ...c, ruleSet, ...extra }))), ...left],
    warnings: all.flatMap(({ a, ruleSet }) => a.warnings.map((w) => ({ ...w, ruleSet }))),
    evidenceLevel: all[0]?.a.evidenceLevel ?? 'LOW',
    nextReviewAt: next,
  };
}
