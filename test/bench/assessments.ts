import { join } from 'node:path';
import { keyOf, toFactRecord } from '#libs/contracts';
import { assess, foldFact, type ActiveRuleSets, type FactRecord, type Position } from '#libs/risk-model';
import { activeRuleSets, latestRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { packageRoot } from '#libs/service';
import { workload } from './workload.ts';

/** Speed of the evaluator alone, on one core: no log, no store, no encoding. */
interface AssessmentSpeed {
  readonly facts: number;
  /** Of processor time: other processes on the machine do not count. */
  readonly perSecond: number;
  readonly microseconds: number;
}

const ENTERPRISES = 4_000;
const WARM_UP_MS = 1_000;
const MEASURE_MS = 4_000;

interface Case {
  readonly position: Position;
  readonly last: FactRecord;
}

/** Enterprises of so many facts each, all but the last folded and assessed. */
function casesOf(facts: number, asOf: number, active: ActiveRuleSets): Case[] {
  const records = new Map<string, FactRecord[]>();
  for (const { event } of workload({
    count: facts * ENTERPRISES,
    enterprises: ENTERPRISES,
    until: asOf,
    spread: 'EVEN',
  })) {
    const key = keyOf(event.envelope.subject);
    const known = records.get(key) ?? [];
    known.push(toFactRecord(event));
    records.set(key, known);
  }
  return [...records.values()].map((own) => {
    const last = own.pop() as FactRecord;
    const position = own.reduce<Position | undefined>((known, record) => foldFact(known, record), undefined);
    return { position: assess(position, { kind: 'review' }, asOf, active).position, last };
  });
}

/** Folds one more fact into each enterprise and assesses it, over and over; the positions themselves never change. */
function measureAssessments(facts: number, asOf: number, active: ActiveRuleSets): AssessmentSpeed {
  const cases = casesOf(facts, asOf, active);
  const round = (): number => {
    let points = 0;
    for (const { position, last } of cases) {
      points += assess(position, { kind: 'fact', record: last }, asOf, active).results[0]?.score ?? 0;
    }
    return points;
  };
  const run = (milliseconds: number): { seconds: number; done: number } => {
    const start = process.cpuUsage();
    let done = 0;
    let used = 0;
    while (used < milliseconds) {
      round();
      done += cases.length;
      const { user, system } = process.cpuUsage(start);
      used = (user + system) / 1_000;
    }
    return { seconds: used / 1_000, done };
  };
  run(WARM_UP_MS);
  const { seconds, done } = run(MEASURE_MS);
  return { facts, perSecond: Math.round(done / seconds), microseconds: (seconds * 1e6) / done };
}

/** Prints the speed with the latest general rule set alone, and with the latest of every scheme. */
export function benchModel(say: (text: string) => void): void {
  const files = readRuleSetFolder(join(packageRoot(), 'schemas/rule-sets'));
  const latest = latestRuleSets(files).map(({ compiled }) => compiled.identity);
  const asOf = Date.now();
  for (const names of [latest.slice(0, 1), latest]) {
    const active = activeRuleSets(files, names);
    for (const facts of [8, 64]) {
      const { perSecond, microseconds } = measureAssessments(facts, asOf, active);
      const what = `assessments of ${facts} facts by ${names.join(', ')}`;
      say(`${what.padEnd(100)} ${String(perSecond).padStart(8)}/s  ${microseconds.toFixed(2)} CPU µs each`);
    }
  }
}
