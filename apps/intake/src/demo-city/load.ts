import { normaliseEvent, RECORD_SCHEMAS } from '#libs/contracts';
import { connectKafka, connectRegistry, kafkaOptionsOf } from '#libs/stream';
import { defaultOpening } from '../default-opening.ts';
import { importEnv } from '../env.ts';
import { readLoads } from '../history/announcements.ts';
import type { HistoryLoadSummary, HistoryRecord } from '../history/history-load.ts';
import { loadHistory } from '../history/load-history.ts';
import { connectLog } from '../log.ts';
import { registryOptionsOf } from '../registry-options.ts';
import type { CitySettings } from './enterprises.ts';
import { cityHistory, type HistoryOptions } from './generate.ts';
import { loadIdOf, settingsOfLoad } from './load-id.ts';

export interface LoadProgress extends HistoryOptions {
  readonly onWritten: (written: number) => void;
  readonly onResume: (loadId: string) => void;
}

/**
 * Loads the city's history into an empty log. A load of a city that was interrupted is gone on with, with the settings it
 * was begun with. Throws HistoryLoadError when the log holds anything else.
 */
export async function loadCity(settings: CitySettings, progress: LoadProgress): Promise<HistoryLoadSummary> {
  const env = importEnv();
  const opening = await defaultOpening(env.RISK_RULE_SET);
  const kafka = connectKafka(kafkaOptionsOf('demo-city', env));
  const registry = await connectRegistry(registryOptionsOf(env), RECORD_SCHEMAS);
  const log = await connectLog(kafka);
  const interrupted = await readLoads(log, registry)
    .then((loads) =>
      [...loads.values()].find(({ state, loadId }) => state === 'OPEN' && settingsOfLoad(loadId) !== undefined),
    )
    .finally(() => log.close());
  const city = (interrupted && settingsOfLoad(interrupted.loadId)) ?? settings;
  const loadId = loadIdOf(city);
  if (interrupted !== undefined) progress.onResume(loadId);
  return loadHistory(kafka, registry, {
    loadId,
    events: normalised(city, loadId, progress),
    opening,
    resume: interrupted !== undefined,
    onWritten: progress.onWritten,
  });
}

/** The history as the contract's events, each received at its record time. */
export async function* normalised(
  settings: CitySettings,
  correlationId: string,
  options: HistoryOptions = {},
): AsyncGenerator<HistoryRecord> {
  for await (const { recordTime, event } of cityHistory(settings, options)) {
    options.signal?.throwIfAborted();
    const result = normaliseEvent(event, { receivedAt: recordTime, correlationId });
    if (!result.ok)
      throw new Error(
        `the contract refuses ${event.type} ${event.number}: ${result.faults.map((f) => f.message).join('; ')}`,
      );
    yield { recordTime, event: result.event };
  }
}
