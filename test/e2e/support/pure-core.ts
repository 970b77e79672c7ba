import {
  assess,
  type ActiveRuleSets,
  type FactRecord,
  type ModelEvent,
  type Position,
  type RiskClass,
  type SchemeState,
} from '#libs/risk-model';

/** A class change as subscribers are told of it, without ids and places in the log. */
export interface ToldChange {
  readonly schemeId: string;
  readonly ruleSet: string;
  readonly from: RiskClass | null;
  readonly to: RiskClass | null;
  readonly scoreBefore: number | null;
  readonly scoreAfter: number;
  readonly reasons: readonly string[];
  /** The class before a manual one, and that one's fact; null where none is in force. */
  readonly computedClass: RiskClass | null;
  readonly overrideFactId: string | null;
  readonly cause: string;
  readonly effectiveAt: number;
}

export interface ToldWarning {
  readonly level: string;
  readonly rule: string;
  readonly occurredAt: number;
}

export interface Told {
  readonly changes: ToldChange[];
  readonly warnings: ToldWarning[];
  readonly schemes: Readonly<Record<string, SchemeState>>;
}

/** What the pure model says of one enterprise: records in the order of their time, every review when it falls due, up to `end`. */
export function playOnCore(
  records: readonly { readonly at: number; readonly record: FactRecord }[],
  end: number,
  active: ActiveRuleSets,
): Told {
  const changes: ToldChange[] = [];
  const warnings: ToldWarning[] = [];
  let position: Position | undefined;
  const step = (event: ModelEvent, asOf: number): void => {
    const before = position?.schemes;
    const assessment = assess(position, event, asOf, active);
    position = assessment.position;
    const manual = event.kind === 'fact' && event.record.factType === 'override.class';
    const kind = event.kind === 'review' ? 'REVIEW' : 'EVENT';
    for (const { reasons, ...change } of assessment.changes) {
      const computedClass = change.overrideFactId === null ? null : change.computedClass;
      const heldBefore = before?.[change.schemeId]?.override?.factId ?? null;
      const cause = manual || change.overrideFactId !== heldBefore ? 'OVERRIDE' : kind;
      const indicators = reasons.map(({ indicator }) => indicator);
      changes.push({ ...change, computedClass, reasons: indicators, cause, effectiveAt: asOf });
    }
    for (const { level, rule } of assessment.warnings) warnings.push({ level, rule, occurredAt: asOf });
  };
  const passTo = (moment: number): void => {
    for (let due = position?.nextReviewAt ?? Infinity; due <= moment; due = position?.nextReviewAt ?? Infinity)
      step({ kind: 'review' }, due);
  };
  for (const { at, record } of records) {
    passTo(at);
    step({ kind: 'fact', record }, at);
  }
  passTo(end);
  return { changes, warnings, schemes: position?.schemes ?? {} };
}
