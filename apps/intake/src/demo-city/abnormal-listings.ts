import { AUTHORITIES, CODE_SYSTEMS } from './codes.ts';
import { addWorkingDays, type Day } from './calendar.ts';
import { isActive, occurrences, type Enterprise, type Window } from './enterprises.ts';
import type { Random } from './random.ts';
import { RATES } from './rates.ts';
import type { Fact, Recorder } from './recorder.ts';

/** 列入原因: the statutory reasons, as the codes seen in published lists. */
export const ABNORMAL_REASONS = { report: '1', information: '2', falsehood: '3', lostContact: '4' } as const;

/** A share of the listings and how long they last on average. */
export interface Stay {
  readonly weight: number;
  readonly meanDays: number;
}

/** Most are settled before the third year: the authority announces its end 60 days ahead. */
const ANNOUNCED = { day: 3 * 365 - 60, settled: 0.5, spread: 300 };

/** Days a listing lasts; one that never ends lasts longer than any history. */
export function stayOf(random: Random, stays: readonly Stay[]): number {
  const { meanDays } = random.weighted(stays);
  const days = meanDays === Infinity ? 1e6 : Math.floor(random.exponential(meanDays));
  const settles = days > ANNOUNCED.day && random.chance(ANNOUNCED.settled);
  return settles ? ANNOUNCED.day - random.whole(0, ANNOUNCED.spread) : days;
}

interface Cause {
  readonly reasonCode: string;
  readonly rate: number;
  readonly stays: readonly Stay[];
  readonly removal: string;
  readonly label: string;
}

const CAUSES: readonly Cause[] = [
  {
    reasonCode: ABNORMAL_REASONS.information,
    rate: RATES.undisclosedInformation,
    stays: [{ weight: 1, meanDays: 120 }],
    removal: '2 已履行公示义务',
    label: '即时',
  },
  {
    reasonCode: ABNORMAL_REASONS.falsehood,
    rate: RATES.falseInformation,
    stays: [{ weight: 1, meanDays: 300 }],
    removal: '3 已更正',
    label: '虚假',
  },
  {
    reasonCode: ABNORMAL_REASONS.lostContact,
    rate: RATES.lostContact,
    stays: [
      { weight: 45, meanDays: 100 },
      { weight: 45, meanDays: 330 },
      { weight: 10, meanDays: 900 },
    ],
    removal: '5 可重新取得联系',
    label: '失联',
  },
];

/** Years before the window from which listings may still stand when it begins. */
const REACH_DAYS = 4 * 365;

/** Listings on the abnormal-operation list (经营异常名录) for reasons 2, 3 and 4, with their removals. */
export function abnormalListings(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('abnormal-listings');
  for (const cause of CAUSES) {
    const from = Math.max(enterprise.registered + 60, window.start - REACH_DAYS);
    const rate = cause.rate * (0.4 + 0.6 * enterprise.proneness);
    let free = from;
    for (const day of occurrences(random, rate, from, enterprise.deregistered ?? window.today)) {
      if (day < free) continue;
      free = listFor(enterprise, { cause, day, random, window, recorder });
    }
  }
}

interface Listing {
  readonly cause: Cause;
  readonly day: Day;
  readonly random: Random;
  readonly window: Window;
  readonly recorder: Recorder;
}

function listFor(enterprise: Enterprise, { cause, day, random, window, recorder }: Listing): Day {
  const listed = addWorkingDays(day, random.whole(0, 9));
  const removed = addWorkingDays(listed + 5 + stayOf(random, cause.stays), 5);
  if (removed < window.start - 366 || !isActive(enterprise, listed)) return removed;
  const listing = abnormalListing({
    authority: `${enterprise.town.name}${AUTHORITIES.townOffice}`,
    number: `列异${enterprise.subject.value}-${cause.label}-${listed}`,
  });
  recorder.fact(listing, 'LIST', listed, { reasonCode: cause.reasonCode });
  if (random.chance(RATES.wrongListing)) {
    const corrected = Math.min(removed, addWorkingDays(listed, random.whole(3, 20)));
    recorder.status(listing, 'LIST', corrected, {
      register: 'STANDING',
      value: 'RETRACTED',
      reason: '列入有误,更正撤销',
    });
    return corrected;
  }
  delist(enterprise, recorder, listing, { removed, reason: cause.removal });
  return removed;
}

export function abnormalListing(identity: Pick<Fact, 'authority' | 'number'>): Fact {
  return { type: 'AbnormalListed', factType: 'abnormal.listing', ...identity, ...CODE_SYSTEMS.abnormalReason };
}

/** Removal (移出): on the given day, or by itself on deregistration if that is earlier. */
export function delist(
  enterprise: Enterprise,
  recorder: Recorder,
  listing: Fact,
  { removed, reason }: { removed: Day; reason: string },
): void {
  const { deregistered } = enterprise;
  const automatic = !isActive(enterprise, removed) && deregistered !== null;
  recorder.status(listing, 'LIST', automatic ? deregistered : removed, {
    register: 'STANDING',
    value: 'REMOVED',
    reason: automatic ? '7 企业注销' : reason,
  });
}
