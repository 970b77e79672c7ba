import type {
  ChangeCause,
  ClassDirection,
  FactRow,
  ReasonKind,
  ReleaseStepKind,
  RiskClass,
  WarningLevel,
} from '#libs/contracts';
import { defineTable } from '#libs/warehouse-client';

/** Where a row's record stood in its topic; `record_time` is its CreateTime, epoch ms. */
interface LogColumns {
  readonly log_partition: number;
  readonly log_offset: number;
  readonly record_time: number;
}

interface SubjectColumns {
  readonly subject_scheme: string;
  readonly subject_value: string;
}

interface SequenceColumns {
  readonly sequence_offset: number;
  readonly sequence_ordinal: number;
}

/** A row of `facts`: the contract's fact row, everything it states as one JSON text, and what only the writer knows. */
export interface FactTableRow extends Omit<FactRow, 'attributes'>, LogColumns {
  readonly attributes: string;
  readonly applied_at: number;
}

export const FACTS = defineTable<FactTableRow>()('facts', [
  'subject_scheme',
  'subject_value',
  'fact_id',
  'register',
  'revision',
  'revision_kind',
  'record_id',
  'record_type',
  'fact_type',
  'source',
  'authority',
  'number',
  'first_stated_scheme',
  'first_stated_value',
  'occurred_at',
  'effective_at',
  'published_at',
  'received_at',
  'date_precision',
  'code_system',
  'code_system_version',
  'case_number',
  'mapping',
  'mapping_version',
  'purpose',
  'synthetic',
  'correlation_id',
  'causation_id',
  'carried_from_scheme',
  'carried_from_value',
  'attributes',
  'status_value',
  'status_effective_at',
  'status_until',
  'status_reason',
  'log_partition',
  'log_offset',
  'record_time',
  'applied_at',
]);

/** A row of `positions`: one message, its schemes side by side in arrays of equal length. */
export interface PositionRow extends SubjectColumns, SequenceColumns, LogColumns {
  readonly 'schemes.scheme_id': readonly string[];
  readonly 'schemes.score': readonly number[];
  readonly 'schemes.risk_class': readonly (RiskClass | null)[];
  readonly 'schemes.group_points': readonly Readonly<Record<string, number>>[];
  readonly 'schemes.rule_set': readonly string[];
  readonly 'schemes.computed_class': readonly (RiskClass | null)[];
  readonly 'schemes.override_fact_id': readonly (string | null)[];
  readonly rule_set: string;
  readonly evidence_level: string;
  readonly town: string | null;
  readonly industry: string | null;
  readonly registered_at: number | null;
  readonly status: string | null;
  readonly as_of: number;
  readonly next_review_at: number | null;
  readonly synthetic: boolean;
}

export const POSITIONS = defineTable<PositionRow>()('positions', [
  'subject_scheme',
  'subject_value',
  'schemes.scheme_id',
  'schemes.score',
  'schemes.risk_class',
  'schemes.group_points',
  'schemes.rule_set',
  'schemes.computed_class',
  'schemes.override_fact_id',
  'rule_set',
  'evidence_level',
  'town',
  'industry',
  'registered_at',
  'status',
  'as_of',
  'next_review_at',
  'synthetic',
  'sequence_offset',
  'sequence_ordinal',
  'log_partition',
  'log_offset',
  'record_time',
]);

/** A row of `class_changes`: one message, its reasons side by side. */
export interface ClassChangeRow extends SubjectColumns, SequenceColumns, LogColumns {
  readonly scheme_id: string;
  readonly change_id: string;
  readonly class_from: RiskClass | null;
  readonly class_to: RiskClass | null;
  readonly direction: ClassDirection;
  readonly score_before: number | null;
  readonly score_after: number;
  readonly 'reasons.indicator': readonly string[];
  readonly 'reasons.kind': readonly ReasonKind[];
  readonly 'reasons.points': readonly number[];
  readonly 'reasons.fact_ids': readonly (readonly string[])[];
  readonly rule_set: string;
  readonly cause: ChangeCause;
  readonly cause_record_id: string | null;
  readonly effective_at: number;
  readonly town: string | null;
  readonly industry: string | null;
  readonly synthetic: boolean;
  readonly correlation_id: string | null;
  readonly computed_class: RiskClass | null;
  readonly override_fact_id: string | null;
  readonly input_topic: string;
  readonly input_partition: number;
  readonly input_offset: number;
}

export const CLASS_CHANGES = defineTable<ClassChangeRow>()('class_changes', [
  'subject_scheme',
  'subject_value',
  'scheme_id',
  'change_id',
  'class_from',
  'class_to',
  'direction',
  'score_before',
  'score_after',
  'reasons.indicator',
  'reasons.kind',
  'reasons.points',
  'reasons.fact_ids',
  'rule_set',
  'cause',
  'cause_record_id',
  'effective_at',
  'town',
  'industry',
  'synthetic',
  'correlation_id',
  'computed_class',
  'override_fact_id',
  'input_topic',
  'input_partition',
  'input_offset',
  'sequence_offset',
  'sequence_ordinal',
  'log_partition',
  'log_offset',
  'record_time',
]);

/** A row of `warnings`: one message. */
export interface WarningRow extends SubjectColumns, SequenceColumns, LogColumns {
  readonly warning_id: string;
  readonly level: WarningLevel;
  readonly rule: string;
  readonly text: string;
  readonly scheme_id: string | null;
  readonly occurred_at: number;
  readonly cause_record_id: string | null;
  readonly rule_set: string;
  readonly synthetic: boolean;
}

export const WARNINGS = defineTable<WarningRow>()('warnings', [
  'subject_scheme',
  'subject_value',
  'warning_id',
  'level',
  'rule',
  'text',
  'scheme_id',
  'occurred_at',
  'cause_record_id',
  'rule_set',
  'synthetic',
  'sequence_offset',
  'sequence_ordinal',
  'log_partition',
  'log_offset',
  'record_time',
]);

/** A row of `rule_set_activations`: one control record in one partition. */
export interface ActivationRow extends LogColumns {
  readonly rule_set_id: string;
  readonly rule_set_version: string;
  readonly sha256: string;
  readonly activation_id: string;
  readonly activated_at: number;
  readonly retired: boolean;
  readonly applied_at: number;
}

export const RULE_SET_ACTIVATIONS = defineTable<ActivationRow>()('rule_set_activations', [
  'rule_set_id',
  'rule_set_version',
  'sha256',
  'activation_id',
  'activated_at',
  'retired',
  'log_partition',
  'log_offset',
  'record_time',
  'applied_at',
]);

/** A row of `rule_set_releases`: one step of the release of a rule set. */
export interface ReleaseStepRow extends LogColumns {
  readonly rule_set_id: string;
  readonly rule_set_version: string;
  readonly scheme_id: string;
  readonly sha256: string;
  readonly step: ReleaseStepKind;
  readonly done_by: string;
  readonly done_at: number;
  readonly note: string;
  readonly activation_id: string | null;
  readonly previous: string | null;
  readonly dry_run: string | null;
  readonly step_id: string;
  readonly previous_hash: string | null;
  readonly hash: string;
}

export const RULE_SET_RELEASES = defineTable<ReleaseStepRow>()('rule_set_releases', [
  'rule_set_id',
  'rule_set_version',
  'scheme_id',
  'sha256',
  'step',
  'done_by',
  'done_at',
  'note',
  'activation_id',
  'previous',
  'dry_run',
  'step_id',
  'previous_hash',
  'hash',
  'log_partition',
  'log_offset',
  'record_time',
]);
