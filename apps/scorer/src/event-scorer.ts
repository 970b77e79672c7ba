import {
  keyOf,
  toFactRecord,
  toLogRecord,
  type ControlRecord,
  type EnterpriseEvent,
  type LogRecord,
} from '#libs/contracts';
import { assess, foldFact, type Assessment, type ActiveRuleSets, type ModelEvent } from '#libs/risk-model';
import {
  UndecodableError,
  type AvroRegistry,
  type ChunkFunctions,
  type Moment,
  type Outcome,
  type TopicRecord,
} from '#libs/stream';
import type { Announcements, Cause } from './announcements.ts';
import type { EnterpriseState } from './enterprise-state.ts';
import { readMemory, writeMemory } from './partition-memory.ts';
import type { RuleSets } from './rule-sets.ts';

type EventOutcome = Outcome<EnterpriseState>;

const UNCHANGED: EventOutcome = { kind: 'unchanged' };

/**
 * What a record of the log, or the passing of time, does to one enterprise: decode, assess, announce. Synchronous and without
 * a clock: the same log gives the same outcomes.
 */
export class EventScorer implements ChunkFunctions<EnterpriseState> {
  readonly #registry: AvroRegistry;
  readonly #ruleSets: RuleSets;
  readonly #announcements: Announcements;

  constructor(registry: AvroRegistry, ruleSets: RuleSets, announcements: Announcements) {
    this.#registry = registry;
    this.#ruleSets = ruleSets;
    this.#announcements = announcements;
  }

  record(record: TopicRecord, state: EnterpriseState | undefined, moment: Moment): EventOutcome {
    let event: LogRecord;
    try {
      const decoded = this.#registry.decode(record.value);
      event = toLogRecord(decoded.fullName, decoded.value);
    } catch (error) {
      if (error instanceof UndecodableError || error instanceof RangeError)
        return { kind: 'deadLetter', reason: error.message };
      throw error;
    }
    if (!('envelope' in event)) return this.#control(event, moment);
    const key = keyOf(event.envelope.subject);
    if (record.key?.toString('utf8') !== key) {
      return {
        kind: 'deadLetter',
        reason: `the key is not the subject's: expected ${key}; write records of an enterprise with its own key`,
      };
    }
    return this.#fact(event, key, state, moment);
  }

  review(key: string, state: EnterpriseState, moment: Moment): EventOutcome {
    const memory = readMemory(moment.memory);
    const ruleSet = this.#ruleSetOf(memory.ruleSet);
    if (ruleSet === undefined) return UNCHANGED;
    const replaced = state.standing?.ruleSet !== memory.ruleSet;
    const cause: Cause = replaced
      ? { kind: 'RULE_SET', id: memory.activationId ?? '', recordId: null, correlationId: null }
      : { kind: 'REVIEW', id: String(moment.asOf), recordId: null, correlationId: null };
    const assessment = assess(state.position, { kind: replaced ? 'ruleSet' : 'review' }, moment.asOf, ruleSet);
    return this.#accepted(key, assessment, stateOf(assessment, memory.ruleSet, state.synthetic), moment, cause);
  }

  #fact(event: EnterpriseEvent, key: string, state: EnterpriseState | undefined, moment: Moment): EventOutcome {
    const fact = toFactRecord(event);
    if (fact === undefined) return UNCHANGED;
    const memory = readMemory(moment.memory);
    const ruleSet = this.#ruleSetOf(memory.ruleSet);
    const synthetic = event.envelope.synthetic || (state?.synthetic ?? false);
    if (ruleSet === undefined) {
      const position = foldFact(state?.position, fact);
      return {
        kind: 'accepted',
        state: { position, standing: null, synthetic },
        nextDue: null,
        outputs: [],
        publishNow: false,
      };
    }
    const modelEvent: ModelEvent = { kind: 'fact', record: fact };
    const assessment = assess(state?.position, modelEvent, moment.asOf, ruleSet);
    if (!assessment.changed && state !== undefined) return UNCHANGED;
    const { recordId, correlationId } = event.envelope;
    return this.#accepted(key, assessment, stateOf(assessment, memory.ruleSet, synthetic), moment, {
      kind: 'EVENT',
      id: recordId,
      recordId,
      correlationId,
    });
  }

  #accepted(key: string, assessment: Assessment, state: EnterpriseState, moment: Moment, cause: Cause): EventOutcome {
    return {
      kind: 'accepted',
      state,
      nextDue: assessment.nextReviewAt,
      outputs:
        assessment.changes.length + assessment.warnings.length === 0
          ? []
          : this.#announcements.of(key, assessment, state, moment, cause),
      publishNow: assessment.changes.length > 0,
    };
  }

  #control(record: ControlRecord, moment: Moment): EventOutcome {
    const memory = readMemory(moment.memory);
    switch (record.type) {
      case 'RuleSetActivated': {
        const ruleSet = `${record.ruleSetId}@${record.version}`;
        this.#ruleSetOf(ruleSet);
        return {
          kind: 'memory',
          memory: writeMemory({ ...memory, ruleSet, activationId: record.activationId }),
          reviewAll: true,
        };
      }
      case 'CalendarActivated':
        return {
          kind: 'memory',
          memory: writeMemory({ ...memory, calendar: `${record.calendarId}@${record.version}` }),
          reviewAll: false,
        };
      case 'HistoryLoadStarted':
        return { kind: 'memory', memory: writeMemory({ ...memory, historyLoad: record.loadId }), reviewAll: false };
      case 'HistoryLoadEnded':
        return { kind: 'memory', memory: writeMemory({ ...memory, historyLoad: null }), reviewAll: false };
      case 'ClockTick':
        return UNCHANGED;
    }
  }

  #ruleSetOf(name: string | null): ActiveRuleSets | undefined {
    if (name === null) return undefined;
    const ruleSet = this.#ruleSets.get(name);
    if (ruleSet === undefined) {
      throw new Error(
        `the log activates the rule set ${name}, which this image does not hold; deploy a version that has it in RISK_RULE_SETS_DIR`,
      );
    }
    return ruleSet;
  }
}

function stateOf(
  { position, results, evidenceLevel }: Assessment,
  ruleSet: string | null,
  synthetic: boolean,
): EnterpriseState {
  if (ruleSet === null) return { position, standing: null, synthetic };
  const groups = Object.fromEntries(results.map((result) => [result.schemeId, result.groups]));
  return { position, standing: { ruleSet, evidenceLevel, groups }, synthetic };
}
