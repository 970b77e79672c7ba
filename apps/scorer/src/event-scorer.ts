import {
  checkKey,
  toFactRecord,
  toLogRecord,
  type ControlRecord,
  type EnterpriseEvent,
  type LogRecord,
  type PositionUpdated,
} from '#libs/contracts';
import {
  UndecodableError,
  type AvroRegistry,
  type ChunkFunctions,
  type Moment,
  type Outcome,
  type Output,
  type TopicRecord,
} from '#libs/stream';
import type { Announcements, Cause } from './announcements.ts';
import { appraise, type Appraisal } from './appraise.ts';
import type { Carrier } from './carrier.ts';
import type { EnterpriseState } from './enterprise-state.ts';
import {
  afterTakingEffect,
  carrying,
  foldLink,
  mayFollow,
  nextEffect,
  NO_LINKS,
  takingEffect,
  type Destination,
  type Link,
} from './links.ts';
import { withRuleSet, writeMemory, type PartitionMemory } from './partition-memory.ts';
import type { RuleSets } from './rule-sets.ts';
import { RulesByMemory } from './rules-in-force.ts';

type EventOutcome = Outcome<EnterpriseState>;

const UNCHANGED: EventOutcome = { kind: 'unchanged' };
const NOTHING: readonly Output[] = [];
const NO_ORIGINS: readonly number[] = [];
const MANUAL_CLASS = 'override.class';

/** What came to an enterprise: its next appraisal with what brought it about; `event` is null when only time passed. */
interface Step {
  readonly key: string;
  readonly before: EnterpriseState | undefined;
  readonly appraisal: Appraisal;
  readonly event: EnterpriseEvent | null;
  readonly links: readonly Link[];
  readonly cause: Cause;
}

/**
 * What a record of the log, or the passing of time, does to one enterprise: decode, assess, announce, carry on. Synchronous
 * and without a clock: the same log gives the same outcomes.
 */
export class EventScorer implements ChunkFunctions<EnterpriseState> {
  readonly #registry: AvroRegistry;
  readonly #ruleSets: RuleSets;
  readonly #rules: RulesByMemory;
  readonly #announcements: Announcements;
  readonly #carrier: Carrier;

  constructor(registry: AvroRegistry, ruleSets: RuleSets, announcements: Announcements, carrier: Carrier) {
    this.#registry = registry;
    this.#ruleSets = ruleSets;
    this.#rules = new RulesByMemory(ruleSets);
    this.#announcements = announcements;
    this.#carrier = carrier;
  }

  record(record: TopicRecord, key: string, state: EnterpriseState | undefined, moment: Moment): EventOutcome {
    let event: LogRecord;
    try {
      const decoded = this.#registry.decode(record.value);
      event = toLogRecord(decoded.fullName, decoded.value);
      if ('envelope' in event) checkKey(event, key);
    } catch (error) {
      if (error instanceof UndecodableError || error instanceof RangeError)
        return { kind: 'deadLetter', reason: error.message };
      throw error;
    }
    return 'envelope' in event ? this.#fact(event, key, state, moment) : this.#control(event, moment);
  }

  review(key: string, before: EnterpriseState, moment: Moment): EventOutcome {
    const rules = this.#rules.of(moment.memory);
    const replaced = (before.standing?.rules ?? '') !== rules.identity;
    const cause: Cause = {
      kind: replaced ? 'RULE_SET' : 'REVIEW',
      id: replaced ? (rules.memory.activatedBy ?? '') : String(moment.asOf),
      recordId: null,
      correlationId: null,
    };
    const appraisal = appraise(before, { kind: replaced ? 'ruleSet' : 'review' }, moment.asOf, rules);
    return this.#accepted({ key, before, appraisal, event: null, links: before.links, cause }, moment);
  }

  /**
   * What subscribers are told of an enterprise whose published position another engine version made: the changes from its
   * classes to those of the rebuilt state. Its ids name the version and the place, so that they are the same after a crash.
   */
  renewed(
    key: string,
    published: Buffer,
    state: EnterpriseState,
    moment: Moment,
    engineVersion: string,
  ): readonly Output[] {
    const { schemes } = this.#registry.decode(published).value as PositionUpdated;
    const rules = this.#rules.of(moment.memory);
    const before = { ...state, position: { ...state.position, schemes: publishedSchemes(schemes, state) } };
    const { assessment } = appraise(before, { kind: 'review' }, moment.asOf, rules);
    if (assessment === null || assessment.changes.length === 0) return NOTHING;
    const cause: Cause = {
      kind: 'MODEL_CHANGED',
      id: `${engineVersion} at ${moment.partition}/${moment.offset}`,
      recordId: null,
      correlationId: null,
    };
    return this.#announcements.of(key, { ...assessment, warnings: [] }, { before, state }, moment, cause);
  }

