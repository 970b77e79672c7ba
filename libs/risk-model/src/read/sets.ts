import { MODEL_ATTRIBUTES } from '../facts.ts';
import type { ExclusiveSet, IndicatorDefinition, Part, RuleSetDefinition } from '../rule-set/definition.ts';
import { readAttributeOfAny } from './reading.ts';
import type { Reader } from './reader.ts';

function readMembers(reader: Reader, indicators: readonly IndicatorDefinition[]): IndicatorDefinition[] {
  const codes = indicators.map((indicator) => indicator.code);
  const members = reader.filledList().flatMap((item) => {
    const code = item.oneOf(codes);
    return indicators.find((indicator) => indicator.code === code) ?? [];
  });
  if (new Set(members).size < members.length) reader.fail('an indicator is named twice');
  return members;
}

/** Indicators of which the facts of one case number count once, the preferred first. */
export function readIncidentOrder(reader: Reader | null, indicators: readonly IndicatorDefinition[]): string[] {
  if (reader === null) return [];
  reader.object('order', 'label', 'basis');
  return readMembers(reader.at('order'), indicators).map((indicator) => {
    if (indicator.positive || indicator.parts.some((part) => part.form !== 'facts')) {
      reader.fail(`${indicator.code}: only indicators of form facts with points above 0 can share an incident`);
    }
    return indicator.code;
  });
}

function attributesOf(part: Part): readonly string[] {
  if (part.form === 'facts' || part.form === 'state' || part.form === 'clock') {
    return MODEL_ATTRIBUTES[part.select.factType] ?? [];
  }
  return [];
}

function readPer(reader: Reader, members: readonly IndicatorDefinition[]): string {
  const attribute = readAttributeOfAny(reader);
  for (const { code, parts } of members) {
    if (!parts.every((part) => attributesOf(part).includes(attribute))) {
      reader.fail(`the facts of ${code} have no ${attribute}`);
    }
  }
  return attribute;
}

const MOST_CROSSING_SETS = 4;

/** Sets of which one indicator counts: the choice with the highest total after caps. */
export function readExclusiveSets(
  reader: Reader | null,
  indicators: readonly IndicatorDefinition[],
  incidentOrder: readonly string[],
): ExclusiveSet[] {
  if (reader === null) return [];
  const seen = new Set<IndicatorDefinition>();
  let crossing = 0;
  const sets = reader.list().map((item) => {
    item.object('set', 'per', 'label', 'basis');
    const members = readMembers(item.at('set'), indicators);
    if (members.length < 2) item.fail('an exclusive set needs at least two indicators');
    for (const member of members) {
      if (incidentOrder.includes(member.code)) item.fail(`${member.code} is in the one-incident-once set too`);
      if (member.positive) item.fail(`${member.code} is in the positive pool`);
      if (seen.has(member)) reader.fail('an indicator is in more than one exclusive set');
      seen.add(member);
    }
    if (new Set(members.map((member) => member.group)).size > 1) crossing++;
    return {
      members: members.map((member) => member.code),
      per: item.has('per') ? readPer(item.at('per'), members) : null,
    };
  });
  if (crossing > MOST_CROSSING_SETS) reader.fail(`at most ${MOST_CROSSING_SETS} sets may cross groups`);
  return sets;
}

/** What is taken off for positive records (守信), unless one of the named indicators is open. */
export function readPositivePool(
  file: Reader,
  indicators: readonly IndicatorDefinition[],
): RuleSetDefinition['positivePool'] {
  const reader = file.optional('positivePool');
  if (reader === null) {
    const positive = indicators.find((indicator) => indicator.positive);
    if (positive !== undefined) file.at('positivePool').fail(`is expected: ${positive.code} has negative points`);
    return { cap: 0, suspendedWhileOpen: [] };
  }
  reader.object('cap', 'suspendedWhileOpen', 'label', 'basis');
  const gates = reader.at('suspendedWhileOpen');
  const members = gates.isList() && gates.list().length === 0 ? [] : readMembers(gates, indicators);
  for (const { code, parts } of members) {
    if (!parts.some((part) => part.form === 'state' || part.form === 'clock')) reader.fail(`${code} has no open state`);
  }
  return { cap: reader.at('cap').positivePoints(), suspendedWhileOpen: members.map(({ code }) => code) };
}
