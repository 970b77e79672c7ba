import { controlMessage, controlRecordId, type LogMessage, type RecordEncoder } from '#libs/event-log';
import type { RuleSetRef } from '../release/release.ts';

/** A rule set that takes effect, or is retired, in every partition at the record time `at`. */
export interface ActivationRecords {
  readonly activationId: string;
  of(partition: number): readonly LogMessage[];
  /** Record id of the last record in a partition. */
  lastIdOf(partition: number): string;
}

/**
 * Two records for each partition: RuleSetActivated, and a ClockTick behind it. The scorer applies the tick only when every
 * enterprise of the partition has been assessed again, so a group that has committed the tick has all of it done.
 */
export function activationRecords(
  encoder: RecordEncoder,
  { id, version, sha256 }: RuleSetRef,
  { at, retired }: { readonly at: number; readonly retired: boolean },
): ActivationRecords {
  const activationId = controlRecordId('release', id, version, sha256, String(at), String(retired));
  const lastIdOf = (partition: number): string => controlRecordId('ClockTick', activationId, String(partition));
  return {
    activationId,
    lastIdOf,
    of(partition) {
      const recordId = controlRecordId('RuleSetActivated', activationId, String(partition));
      const activated = { recordId, at, ruleSetId: id, version, sha256, activationId, retired };
      return [
        controlMessage(encoder, { type: 'RuleSetActivated', ...activated }, partition),
        controlMessage(encoder, { type: 'ClockTick', recordId: lastIdOf(partition), at }, partition),
      ];
    },
  };
}
