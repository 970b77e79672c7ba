import type { Explanation, FactExplanation, RegisterExplanation } from '#libs/risk-model';
import { registerKey, type StoredFact } from '../reads/stored-fact.ts';
import type { Label } from '../reads/views.ts';
import { factTypeLabel, inWords, listed } from '../vocabulary.ts';
import { attributeViews } from './attribute-views.ts';
import { decisionLines, ruleSetOfLines, type Layout } from './scheme-explanation.ts';
import { isoOf, OUTCOME_LABELS, STATUS_LABELS, type ShownStatus } from './terms.ts';
import type { FactStanding, FactUse, FactView, RegisterView } from './views.ts';

/** Every fact, newest first, with what it states, the state of its registers and what it counts for in each scheme. */
export function factViews(layout: Layout): readonly FactView[] {
  const [first, ...others] = layout.explanations.map((explanation) => factsOf(explanation, layout));
  return (first ?? [])
    .map(({ fact, standing }, place) => {
      const standings = [standing, ...others.flatMap((facts) => facts[place]?.standing ?? [])];
      return factView(fact, layout.deciding, standings);
    })
    .sort((a, b) => (b.occurredAt ?? '').localeCompare(a.occurredAt ?? '') || a.factId.localeCompare(b.factId));
}

interface FactInScheme {
  readonly fact: FactExplanation;
  readonly standing: FactStanding;
}

/** The facts of the position, in its order, as one scheme sees them. */
function factsOf(explanation: Explanation, layout: Layout): FactInScheme[] {
  const { chosen, terms } = layout;
  const { schemeId, facts } = explanation;
  const { compiled } = ruleSetOfLines(explanation, chosen);
  const types = new Set(compiled.definition.facts.map(({ type }) => type));
  const decisions = decisionLines(explanation, layout).filter(({ inherited }) => inherited);
  return facts.map((fact) => {
    const inherited = decisions.filter(({ factIds }) => factIds.includes(fact.factId));
    const status = inherited.length > 0 ? 'INHERITED' : shownStatus(fact, explanation, types);
    const usedBy = fact.countsFor.map((code): FactUse => {
      const label = terms.labelOf(compiled.identity, code) ?? { zh: code, en: code };
      return { code, label, points: ownPoints(fact.factId, code, explanation) };
    });
    for (const { code, label } of inherited) usedBy.push({ code, label, points: null });
    return { fact, standing: { schemeId, status, statusLabel: STATUS_LABELS[status], usedBy } };
  });
}

function shownStatus(
  { factId, factType, status, attributes }: FactExplanation,
  { schemeId, overrideFactId }: Explanation,
  types: ReadonlySet<string>,
): ShownStatus {
  if (factId === overrideFactId) return 'MANUAL_CLASS';
  if (!types.has(factType)) return 'NOT_USED';
  return factType === 'override.class' && attributes['schemeId'] !== schemeId ? 'OTHER_SCHEME' : status;
}

function factView(
  fact: FactExplanation,
  deciding: ReadonlyMap<string, StoredFact>,
  standings: readonly FactStanding[],
): FactView {
  const content = deciding.get(registerKey(fact.factId, 'CONTENT'));
  const codeSystem = content?.record.codeSystem ?? null;
  return {
    factId: fact.factId,
    factType: fact.factType,
    label: factTypeLabel(fact.factType),
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
    standings,
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
