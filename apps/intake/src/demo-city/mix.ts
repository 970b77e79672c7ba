import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { normaliseEvent, toFactRecord } from '#libs/contracts';
import {
  assess,
  compileRuleSet,
  foldFact,
  type CompiledRuleSet,
  type Position,
  type RiskClass,
} from '#libs/risk-model';
import { packageRoot } from '#libs/service';
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

/** Assesses every enterprise at the end of the history, as the scorer would; reads no clock and writes nothing. */
export function mixOf(settings: CitySettings, ruleSet: CompiledRuleSet): Mix {
  const classes: Record<RiskClass, number> = { A: 0, B: 0, C: 0, D: 0 };
  const scores: number[] = [];
  let direct = 0;
  for (const { records } of generateCity(settings)) {
    const { results, position } = assess(positionOf(records), { kind: 'review' }, settings.until, ruleSet);
    for (const { schemeId, riskClass, score } of results) {
      if (riskClass === null) continue;
      classes[riskClass]++;
      scores.push(score / 1_000);
      if ((position.schemes[schemeId]?.direct.length ?? 0) > 0) direct++;
    }
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

/** A rule set of schemas/rule-sets by the name of its file (with or without .yaml), or the only one there is. */
export async function readRuleSet(name: string | undefined): Promise<CompiledRuleSet> {
  const folder = join(packageRoot(), 'schemas/rule-sets');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  const file = name === undefined ? files[0] : `${name.replace(/\.yaml$/u, '')}.yaml`;
  if (file === undefined || !files.includes(file) || (name === undefined && files.length > 1))
    throw new Error(`name one of the rule sets in ${folder}: ${files.join(', ')}`);
  return compileRuleSet(parse(await readFile(join(folder, file), 'utf8')));
}
