import { abnormalListing, ABNORMAL_REASONS } from './abnormal-listings.ts';
import { AUTHORITIES } from './codes.ts';
import { dayOf, yearOf } from './calendar.ts';
import { enterpriseAt, windowOf, type CitySettings } from './enterprises.ts';
import { contentEvent, statusEvent, type CityEvent } from './recorder.ts';

/**
 * Listings for a missing annual report as they come after 30 June, many at once: each active enterprise at most once per
 * `run`, so that `retract` with the same run takes back exactly what was stated.
 */
export function* julyWave(
  settings: CitySettings,
  { run, count, now, retract }: { run: string; count: number; now: number; retract: boolean },
): Generator<CityEvent> {
  const window = windowOf(settings);
  const today = dayOf(now);
  const listed = today - 1;
  let left = count;
  for (let index = 0; index < settings.enterprises && left > 0; index++) {
    const enterprise = enterpriseAt(settings.seed, index, window);
    if (enterprise.deregistered !== null || enterprise.registered > listed - 60) continue;
    left--;
    const fact = abnormalListing({
      authority: `${enterprise.town.name}${AUTHORITIES.townOffice}`,
      number: `列异演练-${run}-${enterprise.subject.value}`,
    });
    const times = { occurred: listed, published: today };
    yield retract
      ? statusEvent(enterprise, fact, times, { register: 'STANDING', value: 'RETRACTED', reason: '演练结束' })
      : contentEvent(enterprise, fact, times, { reasonCode: ABNORMAL_REASONS.report, reportYear: yearOf(today) - 1 });
  }
}