  #fact(event: EnterpriseEvent, key: string, before: EnterpriseState | undefined, moment: Moment): EventOutcome {
    const record = toFactRecord(event);
    const appraisal = appraise(before, { kind: 'fact', record }, moment.asOf, this.#rules.of(moment.memory));
    const links = foldLink(before?.links ?? NO_LINKS, event);
    if (before !== undefined && !appraisal.changed && links === before.links) return UNCHANGED;
    const { recordId, correlationId, factType } = event.envelope;
    const kind = factType === MANUAL_CLASS ? 'OVERRIDE' : 'EVENT';
    const cause: Cause = { kind, id: recordId, recordId, correlationId };
    return this.#accepted({ key, before, appraisal, event, links, cause }, moment);
  }

  #accepted(step: Step, moment: Moment): EventOutcome {
    const { key, appraisal, event } = step;
    const { asOf } = moment;
    const isNew = event !== null && appraisal.position.facts !== step.before?.position.facts;
    const state = stateAfter(step, isNew && mayFollow(event.envelope.factType) ? moment.offset : null, asOf);
    const told = this.#told(step, state, moment);
    const onward = isNew ? this.#carrier.carried(event, others(key, carrying(step.links)), asOf) : NOTHING;
    const due = others(key, takingEffect(step.links, asOf));
    return {
      kind: 'accepted',
      state,
      nextDue: earlier(appraisal.assessment?.nextReviewAt ?? null, nextEffect(state.links)),
      outputs: onward.length === 0 ? told : [...told, ...onward],
      publishNow: movesClass(appraisal),
      readAgain: due.length === 0 ? undefined : this.#carrier.everything(state.origins, due, asOf),
    };
  }

  #told({ key, before, appraisal, cause }: Step, state: EnterpriseState, moment: Moment): readonly Output[] {
    const { assessment } = appraisal;
    if (assessment === null || assessment.changes.length + assessment.warnings.length === 0) return NOTHING;
    return this.#announcements.of(key, assessment, { before, state }, moment, cause);
  }

  #control(record: ControlRecord, moment: Moment): EventOutcome {
    const { memory } = this.#rules.of(moment.memory);
    switch (record.type) {
      case 'RuleSetActivated': {
        const { identity, schemeId } = this.#ruleSets.get(`${record.ruleSetId}@${record.version}`, record.sha256);
        const next = writeMemory(withRuleSet(memory, schemeId, record.retired ? null : identity, record.recordId));
        const replaced = this.#rules.of(next).identity !== this.#rules.of(moment.memory).identity;
        return { kind: 'memory', memory: next, reviewAll: replaced };
      }
      case 'CalendarActivated':
        return remembered({ ...memory, calendar: `${record.calendarId}@${record.version}` });
      case 'HistoryLoadStarted':
        return remembered({ ...memory, historyLoad: record.loadId });
      case 'HistoryLoadEnded':
        return remembered({ ...memory, historyLoad: null });
      case 'ClockTick':
        return UNCHANGED;
    }
  }
}

/** @param origin offset of the record, where it is one that a link may send on */
function stateAfter({ before, appraisal, event, links }: Step, origin: number | null, asOf: number): EnterpriseState {
  const known = before?.origins ?? NO_ORIGINS;
  return {
    position: appraisal.position,
    standing: appraisal.standing,
    synthetic: event?.envelope.synthetic === true || before?.synthetic === true,
    origins: origin === null ? known : [...known, origin],
    links: afterTakingEffect(links, asOf),
  };
}

/** The schemes as they were published; what is not published of them is as it is now, so that it makes no difference. */
function publishedSchemes(
  published: PositionUpdated['schemes'],
  { position }: EnterpriseState,
): EnterpriseState['position']['schemes'] {
  return Object.fromEntries(
    published.map(({ schemeId, score, riskClass, computedClass, overrideFactId }) => {
      const { direct, alerts } = position.schemes[schemeId] ?? { direct: [], alerts: [] };
      const override = overrideFactId === null ? null : { factId: overrideFactId, computedClass };
      return [schemeId, { score, riskClass, direct, alerts, override }];
    }),
  );
}

function movesClass({ assessment }: Appraisal): boolean {
  return assessment !== null && assessment.changes.length > 0;
}

function remembered(memory: PartitionMemory): EventOutcome {
  return { kind: 'memory', memory: writeMemory(memory), reviewAll: false };
}

/** Nothing goes on to the enterprise it comes from. */
function others(key: string, destinations: readonly Destination[]): readonly Destination[] {
  return destinations.length === 0 ? destinations : destinations.filter(({ to }) => to !== key);
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
