import type { Fact } from './naive-facts.spec-support.ts';
import { performanceOf, stated } from './naive-findings.spec-support.ts';
import type { Findings } from './naive-findings.spec-support.ts';
import type { RiskClass } from './position.ts';

/** Direct determinations and floors (8.1, rules 7, 8 and 20), and who is in the scored population. */

export const FLOORS: Record<string, RiskClass> = { F01: 'B', F02: 'C', F03: 'C', F04: 'C', F05: 'C' };

function findOrders(found: Findings, met: Set<string>): void {
  if (found.of('order.stop-production', 'licence.revocation').length > 0) met.add('X02');
  if (stated(found, 'status')?.value === 'REVOKED') met.add('X02');
  for (const fact of found.of('penalty.decision')) {
    const kinds = (fact.attributes['penaltyKinds'] ?? []) as readonly string[];
    if (kinds.includes('REVOKE_LICENCE')) met.add('X02');
    const ordered = kinds.includes('STOP_PRODUCTION') || kinds.includes('CLOSE');
    if (ordered && performanceOf(fact, found.asOf) !== 'LIFTED') met.add('X02');
  }
}

function isMajor({ attributes }: Fact): boolean {
  const fields = ['FOOD', 'DRUG', 'EQUIPMENT', 'PRODUCT'];
  const grades = ['MAJOR', 'EXTRAORDINARY'];
  return fields.includes(attributes['field'] as string) && grades.includes(attributes['grade'] as string);
}

function findDirect(found: Findings, met: Set<string>): void {
  if (found.of('serious-violation.listing').length > 0) met.add('X01');
  findOrders(found, met);
  if (found.of('registration.cancellation').length > 0) met.add('X03');
  for (const fact of found.of('accident.responsibility')) {
    if (isMajor(fact) && found.within(fact, 24)) met.add('X04');
  }
  for (const fact of found.of('crime.conviction', 'crime.transfer')) if (found.within(fact, 24)) met.add('X05');
  for (const fact of found.of('inspection.result')) {
    if (fact.kind === 'R14' && found.within(fact, 12)) met.add('X06');
  }
  if (found.of('national.serious-listing').length > 0) met.add('X07');
  for (const fact of found.of('abnormal.listing')) if (!found.within(fact, 36)) met.add('X08');
}

function findFloors(found: Findings, met: Set<string>): void {
  for (const fact of found.of('abnormal.listing')) {
    met.add('F01');
    if (fact.kind === 'R10') met.add('F02');
  }
  if (found.of('court.defaulter-listing').length > 0) met.add('F03');
  for (const fact of found.of('penalty.decision')) {
    if (fact.kind === 'SERIOUS' && found.within(fact, 12)) met.add('F04');
  }
  if (found.of('registration.fraud-inquiry').length > 0) met.add('F05');
}

export function conditionsOf(found: Findings): string[] {
  const met = new Set<string>();
  findDirect(found, met);
  findFloors(found, met);
  return [...met].sort();
}

/** Says nothing of the enterprise's own conduct: makes no member and is no evidence. */
export function saysNothing(type: string): boolean {
  return type.startsWith('derived.') || type === 'override.class' || type === 'enterprise.link';
}

const OUTSIDE = ['REVOKED_DEREGISTERED', 'DEREGISTERED', 'CANCELLED', 'MOVED_OUT'];

/** `all` facts make a member of the population, an objection to one of them takes nobody out. */
export function isScored(found: Findings, all: readonly Fact[]): boolean {
  if (!all.some((fact) => fact.start <= found.asOf && !saysNothing(fact.type))) return false;
  if (OUTSIDE.includes(String(stated(found, 'status')?.value))) return false;
  if (found.of('enterprise.deregistration').some(({ attributes }) => (attributes['status'] ?? null) === null)) {
    return false;
  }
  const linked = found.of('enterprise.link').map(({ attributes }) => attributes['kind']);
  return !linked.includes('RENUMBERED') && !linked.includes('MERGED');
}
