import { FACT_TYPES } from '#libs/contracts';
import type { ContributionExplanation, Explanation, IndicatorExplanation, Part } from '#libs/risk-model';
import type { Label } from '../reads/views.ts';
import { industryOf, inWords, listed, townOf } from '../vocabulary.ts';
import type { ChosenRuleSet } from './choose-rule-sets.ts';
import type { RuleSetTerms } from './rule-sets.ts';
import { whySetAside, type WhySetAside } from './set-aside.ts';
import { CONTRIBUTION_NOTES, joined, weightNote } from './terms.ts';
import type { ContributionLine, IndicatorLine } from './views.ts';

/** What is told about the contributions of one scheme. */
interface Telling {
  readonly explanation: Explanation;
  /** Of the schemes at the same moment, for an indicator that reads another scheme's class. */
  readonly classes: ReadonlyMap<string, string | null>;
  readonly terms: RuleSetTerms;
  readonly partsOf: ReadonlyMap<string, readonly Part[]>;
  readonly why: WhySetAside;
  readonly disputed: ReadonlySet<string>;
  readonly residual: ReadonlySet<string>;
}

/** Every indicator that has a contribution, with what each contribution brings and why it is more or less. */
export function indicatorLines(
  explanation: Explanation,
  { compiled }: ChosenRuleSet,
  classes: ReadonlyMap<string, string | null>,
  terms: RuleSetTerms,
): ReadonlyMap<IndicatorExplanation, IndicatorLine> {
  const idsWhere = (holds: (fact: Explanation['facts'][number]) => boolean): Set<string> =>
    new Set(explanation.facts.filter(holds).map(({ factId }) => factId));
  const telling: Telling = {
    ...{ explanation, classes, terms },
    partsOf: new Map(compiled.definition.indicators.map(({ code, parts }) => [code, parts])),
    why: whySetAside(explanation, compiled),
    disputed: idsWhere(({ disputed }) => disputed),
    residual: idsWhere(({ status }) => status === 'RESIDUAL'),
  };
  return new Map(explanation.indicators.map((indicator) => [indicator, indicatorLine(indicator, telling)]));
}

function indicatorLine(indicator: IndicatorExplanation, telling: Telling): IndicatorLine {
  const { code, name, raw, chosen, points, cap, label, basis, contributions } = indicator;
  return {
    ...{ indicator: code, label: name, raw, chosen, points, cap, provenance: label, basis },
    contributions: contributions.map((contribution) => contributionLine(indicator, contribution, telling)),
  };
}

function contributionLine(
  indicator: IndicatorExplanation,
  contribution: ContributionExplanation,
  telling: Telling,
): ContributionLine {
  const { factIds, groupedBy, undecayed, perMille, points, counts } = contribution;
  const parts = telling.partsOf.get(indicator.code) ?? [];
  const disputed = factIds.some((factId) => telling.disputed.has(factId));
  const notes: Label[] = [];
  if (factIds.length === 0 || parts.length === 1) notes.push(...besideFacts(parts, telling));
  if (factIds.some((factId) => telling.residual.has(factId))) notes.push(CONTRIBUTION_NOTES.residual);
  if (perMille !== 1000) notes.push(weightNote(undecayed, perMille));
  if (disputed) notes.push(CONTRIBUTION_NOTES.disputed);
  if (!counts) notes.push(telling.why(indicator, contribution));
  return {
    ...{ factIds, undecayed, perMille, disputed, points, counts },
    groupedBy: groupedBy === '' ? null : groupLabel(groupedBy, parts),
    why: joined(notes),
  };
}

/** What brings points besides facts: an attribute of the register, or another scheme's class. */
function besideFacts(parts: readonly Part[], { explanation, classes, terms }: Telling): Label[] {
  const part = parts.find(({ form }) => form === 'lookup' || form === 'age' || form === 'schemeClass');
  switch (part?.form) {
    case 'schemeClass': {
      const riskClass = classes.get(part.scheme) ?? '–';
      const name = terms.schemeLabel(part.scheme) ?? { zh: part.scheme, en: part.scheme };
      return [{ zh: `${name.zh}：${riskClass} 类`, en: `${name.en}: class ${riskClass}` }];
    }
    case 'lookup':
    case 'age':
      return registerNote(part.attribute, explanation.attributes);
    default:
      return [];
  }
}

function registerNote(attribute: string, attributes: Explanation['attributes']): Label[] {
  const value: unknown = (attributes as unknown as Readonly<Record<string, unknown>>)[attribute];
  const zh = FACT_TYPES['enterprise.registration']?.attributes[attribute]?.zh ?? attribute;
  const shown = registerValue(attribute, value);
  return shown === null ? [] : [{ zh: `${zh}：${shown.zh}`, en: `${inWords(attribute)}: ${shown.en}` }];
}

const DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' });

function registerValue(attribute: string, value: unknown): Label | null {
  if (typeof value === 'number') return plain(DAY.format(value));
  if (typeof value !== 'string') return null;
  if (attribute === 'town') return townOf(value)?.label ?? plain(value);
  if (attribute !== 'industry') return plain(value);
  const section = industryOf(value)?.label;
  return { zh: `${value} ${section?.zh ?? ''}`.trim(), en: `${value} ${section?.en ?? ''}`.trim() };
}

/** A value that facts are counted by, in the words of its list. */
function groupLabel(value: string, parts: readonly Part[]): Label {
  for (const part of parts) {
    const per = part.form === 'count' ? part.per : null;
    if (part.form !== 'count' || per === null) continue;
    const list = FACT_TYPES[part.select.factType]?.attributes[per]?.list;
    const term = list === undefined ? null : listed(list, value);
    if (term !== null) return term;
  }
  return plain(value);
}

function plain(text: string): Label {
  return { zh: text, en: text };
}
