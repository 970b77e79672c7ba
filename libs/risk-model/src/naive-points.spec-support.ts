import type { AttributeValue } from './facts.ts';
import type { Part } from './naive-choice.spec-support.ts';
import { amountOf, inForce, isDisputed, later } from './naive-facts.spec-support.ts';
import type { Fact } from './naive-facts.spec-support.ts';

/** What each fact brings under each indicator, floor and direct determination, one `if` after the other. */

const LISTINGS: Record<string, readonly [code: string, open: number, residual: number]> = {
  1: ['R07', 60, 15],
  2: ['R08', 50, 15],
  3: ['R09', 80, 20],
  4: ['R10', 100, 25],
};
const INDUSTRIES: Record<string, number> = { C1411: 20, C2710: 30, H6210: 10 };
const SENSITIVE = ['FOOD_PRODUCTION', 'DRUG', 'MEDICAL_DEVICE', 'SPECIAL_EQUIPMENT', 'HAZARDOUS_CHEMICALS', 'GAS'];

type Steps = readonly (readonly [months: number, perMille: number])[];
const YR3: Steps = [
  [12, 1000],
  [24, 750],
  [36, 500],
];
const YR2: Steps = [
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
  readonly conditions = new Set<string>();

  constructor(known: readonly Fact[], asOf: number) {
    this.asOf = asOf;
    this.known = known;
    this.usable = known.filter((fact) => inForce(fact, asOf));
  }

  /** Rules 1 and 21. */
  add(indicator: string, fact: Fact, points: number, perMille = 1000): void {
    const weighed = Math.floor((points * 1000 * perMille + 500) / 1000);
    const counted = isDisputed(fact, this.asOf) ? Math.floor((weighed + 1) / 2) : weighed;
    if (counted > 0) this.parts.push({ indicator, points: counted, caseNumber: fact.caseNumber });
  }

  within(fact: Fact, months: number): boolean {
    return this.asOf < later(fact.start, months);
  }

  stepped(fact: Fact, steps: Steps): number {
    return steps.find(([months]) => this.within(fact, months))?.[1] ?? 0;
  }
}

/** The enterprise's attribute by the latest begun fact in force that states it. */
export function stated(found: Findings, name: string): { value: AttributeValue; by: Fact } | undefined {
  const stating = found.usable.filter(
    (fact) => fact.type.startsWith('enterprise.') && (fact.attributes[name] ?? null) !== null,
  );
  const by = stating.sort((a, b) => b.start - a.start || (a.id < b.id ? 1 : -1))[0];
  return by && { value: by.attributes[name] as AttributeValue, by };
}

function findAttributes(found: Findings): void {
  const registeredAt = stated(found, 'registeredAt');
  if (registeredAt !== undefined) {
    const age = (months: number): boolean => found.asOf < later(registeredAt.value as number, months);
    found.add('B01', registeredAt.by, age(12) ? 20 : age(36) ? 10 : 0);
  }
  const industry = stated(found, 'industry');
  if (industry !== undefined) found.add('B02', industry.by, INDUSTRIES[industry.value as string] ?? 0);
  if (stated(found, 'status')?.value === 'REVOKED') found.conditions.add('X02');
}

/** What the performance register holds by now. */
function performanceOf(fact: Fact, asOf: number): string {
  const performance = fact.registers.PERFORMANCE;
  return performance !== undefined && performance.at <= asOf ? performance.value : '';
}

function findPenalty(found: Findings, fact: Fact): void {
  if (fact.kind === 'MINOR' && found.within(fact, 3)) found.add('R01', fact, 15);
  if (fact.kind === 'GENERAL' && found.within(fact, 12)) found.add('R02', fact, 40);
  if (fact.kind === 'SERIOUS') found.add('R03', fact, 90, found.stepped(fact, YR3));
  if (fact.kind === 'SERIOUS' && found.within(fact, 12)) found.conditions.add('F04');
  const performance = performanceOf(fact, found.asOf);
  if (performance === 'OVERDUE') {
    found.add('R06', fact, 40);
    found.open.add('R06');
  }
  const kinds = (fact.attributes['penaltyKinds'] ?? []) as readonly string[];
  const ordered = kinds.includes('STOP_PRODUCTION') || kinds.includes('CLOSE');
  if (kinds.includes('REVOKE_LICENCE') || (ordered && performance !== 'LIFTED')) found.conditions.add('X02');
}

/** Rule 25. */
function closesContact(other: Fact, opener: Fact, asOf: number): boolean {
  const closes =
    other.type === 'inspection.result' ||
    (other.type === 'abnormal.listing' && other.attributes['reasonCode'] === '4') ||
    (other.type === 'enterprise.change' && other.attributes['addressChanged'] === true);
  const wasUsable = other.start < other.closedAt && other.start < other.publicityEnd;
  return closes && wasUsable && other.start > opener.start && other.start <= asOf;
}

