import { normaliseEvent, toFactRecord } from '#libs/contracts';
import { assess, foldFact, type ActiveRuleSets, type Position, type RiskClass } from '#libs/risk-model';
import type { CitySettings } from './enterprises.ts';
import { generateCity } from './generate.ts';
import type { CityRecord } from './recorder.ts';

/** In which classes a city ends at its last moment. */
export interface Mix {
  /** Enterprises in the scored population: the deregistered have left it. */
  readonly scored: number;
  readonly classes: Readonly<Record<RiskClass, number>>;
  /** Of class D: those in it by direct determination (直接判定). */
  readonly direct: number;
  /** 50th, 75th, 90th, 95th and 99th percentile of the score, points. */
  readonly percentiles: readonly number[];
}

/** Classes of the first scheme at the end of the history, as the scorer would have them; reads no clock and writes nothing. */
export function mixOf(settings: CitySettings, active: ActiveRuleSets): Mix {
  const classes: Record<RiskClass, number> = { A: 0, B: 0, C: 0, D: 0 };
  const scores: number[] = [];
  let direct = 0;
  for (const { records } of generateCity(settings)) {
    const { results, position } = assess(positionOf(records), { kind: 'review' }, settings.until, active);
    const [result] = results;
    if (result === undefined || result.riskClass === null) continue;
    classes[result.riskClass]++;
    scores.push(result.score / 1_000);
    if ((position.schemes[result.schemeId]?.direct.length ?? 0) > 0) direct++;
  }
  scores.sort((a, b) => a - b);
  const percentiles = [50, 75, 90, 95, 99].map((p) => scores[Math.floor((scores.length * p) / 100)] ?? 0);
  return { scored: scores.length, classes, direct, percentiles };
}

function positionOf(records: readonly CityRecord[]): Position | undefined {
  let position: Position | undefined;
  for (const { recordTime, event } of records) {
    const result = normaliseEvent(event, { receivedAt: recordTime, correlationId: 'mix' });
    if (result.ok) position = foldFact(position, toFactRecord(result.event));
  }
  return position;
}
