import type { Explanation, FactExplanation, RegisterExplanation } from '#libs/risk-model';
import type { LabelOf } from '../reads/change-row.ts';
import { registerKey, type StoredFact } from '../reads/stored-fact.ts';
import type { Label } from '../reads/views.ts';
import { factTypeLabel, inWords, listed } from '../vocabulary.ts';
import { attributeViews } from './attribute-views.ts';
import { OUTCOME_LABELS, STATUS_LABELS } from './terms.ts';
import type { FactUse, FactView, RegisterView } from './views.ts';

/** Every fact, newest first, with what it states, the state of its registers and what it counts for in each scheme. */
export function factViews(
  explanations: readonly Explanation[],
  deciding: ReadonlyMap<string, StoredFact>,
  labelOf: LabelOf,
): readonly FactView[] {
  const facts = explanations[0]?.facts ?? [];
  return facts
    .map((fact) => factView(fact, deciding, usesOf(fact.factId, explanations, labelOf)))
    .sort((a, b) => (b.occurredAt ?? '').localeCompare(a.occurredAt ?? '') || a.factId.localeCompare(b.factId));
}

function factView(
  fact: FactExplanation,
  deciding: ReadonlyMap<string, StoredFact>,
  usedBy: readonly FactUse[],
): FactView {
  const content = deciding.get(registerKey(fact.factId, 'CONTENT'));
  const codeSystem = content?.record.codeSystem ?? null;
  return {
    factId: fact.factId,
    factType: fact.factType,
    label: factTypeLabel(fact.factType),
    status: fact.status,
    statusLabel: STATUS_LABELS[fact.status],
    disputed: fact.disputed,
    classification: classificationLabel(fact),
    occurredAt: isoOf(fact.occurredAt),
    startsAt: isoOf(fact.startsAt),
    publishedAt: isoOf(content?.record.publishedAt ?? null),
    closedAt: isoOf(fact.closedAt),
    publicityEnd: isoOf(fact.publicityEnd),
    ...originOf(content ?? deciding.get(registerKey(fact.factId, fact.registers[0]?.register ?? 'STANDING'))),
    caseNumber: content?.record.caseNumber ?? null,
    codeSystem,
    attributes: content === undefined ? [] : attributeViews(fact.factType, codeSystem, content.stated),
    registers: fact.registers.map((register) =>
      registerView(register, deciding.get(registerKey(fact.factId, register.register))),
    ),
    usedBy,
  };
}

function originOf(record: StoredFact | undefined): Pick<FactView, 'source' | 'authority' | 'number'> {
  if (record === undefined) return { source: null, authority: null, number: null };
  const { source, authority, number } = record;
  return { source, authority, number };
}

function registerView(
  { register, value, effectiveAt, until }: RegisterExplanation,
  record: StoredFact | undefined,
): RegisterView {
  const reason = record?.stated['reason'];
  return {
    register,
    value,
    effectiveAt: new Date(effectiveAt).toISOString(),
    until: isoOf(until),
    reason: typeof reason === 'string' ? reason : null,
  };
}

function classificationLabel({ classification }: FactExplanation): Label | null {
  if (classification === null) return null;
  const words = inWords(classification);
  return listed('severity', classification) ?? OUTCOME_LABELS[classification] ?? { zh: words, en: words };
}

function usesOf(factId: string, explanations: readonly Explanation[], labelOf: LabelOf): FactUse[] {
  return explanations.flatMap((explanation) =>
    (explanation.facts.find((fact) => fact.factId === factId)?.countsFor ?? []).map((code) => ({
      schemeId: explanation.schemeId,
      code,
      label: labelOf(explanation.ruleSet, code) ?? { zh: code, en: code },
      points: ownPoints(factId, code, explanation),
    })),
  );
}

/** What the fact alone brings to an indicator; null where several facts bring it together, and for a floor. */
function ownPoints(factId: string, code: string, explanation: Explanation): number | null {
  const indicator = explanation.indicators.find((one) => one.code === code);
  if (indicator === undefined) return null;
  const own = indicator.contributions.filter(({ counts, factIds }) => counts && factIds.includes(factId));
  if (own.some(({ factIds }) => factIds.length > 1)) return null;
  const points = own.reduce((sum, one) => sum + one.points, 0);
  if (!indicator.positive) return points;
  return explanation.positivePool.suspendedBy.length > 0 ? 0 : -points;
}

function isoOf(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString();
}