function findInspection(found: Findings, fact: Fact): void {
  if (fact.kind === 'R12') found.add('R12', fact, 10, found.stepped(fact, YR2));
  if (fact.kind === 'R13') found.add('R13', fact, 30, found.stepped(fact, YR2));
  if (fact.kind === 'R14') found.add('R14', fact, 80, found.stepped(fact, YR3));
  if (fact.kind === 'R14' && found.within(fact, 12)) found.conditions.add('X06');
  if (fact.kind === 'R16' && found.within(fact, 24)) found.add('R16', fact, 10);
  const closed = found.known.some((other) => closesContact(other, fact, found.asOf));
  if (fact.kind !== 'R15' || !found.within(fact, 24) || closed) return;
  found.add('R15', fact, 60);
  found.open.add('R15');
}

function findListing(found: Findings, fact: Fact): void {
  found.conditions.add('F01');
  const listing = LISTINGS[fact.attributes['reasonCode'] as string];
  if (listing !== undefined) {
    found.add(listing[0], fact, listing[1]);
    found.open.add(listing[0]);
  }
  if (fact.attributes['reasonCode'] === '4') found.conditions.add('F02');
  if (!found.within(fact, 36)) found.conditions.add('X08');
  if (found.within(fact, 24)) return;
  found.add('R11', fact, 60);
  found.open.add('R11');
}

function findAccident(found: Findings, fact: Fact): void {
  const { field, grade } = fact.attributes;
  const major = field !== 'WORK_SAFETY' && (grade === 'MAJOR' || grade === 'EXTRAORDINARY');
  if (major && found.within(fact, 24)) found.conditions.add('X04');
}

function findCrime(found: Findings, fact: Fact): void {
  if (found.within(fact, 24)) found.conditions.add('X05');
}

function always(condition: string): (found: Findings) => void {
  return (found) => void found.conditions.add(condition);
}

const BY_TYPE: Record<string, (found: Findings, fact: Fact) => void> = {
  'penalty.decision': findPenalty,
  'inspection.result': findInspection,
  'abnormal.listing': findListing,
  'accident.responsibility': findAccident,
  'crime.conviction': findCrime,
  'crime.transfer': findCrime,
  'serious-violation.listing': always('X01'),
  'order.stop-production': always('X02'),
  'licence.revocation': always('X02'),
  'registration.cancellation': always('X03'),
  'national.serious-listing': always('X07'),
  'registration.fraud-inquiry': always('F05'),
  'licence.grant': (found, fact) => {
    if (SENSITIVE.includes(fact.attributes['licenceType'] as string)) found.add('B03', fact, 10);
  },
  'report.verified': (found, fact) => {
    if (found.within(fact, 12)) found.add('S02', fact, 12);
  },
  'court.defaulter-listing': (found, fact) => {
    found.add('S04', fact, 150);
    found.conditions.add('F03');
  },
};

/** Rule 16: what closed states leave. */
function findResidual(found: Findings, fact: Fact): void {
  const { asOf } = found;
  const wasOpen = fact.closedAt > fact.start && fact.publicityEnd > fact.start;
  if (!wasOpen || asOf < fact.closedAt || asOf >= fact.publicityEnd || asOf >= later(fact.closedAt, 12)) return;
  if (fact.type === 'court.defaulter-listing') found.add('S04', fact, 30);
  const listing = fact.type === 'abnormal.listing' ? LISTINGS[fact.attributes['reasonCode'] as string] : undefined;
  if (listing !== undefined) found.add(listing[0], fact, listing[2]);
}

/** Rule 17. */
function findRepeats(found: Findings, penalties: readonly Fact[]): void {
  for (const type of new Set(penalties.map((fact) => fact.attributes['violationType']))) {
    if (typeof type !== 'string') continue;
    const same = penalties.filter(
      (fact) => fact.attributes['violationType'] === type && found.within(fact, 24) && !isDisputed(fact, found.asOf),
    );
    const incidents = new Set(same.map((fact) => (fact.caseNumber === null ? `f${fact.id}` : `c${fact.caseNumber}`)));
    const points = incidents.size >= 3 ? 80_000 : incidents.size === 2 ? 30_000 : 0;
    found.parts.push({ indicator: 'R04', points, caseNumber: null });
  }
}

/** Rule 18, straight from its formula. */
export function finePoints(fen: number): number {
  let points = 0;
  while (points < 20 && (1_000_000n + BigInt(fen)) ** 5n >= 10n ** BigInt(31 + points)) points++;
  return points;
}

function findFines(found: Findings, penalties: readonly Fact[]): void {
  const fen = penalties
    .filter((fact) => found.within(fact, 12))
    .map((fact) => {
      const amount = amountOf(fact.attributes);
      return isDisputed(fact, found.asOf) ? Math.ceil(amount / 2) : amount;
    })
    .reduce((sum, amount) => sum + amount, 0);
  found.parts.push({ indicator: 'R05', points: 1000 * finePoints(fen), caseNumber: null });
}

export function findAll(known: readonly Fact[], asOf: number): Findings {
  const found = new Findings(known, asOf);
  findAttributes(found);
  for (const fact of found.usable) BY_TYPE[fact.type]?.(found, fact);
  for (const fact of known) findResidual(found, fact);
  const penalties = found.usable.filter((fact) => fact.type === 'penalty.decision');
  findRepeats(found, penalties);
  findFines(found, penalties);
  return found;
}
