import { activate, assess, foldFact, midnight } from './index.ts';
import type {
  ActiveRuleSets,
  Assessment,
  AttributeValue,
  FactRecord,
  IndicatorDefinition,
  Part,
  Position,
  Register,
  RuleSetDefinition,
  Selection,
} from './index.ts';
import { compileDefinition } from './compile/compile-rule-set.ts';
import { record } from './generated-enterprises.spec-support.ts';

/** Rule sets with nothing in them but what a test is about, and records to try them with. */

const NAME = { zh: '测试', en: 'test' };

const EMPTY: RuleSetDefinition = {
  ...{ id: 'small', version: '1.0.0', label: 'proposal', name: NAME, appliesTo: null, scaleMax: 100_000 },
  scheme: { id: 'small', kind: 'general', department: null, field: null, base: null, takesBase: false },
  effective: { from: null, to: null },
  bands: [
    { riskClass: 'A', from: 0, to: 25_000 },
    { riskClass: 'B', from: 25_000, to: 50_000 },
    { riskClass: 'C', from: 50_000, to: 75_000 },
    { riskClass: 'D', from: 75_000, to: 100_001 },
  ],
  groups: [{ code: 'G', name: NAME, cap: 90_000 }],
  alone: null,
  population: { statusAttribute: 'status', leavingStatuses: ['GONE'], leavingFacts: [] },
  evidence: { months: 24, newSince: 'registeredAt' },
  objection: { days: 20, perMille: 500 },
  ...{ official: null, overrides: null, facts: [], classifications: [], indicators: [], incidentOrder: [] },
  ...{ exclusive: [], positivePool: { cap: 0, suspendedWhileOpen: [] }, conditions: [], warnings: [], visits: null },
};

export function definition(own: Partial<RuleSetDefinition> = {}): RuleSetDefinition {
  return { ...EMPTY, ...own };
}

export function rules(own: Partial<RuleSetDefinition> = {}): ActiveRuleSets {
  return activate([compileDefinition(definition(own))]);
}

export function indicator(
  code: string,
  parts: Part | readonly Part[],
  own: Partial<IndicatorDefinition> = {},
): IndicatorDefinition {
  return {
    ...{ code, name: NAME, label: 'proposal', basis: '', group: 'G', cap: 90_000, positive: false, combine: 'SUM' },
    parts: Array.isArray(parts) ? (parts as readonly Part[]) : [parts as Part],
    ...own,
  };
}

/** All facts of a type. */
export function every(factType: string, own: Partial<Selection> = {}): Selection {
  return { factType, outcome: null, where: [], ...own };
}

/** Points for each usable fact of a type. */
export function points(factType: string, each: number, own: Partial<Selection> = {}): Part {
  return { form: 'facts', select: every(factType, own), points: each, decay: null };
}

export const DAY = 86_400_000;
export const TODAY = midnight(2026, 6, 1);
/** So many days after (before) today. */
export const day = (days: number): number => TODAY + days * DAY;
export const idOf = (id: string): string => id.padStart(32, '0');

export function fact(
  id: string,
  factType: string,
  occurredAt: number,
  attributes: Record<string, AttributeValue> = {},
  own: Partial<FactRecord> = {},
): FactRecord {
  return record(idOf(id), { factType, occurredAt, attributes, ...own });
}

export function status(of: FactRecord, register: Register, value: string, at: number, until?: number): FactRecord {
  const attributes = { value, effectiveAt: at, until: until ?? null, reason: null };
  return record(of.factId, { factType: of.factType, register, occurredAt: at, revision: 9, attributes });
}

export function positionOf(records: readonly FactRecord[]): Position {
  const empty: Position = { facts: [], schemes: {}, nextReviewAt: null };
  return records.reduce((position, next) => foldFact(position, next), empty);
}

export function assessed(records: readonly FactRecord[], asOf: number, active: ActiveRuleSets): Assessment {
  return assess(positionOf(records), { kind: 'review' }, asOf, active);
}

export function scoreOf(records: readonly FactRecord[], asOf: number, active: ActiveRuleSets): number {
  return assessed(records, asOf, active).results[0]?.score ?? NaN;
}
