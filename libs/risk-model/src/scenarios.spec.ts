import { globSync, readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { normaliseEvent, toFactRecord } from '#libs/contracts';
import { eventsOf, readScenario } from '../../../test/scenarios/scenario.ts';
import type { Expectation, Scenario } from '../../../test/scenarios/scenario.ts';
import { activate, assess, compileRuleSet, explain, parseDay } from './index.ts';
import type { Assessment, Explanation, FactRecord, ModelEvent, Position, SchemeChange } from './index.ts';

const RULES = activate([compileRuleSet(parse(readFileSync('schemas/rule-sets/general@1.0.0.yaml', 'utf8')))]);

/** The scenario on the pure core: records at their arrival, reviews when they are due, as the log would have it. */
class Core {
  position: Position | undefined;
  now = 0;
  last: Assessment | undefined;
  readonly changes: SchemeChange[] = [];
  readonly warnings: string[] = [];
  readonly idOf = new Map<string, string>();

  take(record: FactRecord, at: number): void {
    this.passTo(at);
    this.#assess({ kind: 'fact', record }, this.now);
  }

  passTo(at: number): void {
    for (let due = this.due(); due <= at; due = this.due()) this.#assess({ kind: 'review' }, due);
    this.now = Math.max(this.now, at);
  }

  due(): number {
    return this.position?.nextReviewAt ?? Infinity;
  }

  explanation(): Explanation {
    return explain(this.position as Position, this.now, RULES)[0] as Explanation;
  }

  #assess(event: ModelEvent, asOf: number): void {
    this.now = asOf;
    this.last = assess(this.position, event, asOf, RULES);
    this.position = this.last.position;
    this.changes.push(...this.last.changes);
    this.warnings.push(...this.last.warnings.map((warning) => warning.level));
  }
}

function day(text: string): number {
  const at = parseDay(text);
  if (at === null) throw new Error(`${text} is no day`);
  return at;
}

function play(scenario: Scenario): Core {
  const core = new Core();
  const events = eventsOf(scenario);
  events.forEach(({ step, json }, place) => {
    const read = normaliseEvent(json, { receivedAt: day(step.arrives), correlationId: 'scenario' });
    if (!read.ok) throw new Error(`${scenario.name}: ${read.faults.map((fault) => fault.message).join('; ')}`);
    const record = toFactRecord(read.event);
    core.idOf.set(String(json['number']), record.factId);
    if (place === scenario.given.length) {
      core.passTo(day(step.arrives));
      clear(core);
    }
    core.take(record, day(step.arrives));
  });
  if (scenario.when.length === 0) clear(core);
  return core;
}

function clear(core: Core): void {
  core.changes.length = 0;
  core.warnings.length = 0;
}

function standing({ lines, floors, directDeterminations, positivePool }: Explanation): string[] {
  const pool = positivePool.taken > 0 ? ['POSITIVE'] : [];
  const indicators = lines.filter((line) => line.kind === 'INDICATOR');
  return [...indicators, ...floors, ...directDeterminations].map((item) => item.code).concat(pool);
}

function moments(core: Core, expected: Expectation): void {
  if (expected.classChanged !== undefined) {
    const change = core.changes.shift();
    expect(change && { from: change.from, to: change.to }).toEqual(expected.classChanged);
  }
  if (expected.noChange) expect(core.changes).toEqual([]);
  if (expected.warnings !== undefined) {
    expect(core.warnings.splice(0)).toEqual(expected.warnings);
  }
  if (expected.nextReview !== undefined) {
    const { nextReviewAt } = core.position as Position;
    expect(nextReviewAt).toBe(expected.nextReview === null ? null : day(expected.nextReview));
  }
  if (expected.evidence !== undefined) expect(core.last?.evidenceLevel).toBe(expected.evidence);
}

function account(core: Core, expected: Expectation): void {
  const explanation = core.explanation();
  const codes = standing(explanation);
  if (expected.because !== undefined) expect(codes).toEqual(expect.arrayContaining([...expected.because]));
  for (const code of expected.notBecause ?? []) expect(codes).not.toContain(code);
  for (const [group, points] of Object.entries(expected.groups ?? {})) {
    expect(explanation.groups.find(({ code }) => code === group)?.points).toBe(points * 1000);
  }
  for (const [number, status] of Object.entries(expected.facts ?? {})) {
    expect(explanation.facts.find(({ factId }) => factId === core.idOf.get(number))?.status).toBe(status);
  }
}

function meets(core: Core, expected: Expectation): void {
  if (expected.on !== undefined) core.passTo(day(expected.on));
  moments(core, expected);
  account(core, expected);
  const held = core.position?.schemes['general'];
  if (expected.class !== undefined) expect(held?.riskClass).toBe(expected.class);
  if (expected.score !== undefined) expect((held?.score ?? NaN) / 1000).toBe(expected.score);
}

const files = globSync('test/scenarios/*.yaml').sort();

describe.each(files)('%s', (file) => {
  const scenarios = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw document.errors[0] as Error;
    return readScenario(document.toJS() as Record<string, unknown>);
  });

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const core = play(scenario);
    scenario.then.forEach((expected) => meets(core, expected));
  });
});
