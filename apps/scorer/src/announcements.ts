import { hash } from 'node:crypto';
import { subjectOf, TOPICS, type ClassChanged, type PositionUpdated, type WarningRaised } from '#libs/contracts';
import type { Assessment, SchemeChange } from '#libs/risk-model';
import type { AvroRegistry, Held, Moment, Output } from '#libs/stream';
import type { EnterpriseState } from './enterprise-state.ts';

/** What brought an assessment about; `id` makes the ids of its outputs, so that a replay writes the same ones. */
export interface Cause {
  readonly kind: ClassChanged['cause'];
  /** The input's record id, the due moment of a review, or the record that activated a rule set. */
  readonly id: string;
  readonly recordId: string | null;
  readonly correlationId: string | null;
}

export const CLASS_CHANGED = 'risk.ClassChanged';
export const WARNING_RAISED = 'risk.WarningRaised';
export const POSITION_UPDATED = 'risk.PositionUpdated';

const REASONS_TOLD = 5;

/** Deterministic id of an output: the first 16 bytes of SHA-256 over its parts, as 32 hex digits. */
function outputId(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\u001f'), 'hex').slice(0, 32);
}

/** The enterprise before and after what is told. */
export interface States {
  readonly before: EnterpriseState | undefined;
  readonly state: EnterpriseState;
}

interface ChangeContext {
  readonly states: States;
  readonly moment: Moment;
  readonly cause: Cause;
  readonly sequence: ClassChanged['sequence'];
}

export class Announcements {
  readonly #registry: AvroRegistry;

  constructor(registry: AvroRegistry) {
    this.#registry = registry;
  }

  /** Class changes and warnings of an assessment, in order; each takes the next ordinal of the moment's offset. */
  of(key: string, assessment: Assessment, states: States, moment: Moment, cause: Cause): readonly Output[] {
    const outputs: Output[] = [];
    const sequence = () => ({ offset: moment.offset, ordinal: moment.ordinal + outputs.length });
    for (const change of assessment.changes) {
      outputs.push(this.#classChanged(key, change, { states, moment, cause, sequence: sequence() }));
    }
    for (const warning of assessment.warnings) {
      const record: WarningRaised = {
        warningId: outputId('warning', cause.kind, cause.id, key, warning.schemeId, warning.rule),
        subject: subjectOf(key),
        level: warning.level,
        rule: warning.rule,
        text: warning.text.zh,
        schemeId: warning.schemeId,
        occurredAt: moment.asOf,
        causeRecordId: cause.recordId,
        ruleSet: warning.ruleSet,
        sequence: sequence(),
        synthetic: states.state.synthetic,
      };
      outputs.push(this.#output(TOPICS.warnings.name, key, WARNING_RAISED, record));
    }
    return outputs;
  }

  /** The slim position of an enterprise, with the moment from which it holds; none while no rule set has scored it. */
  snapshot(key: string, { state, since }: Held<EnterpriseState>): Output | undefined {
    const { position, standing } = state;
    if (standing === null) return undefined;
    const { town, industry, registeredAt, status } = standing.attributes;
    const record: PositionUpdated = {
      subject: subjectOf(key),
      schemes: Object.entries(position.schemes).map(([schemeId, { score, riskClass, override }]) => ({
        schemeId,
        score,
        riskClass,
        groups: standing.schemes[schemeId]?.groups ?? {},
        ruleSet: standing.schemes[schemeId]?.ruleSet ?? '',
        computedClass: override?.computedClass ?? null,
        overrideFactId: override?.factId ?? null,
      })),
      ruleSet: standing.general,
      evidenceLevel: standing.evidenceLevel,
      town,
      industry,
      registeredAt,
      status,
      asOf: since.asOf,
      nextReviewAt: since.due,
      sequence: { offset: since.offset, ordinal: since.ordinal },
      synthetic: state.synthetic,
    };
    return this.#output(TOPICS.positions.name, key, POSITION_UPDATED, record);
  }

  #classChanged(key: string, change: SchemeChange, { states, moment, cause, sequence }: ChangeContext): Output {
    const { before, state } = states;
    // A scheme that is rated no longer has no rule set now: it is told by which one it was.
    const ruleSet = change.ruleSet === '' ? before?.standing?.schemes[change.schemeId]?.ruleSet : change.ruleSet;
    const record: ClassChanged = {
      changeId: outputId('class', cause.kind, cause.id, key, change.schemeId),
      subject: subjectOf(key),
      schemeId: change.schemeId,
      from: change.from,
      to: change.to,
      direction: directionOf(change.from, change.to),
      scoreBefore: change.scoreBefore,
      scoreAfter: change.scoreAfter,
      reasons: change.reasons.slice(0, REASONS_TOLD),
      ruleSet: ruleSet ?? '',
      cause: causeOf(change, before, cause),
      causeRecordId: cause.recordId,
      effectiveAt: moment.asOf,
      input: { topic: TOPICS.events.name, partition: moment.partition, offset: moment.offset },
      sequence,
      town: state.standing?.attributes.town ?? null,
      industry: state.standing?.attributes.industry ?? null,
      synthetic: state.synthetic,
      correlationId: cause.correlationId,
      computedClass: change.overrideFactId === null ? null : change.computedClass,
      overrideFactId: change.overrideFactId,
    };
    return this.#output(TOPICS.classChanged.name, key, CLASS_CHANGED, record);
  }

  #output(topic: string, key: string, fullName: string, record: object): Output {
    return { topic, message: { key, value: this.#registry.encode(fullName, record) } };
  }
}

/** A manual class that began or ended is the cause, whatever let it: a record or the passing of time. */
function causeOf(change: SchemeChange, before: EnterpriseState | undefined, { kind }: Cause): ClassChanged['cause'] {
  if (kind === 'RULE_SET' || kind === 'MODEL_CHANGED') return kind;
  const heldBefore = before?.position.schemes[change.schemeId]?.override?.factId ?? null;
  return change.overrideFactId === heldBefore ? kind : 'OVERRIDE';
}

function directionOf(from: ClassChanged['from'], to: ClassChanged['to']): ClassChanged['direction'] {
  if (from === null) return 'FIRST';
  if (to === null) return 'LEFT';
  return to > from ? 'WORSENED' : 'IMPROVED';
}
