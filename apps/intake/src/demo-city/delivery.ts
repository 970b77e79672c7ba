import { addWorkingDays, startOf, workingDayFrom, type Day } from './calendar.ts';
import type { Window } from './enterprises.ts';
import type { Random } from './random.ts';

/** The way a fact takes from its authority into the exchange. */
export type Route = 'REGISTER' | 'LIST' | 'PENALTY' | 'INSPECTION' | 'COMPLAINT' | 'COURT';

export interface Times {
  readonly occurred: Day;
  /** null: not published. */
  readonly published: Day | null;
  /** Epoch ms; later than the day of publication begins. */
  readonly received: number;
}

const HOUR_MS = 3_600_000;
/** Files arrive in the night run; complaints arrive while the hotline is staffed. */
const NIGHT_RUN = { from: 1 * HOUR_MS, length: 4 * HOUR_MS };
const OFFICE_HOURS = { from: 9 * HOUR_MS, length: 9 * HOUR_MS };
/** What stood before the window arrives in the first hour of it, oldest first, and before the first night run. */
const STOCK_HOURS = 1;
const STOCK_REACH_DAYS = 40 * 366;

/**
 * When something that occurred on a day is published and received; null if it has not arrived by `until`.
 * occurred < published < received always. Publication within 20 working days, forwarding between provinces up to 10 more.
 */
export function delivered(random: Random, route: Route, occurred: Day, window: Window): Times | null {
  const published = publicationDay(random, route, occurred);
  const arrival = arrivalOf(random, route, published ?? occurred);
  const received = arrival < startOf(window.start) ? stockMoment(occurred, window) : arrival;
  return received <= window.until ? { occurred, published, received } : null;
}

function publicationDay(random: Random, route: Route, occurred: Day): Day | null {
  switch (route) {
    case 'COMPLAINT':
      return null;
    case 'REGISTER':
    case 'LIST':
      return occurred + 1;
    case 'PENALTY':
      return addWorkingDays(occurred, random.whole(2, random.chance(0.3) ? 20 : 7));
    case 'INSPECTION':
      return addWorkingDays(occurred, random.whole(1, 20));
    case 'COURT':
      return occurred + random.whole(1, 7);
  }
}

function arrivalOf(random: Random, route: Route, from: Day): number {
  if (route === 'COMPLAINT') return moment(random, workingDayFrom(from + random.whole(1, 3)), OFFICE_HOURS);
  const forwarded = (route === 'PENALTY' && random.chance(0.08)) || (route === 'COURT' && random.chance(0.2));
  return moment(random, from + (forwarded ? random.whole(8, 16) : random.whole(0, 2)), NIGHT_RUN);
}

function moment(random: Random, day: Day, { from, length }: typeof NIGHT_RUN): number {
  return startOf(day) + from + 1 + Math.floor(random.next() * length);
}

/** Keeps the order of occurrence, so that a listing precedes its removal in the stock too. */
function stockMoment(occurred: Day, { start }: Window): number {
  const share = Math.max(0, 1 - (start - occurred) / STOCK_REACH_DAYS);
  return startOf(start) + Math.floor(share * STOCK_HOURS * HOUR_MS);
}
