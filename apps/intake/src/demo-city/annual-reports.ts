import { ABNORMAL_REASONS, abnormalListing, delist, stayOf, type Stay } from './abnormal-listings.ts';
import { AUTHORITIES } from './codes.ts';
import { addWorkingDays, dayAt, workingDayFrom, yearOf, type Day } from './calendar.ts';
import { isActive, type Enterprise, type Window } from './enterprises.ts';
import { randomOf, type Random } from './random.ts';
import { RATES } from './rates.ts';
import type { Recorder } from './recorder.ts';

/** How long a missing report stays missing: most are filed within weeks, a few never. */
const STAYS: readonly Stay[] = [
  { weight: 22, meanDays: 60 },
  { weight: 34, meanDays: 300 },
  { weight: 43, meanDays: 700 },
  { weight: 1, meanDays: Infinity },
];

/**
 * Annual reports (年度报告): due each year from 1 January to 30 June, first in the year after registration. Who has not
 * filed by then is listed within the first ten working days of July, in the batches of the town offices: the July wave.
 */
export function annualReports(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('annual-reports');
  const first = Math.max(yearOf(enterprise.registered), yearOf(window.start) - 5);
  for (let year = first; year < yearOf(window.today); year++) oneYear(enterprise, window, recorder, { year, random });
}

function oneYear(
  enterprise: Enterprise,
  window: Window,
  recorder: Recorder,
  { year, random }: { year: number; random: Random },
): void {
  const lastDay = dayAt(year + 1, 6, 30);
  const share = RATES.lateReportProneShare;
  const late = random.chance(RATES.lateReport * (1 - share + share * enterprise.proneness));
  if (!late) {
    const filed = dayAt(year + 1, 1, 1) + Math.floor(181 * Math.sqrt(random.next()));
    file(enterprise, window, recorder, { year, filed: Math.min(filed, lastDay), random });
    return;
  }
  if (!isActive(enterprise, lastDay) || lastDay >= window.today) return;
  const listed = decisionDay(enterprise, year, random);
  if (!isActive(enterprise, listed)) return;
  const filed = listed + 1 + stayOf(random, STAYS);
  const wrong = random.chance(RATES.wrongListing);
  const listing = abnormalListing({
    authority: `${enterprise.town.name}${AUTHORITIES.townOffice}`,
    number: `列异${year + 1}-${enterprise.subject.value}-年报`,
  });
  const removed = wrong ? addWorkingDays(listed, random.whole(3, 15)) : addWorkingDays(filed, random.whole(1, 5));
  if (removed < window.start - 366) return;
  recorder.fact(listing, 'LIST', listed, { reasonCode: ABNORMAL_REASONS.report, reportYear: year });
  if (wrong) {
    file(enterprise, window, recorder, { year, filed: lastDay, random });
    recorder.status(listing, 'LIST', removed, {
      register: 'STANDING',
      value: 'RETRACTED',
      reason: '列入有误,更正撤销',
    });
    return;
  }
  if (isActive(enterprise, filed)) file(enterprise, window, recorder, { year, filed, random });
  delist(enterprise, recorder, listing, { removed, reason: '1 补报年度报告' });
}

/** The town office decides on few days of the ten: every listing of a batch has the same date. */
function decisionDay({ town }: Enterprise, year: number, random: Random): Day {
  const office = randomOf('july', town.code, year);
  const firstDay = workingDayFrom(dayAt(year + 1, 7, 1));
  const batches = [office.whole(0, 9), office.whole(0, 9), office.whole(1, 6)];
  return addWorkingDays(firstDay, random.pick(batches));
}

/** Reports of the window, and of those before it the latest one, which the initial stock holds. */
function file(
  enterprise: Enterprise,
  window: Window,
  recorder: Recorder,
  { year, filed, random }: { year: number; filed: Day; random: Random },
): void {
  const revenueFen = Math.round(random.logNormal(3_000_000, 1.6)) * 100;
  const insuredStaff = Math.floor(random.logNormal(9, 1.1));
  if (filed < window.start - 365 || filed >= window.today || !isActive(enterprise, filed)) return;
  const fact = {
    type: 'AnnualReportFiled',
    factType: 'annual-report.filing',
    authority: AUTHORITIES.market,
    number: String(year),
  };
  const published = random.chance(0.7);
  recorder.fact(fact, 'REGISTER', filed, { year, ...(published ? { revenueFen, insuredStaff } : {}) });
}
