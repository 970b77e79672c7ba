import {
  checkKey,
  factRowOf,
  isControlRecord,
  toLogRecord,
  type ClassChanged,
  type EnterpriseEvent,
  type PositionUpdated,
  type RuleSetActivated,
  type RuleSetReleaseStep,
  type WarningRaised,
} from '#libs/contracts';
import type { Cell, Table } from '#libs/warehouse-client';
import {
  CLASS_CHANGES,
  FACTS,
  POSITIONS,
  RULE_SET_ACTIVATIONS,
  RULE_SET_RELEASES,
  WARNINGS,
  type ActivationRow,
  type ClassChangeRow,
  type FactTableRow,
  type PositionRow,
  type ReleaseStepRow,
  type WarningRow,
} from './tables.ts';

/** A row with the table it belongs to; the pair is made in this file only, so that they fit. */
export interface TableRow {
  readonly table: Table<Record<string, Cell>>;
  readonly row: Readonly<Record<string, Cell>>;
}

/** Where a record stood and, for the event log, the partition's stream time when it was applied; epoch ms. */
export interface RowContext {
  readonly key: string | undefined;
  readonly partition: number;
  readonly offset: number;
  readonly recordTime: number;
  readonly appliedAt: number;
}

/** A decoded record that no row can be made of; it becomes a dead letter. */
export class UnmappableError extends Error {
  override readonly name = 'UnmappableError';
}

/** Makes the row of a decoded record, or undefined for a record that has none. Throws UnmappableError or RangeError. */
export type RowMaker = (fullName: string, value: unknown, context: RowContext) => TableRow | undefined;

/** enterprise.events.v1: an event is a row of facts, an activation has its table, other control records only move time. */
export const eventRow: RowMaker = (fullName, value, context) => {
  const record = toLogRecord(fullName, value);
  if (!isControlRecord(record)) {
    checkKey(record, context.key);
    return pair(FACTS, factTableRow(record, context));
  }
  return record.type === 'RuleSetActivated' ? pair(RULE_SET_ACTIVATIONS, activationRow(record, context)) : undefined;
};

/** risk.positions.v1 */
export const positionRow: RowMaker = (fullName, value, context) => {
  const { subject, schemes, sequence, ...rest } = expectType<PositionUpdated>('risk.PositionUpdated', fullName, value);
  return pair<PositionRow>(POSITIONS, {
    subject_scheme: subject.scheme,
    subject_value: subject.value,
    'schemes.scheme_id': schemes.map(({ schemeId }) => schemeId),
    'schemes.score': schemes.map(({ score }) => score),
    'schemes.risk_class': schemes.map(({ riskClass }) => riskClass),
    'schemes.group_points': schemes.map(({ groups }) => groups),
    'schemes.rule_set': schemes.map(({ ruleSet }) => ruleSet),
    'schemes.computed_class': schemes.map(({ computedClass }) => computedClass),
    'schemes.override_fact_id': schemes.map(({ overrideFactId }) => overrideFactId),
    rule_set: rest.ruleSet,
    evidence_level: rest.evidenceLevel,
    town: rest.town,
    industry: rest.industry,
    registered_at: rest.registeredAt,
    status: rest.status,
    as_of: rest.asOf,
    next_review_at: rest.nextReviewAt,
    synthetic: rest.synthetic,
    sequence_offset: sequence.offset,
    sequence_ordinal: sequence.ordinal,
    ...logColumns(context),
  });
};

