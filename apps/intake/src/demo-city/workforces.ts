import { AUTHORITIES } from './codes.ts';
import { dateText, dayAt, yearOf } from './calendar.ts';
import { isActive, type Enterprise, type Window } from './enterprises.ts';
import { RATES } from './rates.ts';
import type { Recorder } from './recorder.ts';

/** Insured staff (参保人数) of larger employers, each quarter: slow growth, and rarely a collapse. */
export function workforces(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('workforces');
  if (!random.chance(RATES.largerEmployer)) return;
  let staff = 10 + Math.floor(random.logNormal(25, 1));
  for (let year = yearOf(window.start); year <= yearOf(window.today); year++) {
    for (let quarter = 1; quarter <= 4; quarter++) {
      const end = quarter === 4 ? dayAt(year + 1, 1, 1) - 1 : dayAt(year, quarter * 3 + 1, 1) - 1;
      const collapses = random.chance(RATES.staffCollapse * enterprise.proneness);
      staff = Math.max(1, Math.round(staff * (collapses ? 0.35 : random.normal(1.005, 0.04))));
      if (end < window.start || end >= window.today || !isActive(enterprise, end)) continue;
      const fact = {
        type: 'FactRecorded',
        factType: 'social-insurance.snapshot',
        authority: AUTHORITIES.labour,
        number: `${year}Q${quarter}`,
      };
      recorder.fact(fact, 'INSPECTION', end, { insuredStaff: staff, quarterEnd: dateText(end) });
    }
  }
}
