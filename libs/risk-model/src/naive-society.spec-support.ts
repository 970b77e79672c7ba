import { incidents, stated } from './naive-findings.spec-support.ts';
import type { Findings } from './naive-findings.spec-support.ts';

/** 关联关系 ASC and 社会评价 SOC, one `if` after the other. */

const HONOURS: Record<string, number> = { TAX_A: 15, QUALITY_AWARD: 10, CERTIFICATION: 5, COMMITMENT_KEPT: 5 };

export function findAssociation(found: Findings): void {
  const firms = found.derived('derived.representative-firms-d') ?? 0;
  if (firms > 0) found.addPlain('A01', 15 * firms);
  findRepresentative(found);
  if ((found.derived('derived.shareholder-d') ?? 0) >= 1) found.addPlain('A03', 30);
  if ((found.derived('derived.branches-d') ?? 0) >= 300) found.addPlain('A04', 15);
}

/** Rule 23: not of a representative who has gone; where either of the two is not known, it counts. */
function findRepresentative(found: Findings): void {
  const representative = stated(found, 'legalRepresentativeKey')?.value;
  for (const fact of found.of('court.representative-defaulter')) {
    const who = fact.attributes['personKey'] ?? null;
    const another = who !== null && representative !== undefined && who !== representative;
    if (!another) found.addOpen('A02', fact, 60);
  }
}

export function findSociety(found: Findings): void {
  findComplaints(found);
  findSurge(found);
  findDefaults(found);
  for (const fact of found.of('report.verified')) if (found.within(fact, 12)) found.add('S02', fact, 12);
  for (const fact of found.of('opinion.verified')) if (found.within(fact, 6)) found.add('S06', fact, 20);
  for (const fact of found.of('honour.grant')) found.add('S07', fact, HONOURS[fact.attributes['kind'] as string] ?? 0);
}

function findSurge(found: Findings): void {
  if ((found.derived('derived.complaint-surge') ?? 0) >= 3000) found.addPlain('S03', 15);
  for (const fact of found.of('complaint.mass-confirmed')) if (found.withinDays(fact, 90)) found.add('S03', fact, 50);
}

function findDefaults(found: Findings): void {
  for (const fact of found.of('court.defaulter-listing')) found.addOpen('S04', fact, 150);
  for (const fact of found.known) {
    if (fact.type === 'court.defaulter-listing') found.add('S04', fact, 30, found.residual(fact, [[12, 1000]]));
  }
  findFreezes(found);
  for (const fact of found.of('court.enforcement-terminated')) if (found.within(fact, 24)) found.add('S05', fact, 20);
}

/** Rules 11 and 22: above the 90th percentile of the peers, which counts as at least 3; without one nothing. */
function findComplaints(found: Findings): void {
  const percentile = found.derived('derived.peer-complaints');
  if (percentile === undefined) return;
  const complaints = found.of('complaint.accepted').filter((fact) => found.within(fact, 12));
  const above = incidents(found, complaints) - Math.max(3, percentile);
  if (above > 0) found.addPlain('S01', 2 * above);
}

/** Rule 16: the freeze counts once, by its single greatest fact. */
function findFreezes(found: Findings): void {
  const freezes = found.of('court.equity-freeze').map((fact) => found.weigh(fact, 40));
  if (freezes.length === 0) return;
  found.parts.push({ indicator: 'S05', points: Math.max(...freezes), caseNumber: null, person: null });
}
