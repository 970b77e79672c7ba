import { later, monthNumber } from './naive-facts.spec-support.ts';
import type { Fact } from './naive-facts.spec-support.ts';
import { incidents, stated } from './naive-findings.spec-support.ts';
import type { Findings } from './naive-findings.spec-support.ts';

/** 基础属性 BASE and 动态 DYN, one `if` after the other. */

/** The industries that the tests use; the rule set has the whole table. */
const INDUSTRIES: Record<string, number> = {
  ...{
    B0610: 20,
    C1411: 20,
    C2681: 10,
    C2710: 30,
    D4511: 30,
    F5265: 20,
    F5266: 30,
    H6110: 10,
    H6210: 10,
    I6510: 0,
    M7310: 0,
  },
};
const SENSITIVE = ['FOOD_PRODUCTION', 'DRUG', 'MEDICAL_DEVICE', 'SPECIAL_EQUIPMENT', 'HAZARDOUS_CHEMICALS', 'GAS'];

export function findBase(found: Findings): void {
  findAge(found);
  findIndustry(found);
  for (const licence of found.of('licence.grant')) {
    if (SENSITIVE.includes(licence.attributes['licenceType'] as string)) found.add('B03', licence, 10);
  }
  const neighbours = found.derived('derived.address-density') ?? 0;
  if (neighbours >= 50) found.addPlain('B04', 20);
  else if (neighbours >= 10) found.addPlain('B04', 10);
  const firms = found.derived('derived.person-firms') ?? 0;
  if (firms >= 10) found.addPlain('B05', 10);
  else if (firms >= 5) found.addPlain('B05', 5);
}

function findAge(found: Findings): void {
  const registeredAt = stated(found, 'registeredAt');
  if (registeredAt !== undefined) {
    const younger = (months: number): boolean => found.asOf < later(registeredAt.value as number, months);
    found.add('B01', registeredAt.by, younger(12) ? 20 : younger(36) ? 10 : 0);
  }
}

function findIndustry(found: Findings): void {
  const industry = stated(found, 'industry');
  if (industry === undefined) return;
  const points = INDUSTRIES[industry.value as string];
  if (points === undefined) throw new Error(`the oracle has no level for industry ${String(industry.value)}`);
  found.add('B02', industry.by, points);
}

export function findDynamic(found: Findings): void {
  findChanges(found);
  findMissedReports(found);
  if (isDormant(found)) found.addPlain('D05', 20);
  if (hasCollapsed(found)) found.addPlain('D06', 15);
  findExpiredLicences(found);
  for (const fact of found.of('tax.arrears')) found.addOpen('D08', fact, 40);
  for (const fact of found.of('tax.abnormal-taxpayer')) found.addOpen('D09', fact, 60);
  for (const fact of found.of('insolvency.proceeding')) found.addOpen('D10', fact, 30);
  for (const fact of found.known) {
    if (fact.type === 'tax.arrears') found.add('D08', fact, 10, found.residual(fact, [[12, 1000]]));
    if (fact.type === 'tax.abnormal-taxpayer') found.add('D09', fact, 15, found.residual(fact, [[12, 1000]]));
  }
}

/** D01–D03; rule 28: one filing is one change. */
function findChanges(found: Findings): void {
  const recent = found.of('enterprise.change').filter((fact) => found.within(fact, 12));
  const ofControl = recent.filter(({ attributes }) =>
    ['LEGAL_REPRESENTATIVE', 'SHAREHOLDER'].includes(attributes['changeKind'] as string),
  );
  const control = incidents(found, ofControl);
  if (control >= 5) found.addPlain('D01', 25);
  else if (control >= 3) found.addPlain('D01', 15);
  const moves = recent.filter(({ attributes }) => attributes['addressChanged'] === true);
  if (incidents(found, moves) >= 2) found.addPlain('D02', 10);
  for (const fact of recent) {
    const { capitalBeforeFen: before, capitalFen: after } = fact.attributes;
    if (typeof before !== 'number' || typeof after !== 'number' || before <= 0) continue;
    if (2 * after <= before) found.add('D03', fact, 10);
  }
}

/** Rule 28: closed for good by a report of that year, whenever it was filed; usable when it began (rule 25). */
function findMissedReports(found: Findings): void {
  const filed = found.known.filter(
    (fact) =>
      fact.type === 'annual-report.filing' &&
      fact.start <= found.asOf &&
      fact.start < fact.closedAt &&
      fact.start < fact.publicityEnd,
  );
  for (const missed of found.of('annual-report.missed')) {
    const { year } = missed.attributes;
    if (!filed.some((report) => report.attributes['year'] === year)) found.addOpen('D04', missed, 20);
  }
}

/** The fact that speaks for its year or quarter: the latest begun. */
function speaker(facts: readonly Fact[]): Fact | undefined {
  return [...facts].sort((a, b) => b.start - a.start || (a.id < b.id ? 1 : -1))[0];
}

/** Rule 28: the latest filed year and the year before it both say zero revenue and zero staff; unknown is not zero. */
function isDormant(found: Findings): boolean {
  const reports = found.of('annual-report.filing');
  const latest = Math.max(...reports.map((fact) => fact.attributes['year'] as number));
  return [latest, latest - 1].every((year) => {
    const report = speaker(reports.filter((fact) => fact.attributes['year'] === year));
    return report?.attributes['revenueFen'] === 0 && report.attributes['insuredStaff'] === 0;
  });
}

/** Rule 28: from ten or more to half or less in the next quarter, for 12 months from the later snapshot. */
function hasCollapsed(found: Findings): boolean {
  const snapshots = found.of('social-insurance.snapshot');
  const quarter = (fact: Fact): number => monthNumber(fact.attributes['quarterEnd'] as number);
  return snapshots.some((after) => {
    const before = speaker(snapshots.filter((fact) => quarter(fact) === quarter(after) - 3));
    if (before === undefined || after !== speaker(snapshots.filter((fact) => quarter(fact) === quarter(after)))) {
      return false;
    }
    const [had, has] = [before.attributes['insuredStaff'] as number, after.attributes['insuredStaff'] as number];
    return had >= 10 && 2 * has <= had && found.within(after, 12);
  });
}

/** Rules 9 and 28: open from the licence's end; closed by a later licence of the type, removal, or ceasing to be active. */
function findExpiredLicences(found: Findings): void {
  if (stated(found, 'status')?.value !== 'ACTIVE') return;
  const licences = found.known.filter((fact) => fact.type === 'licence.grant' && fact.start <= found.asOf);
  for (const licence of licences) {
    const { expiresAt, removedAt, publicityEnd } = licence;
    if (found.asOf < expiresAt || found.asOf >= Math.min(removedAt, publicityEnd)) continue;
    const renewed = licences.some(
      (other) =>
        other.attributes['licenceType'] === licence.attributes['licenceType'] &&
        other.start > licence.start &&
        other.start < Math.min(other.closedAt, other.publicityEnd),
    );
    if (!renewed) found.addOpen('D07', licence, 60);
  }
}