/** risk.class-changed.v1 */
export const classChangeRow: RowMaker = (fullName, value, context) => {
  const change = expectType<ClassChanged>('risk.ClassChanged', fullName, value);
  const { subject, reasons, input, sequence } = change;
  return pair<ClassChangeRow>(CLASS_CHANGES, {
    subject_scheme: subject.scheme,
    subject_value: subject.value,
    scheme_id: change.schemeId,
    change_id: change.changeId,
    class_from: change.from,
    class_to: change.to,
    direction: change.direction,
    score_before: change.scoreBefore,
    score_after: change.scoreAfter,
    'reasons.indicator': reasons.map(({ indicator }) => indicator),
    'reasons.kind': reasons.map(({ kind }) => kind),
    'reasons.points': reasons.map(({ points }) => points),
    'reasons.fact_ids': reasons.map(({ factIds }) => factIds),
    rule_set: change.ruleSet,
    cause: change.cause,
    cause_record_id: change.causeRecordId,
    effective_at: change.effectiveAt,
    town: change.town,
    industry: change.industry,
    synthetic: change.synthetic,
    correlation_id: change.correlationId,
    computed_class: change.computedClass,
    override_fact_id: change.overrideFactId,
    input_topic: input.topic,
    input_partition: input.partition,
    input_offset: input.offset,
    sequence_offset: sequence.offset,
    sequence_ordinal: sequence.ordinal,
    ...logColumns(context),
  });
};

/** risk.warnings.v1 */
export const warningRow: RowMaker = (fullName, value, context) => {
  const warning = expectType<WarningRaised>('risk.WarningRaised', fullName, value);
  return pair<WarningRow>(WARNINGS, {
    subject_scheme: warning.subject.scheme,
    subject_value: warning.subject.value,
    warning_id: warning.warningId,
    level: warning.level,
    rule: warning.rule,
    text: warning.text,
    scheme_id: warning.schemeId,
    occurred_at: warning.occurredAt,
    cause_record_id: warning.causeRecordId,
    rule_set: warning.ruleSet,
    synthetic: warning.synthetic,
    sequence_offset: warning.sequence.offset,
    sequence_ordinal: warning.sequence.ordinal,
    ...logColumns(context),
  });
};

/** risk.rule-set-releases.v1 */
export const releaseStepRow: RowMaker = (fullName, value, context) => {
  const step = expectType<RuleSetReleaseStep>('risk.RuleSetReleaseStep', fullName, value);
  return pair<ReleaseStepRow>(RULE_SET_RELEASES, {
    rule_set_id: step.ruleSetId,
    rule_set_version: step.version,
    scheme_id: step.schemeId,
    sha256: step.sha256,
    step: step.step,
    done_by: step.by,
    done_at: step.at,
    note: step.note,
    activation_id: step.activationId,
    previous: step.previous,
    dry_run: step.dryRun,
    step_id: step.stepId,
    previous_hash: step.previousHash,
    hash: step.hash,
    ...logColumns(context),
  });
};

function factTableRow(event: EnterpriseEvent, context: RowContext): FactTableRow {
  const row = factRowOf(event);
  // FixedString(32) refuses a whole insert for one longer id, and pads a shorter one with zero bytes.
  if (row.fact_id.length !== 32 || row.record_id.length !== 32) {
    throw new UnmappableError('fact id and record id must have 32 hex digits');
  }
  // Written into the fresh row: copying forty columns by spread costs six times the CPU of all the rest.
  return Object.assign<object, object>(row, {
    attributes: JSON.stringify(row.attributes),
    ...logColumns(context),
    applied_at: context.appliedAt,
  }) as FactTableRow;
}

function activationRow(record: RuleSetActivated, context: RowContext): ActivationRow {
  return {
    rule_set_id: record.ruleSetId,
    rule_set_version: record.version,
    sha256: record.sha256,
    activation_id: record.activationId,
    activated_at: record.at,
    retired: record.retired,
    ...logColumns(context),
    applied_at: context.appliedAt,
  };
}

function logColumns(context: RowContext) {
  return { log_partition: context.partition, log_offset: context.offset, record_time: context.recordTime };
}

function expectType<T>(expected: string, fullName: string, value: unknown): T {
  if (fullName !== expected)
    throw new UnmappableError(`${fullName} does not belong in this topic; expected ${expected}`);
  return value as T;
}

function pair<Row extends Readonly<Record<keyof Row, Cell>>>(table: Table<Row>, row: Row): TableRow {
  return { table, row } as unknown as TableRow;
}
