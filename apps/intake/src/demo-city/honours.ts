import { AUTHORITIES } from './codes.ts';
import { dateText, dayAt, yearOf } from './calendar.ts';
import { isActive, type Enterprise, type Window } from './enterprises.ts';
import { RATES } from './rates.ts';
import type { Recorder } from './recorder.ts';

/** A-level taxpayers (纳税信用A级): named each April for a year, mostly the same firms, hardly ever prone ones. */
export function honours(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('honours');
  const good = enterprise.proneness < 0.6 && random.chance(RATES.goodTaxpayer);
  for (let year = yearOf(window.start); year <= yearOf(window.today); year++) {
    const named = dayAt(year, 4, 20);
    const granted = good && random.chance(0.85);
    if (!granted || named < window.start - 365 || !isActive(enterprise, named) || enterprise.registered > named - 730)
      continue;
    const number = `纳税A级-${year}-${enterprise.subject.value}`;
    const fact = { type: 'FactRecorded', factType: 'honour.grant', authority: AUTHORITIES.tax, number };
    recorder.fact(fact, 'LIST', named, { kind: 'TAX_A', validTo: dateText(dayAt(year + 1, 4, 19)) });
  }
}
