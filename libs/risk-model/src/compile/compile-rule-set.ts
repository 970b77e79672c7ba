import type {
  CompiledCondition,
  CompiledExclusiveSet,
  CompiledIndicator,
  CompiledModel,
  CompiledRuleSet,
  Gate,
} from '../compiled.ts';
import { attributesOfCode, FACT_TYPES } from '../facts.ts';
import { propertyName } from '../property-name.ts';
import type { ExclusiveSet, IndicatorDefinition, Part, RuleSetDefinition } from '../rule-set/definition.ts';
import { layCount, layExcess, layTotal } from './aggregate-parts.ts';
import { layAge, layDerived, layLookup, laySchemeClass } from './attribute-parts.ts';
import { layCondition } from './conditions.ts';
import { layClock, layFacts, layState } from './fact-parts.ts';
import { placeOf } from './places.ts';
import { ProgramBuilder } from './program.ts';
import { layConsecutive, layDrop } from './snapshot-parts.ts';

/** Forms of which the single greatest contribution counts. */
const GREATEST: ReadonlySet<Part['form']> = new Set(['state', 'clock', 'drop']);

function layPart(builder: ProgramBuilder, place: number, part: Part): void {
  switch (part.form) {
    case 'facts':
      return layFacts(builder, place, part);
    case 'state':
      return layState(builder, place, part);
    case 'clock':
      return layClock(builder, place, part);
    case 'count':
      return layCount(builder, place, part);
    case 'total':
      return layTotal(builder, place, part);
    case 'excess':
      return layExcess(builder, place, part);
    case 'consecutive':
      return layConsecutive(builder, place, part);
    case 'drop':
      return layDrop(builder, place, part);
    case 'lookup':
      return layLookup(builder, place, part);
    case 'age':
      return layAge(builder, place, part);
    case 'derived':
      return layDerived(builder, place, part);
    case 'schemeClass':
      return laySchemeClass(builder, place, part);
  }
}

function layIndicator(
  builder: ProgramBuilder,
  definition: RuleSetDefinition,
  indicator: IndicatorDefinition,
): CompiledIndicator {
  const incidentOrder = definition.incidentOrder.indexOf(indicator.code);
  const own = definition.indicators.indexOf(indicator);
  const parts = indicator.parts.map((part) => {
    const per = part.form === 'count' && part.per !== null ? placeOf(part.select.factType, part.per) : null;
    const place = builder.part({
      indicator: own,
      greatest: GREATEST.has(part.form),
      inIncident: incidentOrder >= 0,
      per,
    });
    layPart(builder, place, part);
    return place;
  });
  const { code, name, label, basis, cap, positive, combine } = indicator;
  return {
    ...{ code, name, label, basis, cap, positive, parts, incidentOrder },
    group: definition.groups.findIndex((group) => group.code === indicator.group),
    greatestPart: combine === 'GREATEST',
    suspendsPositive: definition.positivePool.suspendedWhileOpen.includes(code),
  };
}

function exclusiveSet({ members, per }: ExclusiveSet, indicators: readonly CompiledIndicator[]): CompiledExclusiveSet {
  return {
    members: members.map((code) => indicators.findIndex((item) => item.code === code)),
    keys: per === null ? null : FACT_TYPES.map((_, type) => attributesOfCode(type).indexOf(per)),
  };
}

function compileConditions(builder: ProgramBuilder, definition: RuleSetDefinition): CompiledCondition[] {
  return definition.conditions.map((condition) => ({
    ...condition,
    when: layCondition(builder, definition, condition.when),
  }));
}

function compileModel(definition: RuleSetDefinition): CompiledModel {
  const builder = new ProgramBuilder(definition);
  const indicators = definition.indicators.map((item) => layIndicator(builder, definition, item));
  const conditions = compileConditions(builder, definition);
  const warnings = definition.warnings.map((warning) => ({
    definition: warning,
    when: warning.when.kind === 'NEWLY_MET' ? layCondition(builder, definition, warning.when.condition) : null,
  }));
  const { population, evidence, alone } = definition;
  const statusSlot = builder.slot(population.statusAttribute);
  const registeredAtSlot = builder.slot(evidence.newSince);
  return {
    program: builder.build(population.leavingFacts, statusSlot, true),
    registeredAtSlot,
    leavingStatuses: new Set<unknown>(population.leavingStatuses),
    groups: definition.groups.map((group) => ({ ...group, code: propertyName(group.code) })),
    indicators,
    exclusiveSets: definition.exclusive.map((set) => exclusiveSet(set, indicators)),
    conditions,
    scaleMax: definition.scaleMax,
    bands: definition.bands,
    alone:
      alone === null
        ? null
        : { group: definition.groups.findIndex(({ code }) => code === alone.group), worst: alone.worst },
    positiveCap: definition.positivePool.cap,
    evidenceMonths: evidence.months,
    overrideDays: definition.overrides?.maxDays ?? null,
    warnings,
    classNames: builder.classNames,
  };
}

function compileGate(definition: RuleSetDefinition): Gate | null {
  if (definition.appliesTo === null) return null;
  const builder = new ProgramBuilder(definition);
  const when = layCondition(builder, definition, definition.appliesTo);
  // Stryker disable next-line UnaryOperator: nobody asks a gate for the status
  return { program: builder.build([], -1, false), when };
}

/** Turns a checked definition into closures, once. */
export function compileDefinition(definition: RuleSetDefinition): CompiledRuleSet {
  const { id, version, label, scheme } = definition;
  return {
    ...{ id, version, label, definition },
    identity: `${id}@${version}`,
    schemeId: propertyName(scheme.id),
    gate: compileGate(definition),
    model: compileModel(definition),
  };
}
