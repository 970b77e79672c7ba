import { amountOf, isDisputed } from './naive-facts.spec-support.ts';
import type { Fact } from './naive-facts.spec-support.ts';
import { incidents, performanceOf, YR2, YR3 } from './naive-findings.spec-support.ts';
import type { Findings } from './naive-findings.spec-support.ts';

/** 监管 REG, one `if` after the other. */

const LISTINGS: Record<string, readonly [open: number, residual: number]> = {
  R07: [60, 15],
  R08: [50, 15],
  R09: [80, 20],
  R10: [100, 25],
};

export function findSupervision(found: Findings): void {
  const penalties = found.of('penalty.decision');
  for (const fact of penalties) findPenalty(found, fact);
  findRepeats(found, penalties);
  findFines(found, penalties);
  for (const fact of found.of('abnormal.listing')) findListing(found, fact);
  for (const fact of found.of('inspection.result')) findInspection(found, fact);
  for (const fact of found.of('product-check.failed')) {
    found.add('R17', fact, fact.attributes['serious'] === true ? 80 : 40, found.stepped(fact, YR2));
  }
  for (const fact of found.of('food-check.failed')) found.add('R18', fact, 50, found.stepped(fact, YR2));
  for (const fact of found.of('recall.ordered')) found.addOpen('R19', fact, 60);
  for (const fact of found.of('equipment.overdue', 'equipment.hazard')) found.addOpen('R20', fact, 80);
  for (const fact of found.known) findResidual(found, fact);
}

/** Rule 19: 3, 12 and 36 months in any case. */
function findPenalty(found: Findings, fact: Fact): void {
  if (fact.kind === 'MINOR' && found.within(fact, 3)) found.add('R01', fact, 15);
  if (fact.kind === 'GENERAL' && found.within(fact, 12)) found.add('R02', fact, 40);
  if (fact.kind === 'SERIOUS') found.add('R03', fact, 90, found.stepped(fact, YR3));
  if (performanceOf(fact, found.asOf) === 'OVERDUE') found.addOpen('R06', fact, 40);
}

/** Rule 17. */
function findRepeats(found: Findings, penalties: readonly Fact[]): void {
  for (const type of new Set(penalties.map((fact) => fact.attributes['violationType']))) {
    if (typeof type !== 'string') continue;
    const same = penalties.filter((fact) => fact.attributes['violationType'] === type && found.within(fact, 24));
    const count = incidents(found, same);
    if (count >= 3) found.addPlain('R04', 80);
    else if (count === 2) found.addPlain('R04', 30);
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
  found.addPlain('R05', finePoints(fen));
}

function findListing(found: Findings, fact: Fact): void {
  const listing = LISTINGS[fact.kind];
  if (listing !== undefined) found.addOpen(fact.kind, fact, listing[0]);
  if (!found.within(fact, 24)) found.addOpen('R11', fact, 60);
}

/** Rule 25. */
function closesContact(other: Fact, opener: Fact, asOf: number): boolean {
  const closes =
    other.type === 'inspection.result' ||
    other.kind === 'R10' ||
    (other.type === 'enterprise.change' && other.attributes['addressChanged'] === true);
  const wasUsable = other.start < other.closedAt && other.start < other.publicityEnd;
  return closes && wasUsable && other.start > opener.start && other.start <= asOf;
}

function findInspection(found: Findings, fact: Fact): void {
  if (fact.kind === 'R12') found.add('R12', fact, 10, found.stepped(fact, YR2));
  if (fact.kind === 'R13') found.add('R13', fact, 30, found.stepped(fact, YR2));
  if (fact.kind === 'R14') found.add('R14', fact, 80, found.stepped(fact, YR3));
  if (fact.kind === 'R16' && found.within(fact, 24)) found.add('R16', fact, 10);
  const closed = found.known.some((other) => closesContact(other, fact, found.asOf));
  if (fact.kind === 'R15' && found.within(fact, 24) && !closed) found.addOpen('R15', fact, 60);
}

/** Rules 16 and 27: what closed states leave. */
function findResidual(found: Findings, fact: Fact): void {
  const listing = LISTINGS[fact.kind];
  if (listing !== undefined) found.add(fact.kind, fact, listing[1], found.residual(fact, [[12, 1000]]));
  if (fact.type === 'recall.ordered') found.add('R19', fact, 30, found.residual(fact, YR3));
}
