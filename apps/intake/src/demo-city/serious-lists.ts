import { AUTHORITIES, CODE_SYSTEMS, SERIOUS_REASONS } from './codes.ts';
import { addMonths, dateText, yearOf } from './calendar.ts';
import { occurrences, type Enterprise, type Window } from './enterprises.ts';
import { RATES } from './rates.ts';
import type { Fact, Recorder } from './recorder.ts';

/** Listings by the courts (失信被执行人) and on the serious-violation list (严重违法失信名单), with their removals. */
export function seriousLists(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  judgmentDefaults(enterprise, window, recorder);
  seriousViolations(enterprise, window, recorder);
}

function judgmentDefaults(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('judgment-defaults');
  const from = Math.max(enterprise.registered + 180, window.start - 4 * 365);
  const rate = RATES.judgmentDefaulter * (0.2 + 0.8 * enterprise.proneness);
  occurrences(random, rate, from, enterprise.deregistered ?? window.today).forEach((day, index) => {
    const removed = day + 30 + Math.floor(random.exponential(445));
    if (removed < addMonths(window.start, -12)) return;
    const court = random.pick(AUTHORITIES.courts);
    const number = `(${yearOf(day)})粤演执${enterprise.subject.value.slice(10, 17)}${index + 1}号`;
    const fact: Fact = {
      type: 'JudgmentDefaulterListed',
      factType: 'court.defaulter-listing',
      authority: court,
      number,
    };
    recorder.fact(fact, 'COURT', day, {
      court,
      filedAt: dateText(day - random.whole(40, 200)),
      performance: random.chance(0.8) ? 'NONE' : 'PARTIAL',
      dutyFen: Math.round(random.logNormal(300_000, 1.4)) * 100,
    });
    recorder.status(fact, 'COURT', removed, { register: 'STANDING', value: 'REMOVED', reason: '全部履行' });
  });
}

function seriousViolations(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('serious-violations');
  const from = Math.max(enterprise.registered + 180, addMonths(window.start, -36));
  const to = enterprise.deregistered ?? window.today;
  occurrences(random, RATES.seriousViolation * enterprise.proneness, from, to).forEach((day, index) => {
    const fact: Fact = {
      type: 'SeriousViolationListed',
      factType: 'serious-violation.listing',
      authority: AUTHORITIES.market,
      number: `列严${yearOf(day)}-${enterprise.subject.value}-${index + 1}`,
      ...CODE_SYSTEMS.seriousReason,
    };
    recorder.fact(fact, 'LIST', day, { reasonCode: random.pick(SERIOUS_REASONS) });
    const early = random.chance(0.2);
    recorder.status(fact, 'LIST', early ? addMonths(day, 12) + random.whole(1, 400) : addMonths(day, 36), {
      register: 'STANDING',
      value: 'REMOVED',
      reason: early ? '提前移出' : '列入期满',
    });
  });
}
