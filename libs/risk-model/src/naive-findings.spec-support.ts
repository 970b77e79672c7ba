import type { AttributeValue } from './facts.ts';
import type { Part } from './naive-choice.spec-support.ts';
import { DAY, inForce, isDisputed, later } from './naive-facts.spec-support.ts';
import type { Fact } from './naive-facts.spec-support.ts';

/** Decay weights of rule 27. */
type Steps = readonly (readonly [months: number, perMille: number])[];
export const YR3: Steps = [
  [12, 1000],
  [24, 750],
  [36, 500],
];
export const YR2: Steps = [
  [6, 1000],
  [12, 670],
  [24, 330],
];

/** All that is found at one moment. */
export class Findings {
  readonly asOf: number;
  readonly known: readonly Fact[];
  readonly usable: readonly Fact[];
  readonly parts: Part[] = [];
  readonly open = new Set<string>();

  constructor(known: readonly Fact[], asOf: number) {
    this.asOf = asOf;
    this.known = known;
    this.usable = known.filter((fact) => inForce(fact, asOf));
  }

  of(...types: string[]): Fact[] {
    return this.usable.filter((fact) => types.includes(fact.type));
  }

  /** Rules 1 and 21. */
  add(indicator: string, fact: Fact, points: number, perMille = 1000): void {
    const counted = this.weigh(fact, points, perMille);
    const person = (fact.attributes['personKey'] ?? null) as string | null;
    if (counted > 0) this.parts.push({ indicator, points: counted, caseNumber: fact.caseNumber, person });
  }

  weigh(fact: Fact, points: number, perMille = 1000): number {
    const weighed = Math.floor((points * 1000 * perMille + 500) / 1000);
    return isDisputed(fact, this.asOf) ? Math.floor((weighed + 1) / 2) : weighed;
  }

  /** Points that no single fact brings. */
  addPlain(indicator: string, points: number): void {
    this.parts.push({ indicator, points: 1000 * points, caseNumber: null, person: null });
  }

  /** A fact that is open under a state indicator. */
  addOpen(indicator: string, fact: Fact, points: number): void {
    this.add(indicator, fact, points);
    this.open.add(indicator);
  }

  within(fact: Fact, months: number): boolean {
    return this.asOf < later(fact.start, months);
  }

  withinDays(fact: Fact, days: number): boolean {
    return this.asOf < fact.start + days * DAY;
  }

  stepped(fact: Fact, steps: Steps): number {
    return steps.find(([months]) => this.within(fact, months))?.[1] ?? 0;
  }

  /** The weight of a residual at the as-of, by the time since the fact closed (rule 16); 0 where there is none. */
  residual(fact: Fact, steps: Steps): number {
    const wasOpen = fact.closedAt > fact.start && fact.publicityEnd > fact.start;
    if (!wasOpen || this.asOf < fact.closedAt || this.asOf >= fact.publicityEnd) return 0;
    return steps.find(([months]) => this.asOf < later(fact.closedAt, months))?.[1] ?? 0;
  }

  /** Rule 22: the latest started value, and nothing once it is no longer valid. */
  derived(type: string): number | undefined {
    const begun = this.known.filter((fact) => fact.type === type && fact.start <= this.asOf);
    const by = begun.sort((a, b) => b.start - a.start || (a.id < b.id ? 1 : -1))[0];
    if (by === undefined || !inForce(by, this.asOf)) return undefined;
    const { value } = by.attributes;
    return typeof value === 'number' ? value : undefined;
  }
}

/** The enterprise's attribute by the latest begun fact in force that states it. */
export function stated(found: Findings, name: string): { value: AttributeValue; by: Fact } | undefined {
  const stating = found
    .of('enterprise.registration', 'enterprise.change', 'enterprise.deregistration')
    .filter((fact) => (fact.attributes[name] ?? null) !== null);
  const by = stating.sort((a, b) => b.start - a.start || (a.id < b.id ? 1 : -1))[0];
  return by && { value: by.attributes[name] as AttributeValue, by };
}

/** Rule 17: distinct incidents, a case number being one whatever number of facts name it; none under objection. */
export function incidents(found: Findings, facts: readonly Fact[]): number {
  const free = facts.filter((fact) => !isDisputed(fact, found.asOf));
  return new Set(free.map((fact) => (fact.caseNumber === null ? `fact ${fact.id}` : `case ${fact.caseNumber}`))).size;
}

/** What the performance register holds by now. */
export function performanceOf(fact: Fact, asOf: number): string {
  const performance = fact.registers.PERFORMANCE;
  return performance !== undefined && performance.at <= asOf ? performance.value : '';
}
