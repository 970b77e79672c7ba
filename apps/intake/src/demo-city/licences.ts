import { AUTHORITIES } from './codes.ts';
import { addMonths, dateText } from './calendar.ts';
import { isActive, type Enterprise, type Window } from './enterprises.ts';
import type { Recorder } from './recorder.ts';

const TERM_MONTHS = 60;
/** Share of the licences that are renewed when they end. */
const RENEWED = 0.985;

/** Licences (行政许可) that the trade needs: granted after registration, renewed every five years, a few left to expire. */
export function licences(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('licences');
  enterprise.industry.licences.forEach(([licenceType, share], index) => {
    if (!random.chance(share)) return;
    let from = enterprise.registered + random.whole(10, 90);
    for (let term = 1; from < window.today && isActive(enterprise, from); term++) {
      const end = addMonths(from, TERM_MONTHS);
      const licenceNo = `演许${enterprise.subject.value.slice(9, 17)}${index + 1}${String(term).padStart(2, '0')}`;
      const fact = {
        type: 'LicenceGranted',
        factType: 'licence.grant',
        authority: AUTHORITIES.market,
        number: licenceNo,
      };
      if (end > window.start)
        recorder.fact(fact, 'REGISTER', from, {
          licenceType,
          licenceNo,
          validFrom: dateText(from),
          validTo: dateText(end - 1),
        });
      if (!random.chance(RENEWED)) return;
      from = end;
    }
  });
}
