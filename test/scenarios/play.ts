import { normaliseEvent, toFactRecord, type EnterpriseEvent } from '#libs/contracts';
import { assess, explain, officialClasses, parseDay } from '#libs/risk-model';
import type {
  ActiveRuleSets,
  Assessment,
  Explanation,
  FactRecord,
  ModelEvent,
  OfficialClass,
  Position,
  RaisedWarning,
  SchemeChange,
} from '#libs/risk-model';
import { followLinks } from './follow-links.ts';
import { eventsOf, SUBJECT } from './scenario.ts';
import type { Scenario, ScenarioEvent, Who } from './scenario.ts';

export function dayOf(text: string): number {
  const at = parseDay(text);
  if (at === null) throw new Error(`${text} is no day`);
  return at;
}

/** One enterprise on the pure core: records at their arrival, reviews when they are due, as the log would have it. */
export class Core {
  readonly #active: ActiveRuleSets;
  position: Position | undefined;
  now = 0;
  last: Assessment | undefined;
  /** Since they were last cleared. */
  readonly changes: SchemeChange[] = [];
  readonly warnings: RaisedWarning[] = [];

  constructor(active: ActiveRuleSets) {
    this.#active = active;
  }

  take(record: FactRecord, at: number): void {
    this.passTo(at);
    this.#assess({ kind: 'fact', record }, this.now);
  }

  passTo(at: number): void {
    for (let due = this.#due(); due <= at; due = this.#due()) this.#assess({ kind: 'review' }, due);
    this.now = Math.max(this.now, at);
  }

  clear(): void {
    this.changes.length = 0;
    this.warnings.length = 0;
  }

  /** Under one scheme; undefined where it does not apply. */
  explanation(schemeId: string): Explanation | undefined {
    const all = explain(this.position as Position, this.now, this.#active);
    return all.find((one) => one.schemeId === schemeId);
  }

  official(previousAsOf: number): OfficialClass[] {
    return officialClasses(this.position as Position, { asOf: this.now, previousAsOf }, this.#active);
  }

  #due(): number {
    return this.position?.nextReviewAt ?? Infinity;
  }

  #assess(event: ModelEvent, asOf: number): void {
    this.now = asOf;
    this.last = assess(this.position, event, asOf, this.#active);
    this.position = this.last.position;
    this.changes.push(...this.last.changes);
    this.warnings.push(...this.last.warnings);
  }
}

/** A scenario after its last step: both enterprises, what changed since `when`, and the fact behind each number. */
export interface Played {
  readonly cores: Readonly<Record<Who, Core>>;
  readonly idOf: ReadonlyMap<string, string>;
}

/** Reads one event of a scenario as intake would, derived facts and manual classes included. */
export function readEvent(scenario: string, { step, json }: ScenarioEvent): EnterpriseEvent {
  const context = { receivedAt: dayOf(step.arrives), correlationId: 'scenario', allowInternal: true };
  const read = normaliseEvent(json, context);
  if (!read.ok) throw new Error(`${scenario}: ${read.faults.map((fault) => fault.message).join('; ')}`);
  return read.event;
}

export function play(scenario: Scenario, active: ActiveRuleSets): Played {
  const cores = { enterprise: new Core(active), predecessor: new Core(active) };
  const carried = followLinks(SUBJECT);
  const idOf = new Map<string, string>();
  const clearAt = (at: number): void => {
    for (const core of Object.values(cores)) {
      if (core.position !== undefined) core.passTo(at);
      core.clear();
    }
  };
  eventsOf(scenario).forEach(({ step, json }, place) => {
    const event = readEvent(scenario.name, { step, json });
    const at = dayOf(step.arrives);
    if (place === scenario.given.length) clearAt(at);
    idOf.set(String(json['number']), event.envelope.factId);
    cores[step.who].take(toFactRecord(event), at);
    if (step.who === 'enterprise') return;
    for (const copy of carried(event)) cores.enterprise.take(toFactRecord(copy), at);
  });
  if (scenario.when.length === 0) for (const core of Object.values(cores)) core.clear();
  return { cores, idOf };
}
