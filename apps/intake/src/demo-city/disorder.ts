import type { Window } from './enterprises.ts';
import type { Random } from './random.ts';
import { RATES } from './rates.ts';
import type { CityEvent, CityRecord } from './recorder.ts';

const DAY_MS = 86_400_000;

/**
 * What real exchanges do to a clean stream: some records are delivered twice, some contents are revised weeks later, and
 * some statuses overtake the content they belong to. Answers the records by record time; nothing is later than `until`.
 */
export function disordered(records: readonly CityRecord[], random: Random, window: Window): CityRecord[] {
  const delivered: CityRecord[] = [];
  const keep = (recordTime: number, event: CityEvent): void => {
    if (recordTime <= window.until) delivered.push({ recordTime, event });
  };
  for (const { recordTime, event } of overtaken(records, random, window)) {
    keep(recordTime, event);
    if (random.chance(RATES.duplicate)) keep(recordTime + later(random, 0.1, 5), event);
    const revised = random.chance(RATES.revision) ? revisionOf(event, random) : undefined;
    if (revised !== undefined) keep(recordTime + later(random, 3, 45), revised);
  }
  return delivered.sort((a, b) => a.recordTime - b.recordTime);
}

const later = (random: Random, leastDays: number, mostDays: number): number =>
  Math.floor((leastDays + random.next() * (mostDays - leastDays)) * DAY_MS);

/** Some contents arrive after their first status: the record of the status is already there and waits. */
function overtaken(records: readonly CityRecord[], random: Random, window: Window): CityRecord[] {
  const statuses = records.filter(({ event }) => event.type === 'FactStatusChanged' && random.chance(RATES.overtaken));
  return records.map((record) => {
    const status = statuses.find(({ event }) => isContentOf(record.event, event));
    if (status === undefined || status.recordTime <= record.recordTime) return record;
    const recordTime = status.recordTime + later(random, 0.1, 3);
    return recordTime <= window.until ? { ...record, recordTime } : record;
  });
}

function isContentOf(content: CityEvent, status: CityEvent): boolean {
  return (
    content.type !== 'FactStatusChanged' && content.number === status.number && content.authority === status.authority
  );
}

/** The same fact restated with a correction, or nothing for types whose content sources do not correct. */
function revisionOf(event: CityEvent, random: Random): CityEvent | undefined {
  const change = CORRECTIONS[event.type]?.(event.content, random);
  if (change === undefined) return undefined;
  return { ...event, revision: { kind: 'SOURCE_NUMBER', value: 2 }, content: { ...event.content, ...change } };
}

type Correction = (content: CityEvent['content'], random: Random) => Record<string, unknown> | undefined;

const CORRECTIONS: Readonly<Record<string, Correction>> = {
  EnterpriseRegistered: ({ capitalFen }, random) => ({ capitalFen: Number(capitalFen) * random.pick([2, 10]) }),
  AnnualReportFiled: ({ revenueFen }, random) =>
    revenueFen === undefined ? undefined : { revenueFen: Math.round(Number(revenueFen) * (0.5 + random.next())) },
  PenaltyDecided: ({ fineFen }) =>
    fineFen === 0 ? undefined : { fineFen: Math.round(Number(fineFen) / 20_000) * 10_000 + 10_000 },
  ComplaintAccepted: ({ amountFen }, random) => ({ amountFen: Math.round(Number(amountFen) * (0.5 + random.next())) }),
  JudgmentDefaulterListed: () => ({ performance: 'PARTIAL' }),
};
