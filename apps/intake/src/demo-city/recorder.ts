import { dateText, type Day } from './calendar.ts';
import { delivered, type Route, type Times } from './delivery.ts';
import type { Enterprise, Window } from './enterprises.ts';
import type { Random } from './random.ts';

/** Source of every event of the city; with `synthetic` it keeps made-up facts apart from real ones. */
export const SOURCE = 'demo-city';

/** An event in the JSON form that intake takes. */
export interface CityEvent {
  readonly type: string;
  readonly source: typeof SOURCE;
  readonly authority: string;
  readonly number: string;
  readonly subject: { readonly scheme: string; readonly value: string };
  readonly occurredAt: string;
  readonly publishedAt?: string;
  readonly revision: { readonly kind: 'SOURCE_NUMBER'; readonly value: number };
  readonly codeSystem?: string;
  readonly codeSystemVersion?: string;
  readonly caseNumber?: string;
  readonly factType?: string;
  readonly register?: Register;
  readonly synthetic: true;
  readonly content: Readonly<Record<string, unknown>>;
}

export type Register = 'STANDING' | 'PUBLICITY' | 'PERFORMANCE' | 'DISPUTE';

/** An event and the moment (epoch ms) at which it is received. */
export interface CityRecord {
  readonly recordTime: number;
  readonly event: CityEvent;
}

/** What a fact is known by, the same in its content and in all its statuses. */
export interface Fact {
  readonly type: string;
  readonly factType: string;
  readonly authority: string;
  readonly number: string;
  readonly codeSystem?: string;
  readonly codeSystemVersion?: string;
  readonly caseNumber?: string;
}

export interface Status {
  readonly register: Register;
  readonly value: string;
  readonly reason?: string;
  readonly until?: Day;
  /** Second and later statements of the same register of the same fact count up. */
  readonly revision?: number;
}

/** Collects what one enterprise is reported to have done, as it arrives in the exchange. */
export interface Recorder {
  /** A fact's content. */
  fact(fact: Fact, route: Route, occurred: Day, content: CityEvent['content']): void;
  /** A status of a fact: removal, retraction, repair, performance, objection. */
  status(fact: Fact, route: Route, occurred: Day, status: Status): void;
  readonly records: readonly CityRecord[];
}

export function recorderOf(enterprise: Enterprise, window: Window, random: Random): Recorder {
  const records: CityRecord[] = [];
  return {
    records,
    fact(fact, route, occurred, content) {
      const times = delivered(random, route, occurred, window);
      if (times !== null)
        records.push({ recordTime: times.received, event: contentEvent(enterprise, fact, times, content) });
    },
    status(fact, route, occurred, status) {
      const times = delivered(random, route, occurred, window);
      if (times !== null)
        records.push({ recordTime: times.received, event: statusEvent(enterprise, fact, times, status) });
    },
  };
}

/** The content of a fact as intake takes it. */
export function contentEvent(
  { subject }: Pick<Enterprise, 'subject'>,
  fact: Fact,
  times: Pick<Times, 'occurred' | 'published'>,
  content: CityEvent['content'],
): CityEvent {
  const { type, factType, ...identity } = fact;
  return {
    type,
    source: SOURCE,
    ...identity,
    ...(type === 'FactRecorded' ? { factType } : {}),
    subject,
    ...datesOf(times),
    revision: { kind: 'SOURCE_NUMBER', value: 1 },
    synthetic: true,
    content,
  };
}

/** A status of a fact as intake takes it. */
export function statusEvent(
  { subject }: Pick<Enterprise, 'subject'>,
  { type: _, factType, ...identity }: Fact,
  times: Pick<Times, 'occurred' | 'published'>,
  { register, value, reason, until, revision = 1 }: Status,
): CityEvent {
  return {
    type: 'FactStatusChanged',
    source: SOURCE,
    ...identity,
    factType,
    register,
    subject,
    ...datesOf(times),
    revision: { kind: 'SOURCE_NUMBER', value: revision },
    synthetic: true,
    content: {
      value,
      effectiveAt: dateText(times.occurred),
      ...(until === undefined ? {} : { until: dateText(until) }),
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

function datesOf({
  occurred,
  published,
}: Pick<Times, 'occurred' | 'published'>): Pick<CityEvent, 'occurredAt' | 'publishedAt'> {
  return { occurredAt: dateText(occurred), ...(published === null ? {} : { publishedAt: dateText(published) }) };
}
