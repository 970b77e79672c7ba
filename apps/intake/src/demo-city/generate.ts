import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { sortExternally } from '../history/external-sort.ts';
import { abnormalListings } from './abnormal-listings.ts';
import { annualReports } from './annual-reports.ts';
import { complaints } from './complaints.ts';
import { DEPARTMENT_FACTS } from './department-facts.ts';
import { DIRECT_FACTS } from './direct-facts.ts';
import { disordered } from './disorder.ts';
import { enterpriseAt, windowOf, type CitySettings, type Enterprise, type Window } from './enterprises.ts';
import { honours } from './honours.ts';
import { inspections } from './inspections.ts';
import { licences } from './licences.ts';
import { penalties } from './penalties.ts';
import { recordedFacts } from './recorded-facts.ts';
import { recorderOf, type CityRecord, type Recorder } from './recorder.ts';
import { registrations } from './registrations.ts';
import { seriousLists } from './serious-lists.ts';
import { workforces } from './workforces.ts';

type Topic = (enterprise: Enterprise, window: Window, recorder: Recorder) => void;

const TOPICS: readonly Topic[] = [
  registrations,
  annualReports,
  licences,
  abnormalListings,
  penalties,
  inspections,
  complaints,
  seriousLists,
  honours,
  workforces,
  (enterprise, window, recorder) => recordedFacts(enterprise, recorder, { window, catalogue: DIRECT_FACTS, years: 2 }),
  (enterprise, window, recorder) =>
    recordedFacts(enterprise, recorder, { window, catalogue: DEPARTMENT_FACTS, years: 1 }),
];

/** What the exchange receives about one enterprise, by record time; the same settings give the same bytes. */
export function recordsOf(enterprise: Enterprise, window: Window): CityRecord[] {
  const recorder = recorderOf(enterprise, window, enterprise.randomOf('delivery'));
  for (const topic of TOPICS) topic(enterprise, window, recorder);
  return disordered(recorder.records, enterprise.randomOf('disorder'), window);
}

/** The city, enterprise by enterprise; each one's records are in order of record time and none is later than `until`. */
export function* generateCity(settings: CitySettings): Generator<{ enterprise: Enterprise; records: CityRecord[] }> {
  const window = windowOf(settings);
  for (let index = 0; index < settings.enterprises; index++) {
    const enterprise = enterpriseAt(settings.seed, index, window);
    yield { enterprise, records: recordsOf(enterprise, window) };
  }
}

export interface HistoryOptions {
  /** Called now and then with the number of enterprises done, of all. */
  readonly onEnterprises?: (done: number, all: number) => void;
  /** Stops the generation with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** So many records are sorted in memory (a city of about 40,000 enterprises); more go through temporary files. */
const RUN_LENGTH = 400_000;
const BREATH = 250;

/** The city's whole history in order of record time, as a history load needs it. */
export function cityHistory(settings: CitySettings, options: HistoryOptions = {}): AsyncGenerator<CityRecord> {
  const keyOf = ({ recordTime }: CityRecord): number => recordTime;
  return sortExternally(unsorted(settings, options), { keyOf, directory: tmpdir(), runLength: RUN_LENGTH });
}

async function* unsorted(
  settings: CitySettings,
  { onEnterprises, signal }: HistoryOptions,
): AsyncGenerator<CityRecord> {
  let done = 0;
  for (const { records } of generateCity(settings)) {
    yield* records;
    if (++done % BREATH !== 0) continue;
    await setImmediate(); // lets signals and timers in
    signal?.throwIfAborted();
    onEnterprises?.(done, settings.enterprises);
  }
  onEnterprises?.(done, settings.enterprises);
}
