import { normaliseEvent } from '#libs/contracts';
import { defaultOpening } from '../default-opening.ts';
import { importEnv } from '../env.ts';
import type { HistoryLoadSummary, HistoryRecord } from '../history/history-load.ts';
import { loadHistory } from '../history/load-history.ts';
import { cityInLog, connectClusters } from './city-in-log.ts';
import type { CitySettings } from './enterprises.ts';
import { cityHistory, type HistoryOptions } from './generate.ts';
import { loadIdOf } from './load-id.ts';

export interface LoadProgress extends HistoryOptions {
  readonly onWritten: (written: number) => void;
  readonly onResume: (loadId: string) => void;
}

/**
 * Loads the city's history into an empty log. A load of a city that was interrupted is gone on with, with the settings it
 * was begun with. Throws HistoryLoadError when the log holds anything else.
 */
export async function loadCity(settings: CitySettings, progress: LoadProgress): Promise<HistoryLoadSummary> {
  const opening = defaultOpening(importEnv().RISK_RULE_SETS);
  const clusters = await connectClusters();
  const interrupted = await cityInLog(clusters, 'OPEN');
  const city = interrupted ?? settings;
  const loadId = loadIdOf(city);
  if (interrupted !== undefined) progress.onResume(loadId);
  return loadHistory(clusters.kafka, clusters.registry, {
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
