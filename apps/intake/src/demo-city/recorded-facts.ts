import { yearOf, type Day } from './calendar.ts';
import type { Route } from './delivery.ts';
import { occurrences, type Enterprise, type Window } from './enterprises.ts';
import type { Random } from './random.ts';
import type { Fact, Recorder } from './recorder.ts';

/** A fact type of schemas/facts without a record of its own, as one department reports it. */
export interface RecordedFact {
  readonly factType: string;
  readonly authority: string;
  readonly route: Route;
  /** Per enterprise and year, times proneness. */
  readonly rate: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** How it ends, where it does. */
  readonly ends?: { readonly reason: string; readonly meanDays: number };
  /** Only enterprises of these sections or classes of GB/T 4754 (prefixes). */
  readonly industries?: readonly string[];
}

/** What departments report of one enterprise, from some years before the window on. */
export function recordedFacts(
  enterprise: Enterprise,
  recorder: Recorder,
  { window, catalogue, years }: { window: Window; catalogue: readonly RecordedFact[]; years: number },
): void {
  const from = Math.max(enterprise.registered + 120, window.start - years * 365);
  const to = enterprise.deregistered ?? window.today;
  catalogue.forEach((kind, place) => {
    if (kind.industries?.some((prefix) => enterprise.industry.code.startsWith(prefix)) === false) return;
    const random = enterprise.randomOf(`${kind.factType} ${place}`);
    occurrences(random, kind.rate * enterprise.proneness, from, to).forEach((day, index) => {
      state(enterprise, recorder, random, { kind, day, serial: `${place}${index + 1}` });
    });
  });
}

function state(
  { subject }: Enterprise,
  recorder: Recorder,
  random: Random,
  { kind, day, serial }: { kind: RecordedFact; day: Day; serial: string },
): void {
  const number = `演〔${yearOf(day)}〕${subject.value.slice(10, 17)}${serial}号`;
  const fact: Fact = { type: 'FactRecorded', factType: kind.factType, authority: kind.authority, number };
  recorder.fact(fact, kind.route, day, kind.attributes);
  if (kind.ends === undefined) return;
  const ended = day + 20 + Math.floor(random.exponential(kind.ends.meanDays));
  recorder.status(fact, 'LIST', ended, { register: 'STANDING', value: 'REMOVED', reason: kind.ends.reason });
}
