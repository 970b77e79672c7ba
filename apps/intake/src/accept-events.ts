import { normaliseEvent, type EnterpriseEvent } from '#libs/contracts';
import { eventMessage, type LogMessage, type RecordEncoder } from '#libs/event-log';
import { traceHeaders } from '#libs/service';
import type { RecentRecords } from './recent-records.ts';

/** Why an event was refused: the field, the rule it breaks, and what to do about it. */
export interface Fault {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

export type EventResult =
  | { readonly index: number; readonly outcome: 'accepted'; readonly recordId: string; readonly factId: string }
  | { readonly index: number; readonly outcome: 'duplicate'; readonly recordId: string; readonly factId: string }
  | { readonly index: number; readonly outcome: 'rejected'; readonly faults: readonly Fault[] };

export interface AcceptDependencies {
  readonly encoder: RecordEncoder;
  readonly recent: RecentRecords;
  /** Resolves when the log has acknowledged the messages. */
  append(messages: readonly LogMessage[]): Promise<void>;
  now(): number;
}

/**
 * Judges events one by one, so that a refused one harms no other, and writes the accepted ones in one append. It answers
 * only when the log has them; when the append fails it throws and the window of recent records is as before.
 */
export async function acceptEvents(
  deps: AcceptDependencies,
  events: readonly unknown[],
  correlationId: string,
): Promise<EventResult[]> {
  const receivedAt = deps.now();
  const fresh = new Map<string, EnterpriseEvent>();
  const results = events.map((json, index): EventResult => {
    const normalised = normaliseEvent(json, { receivedAt, correlationId });
    if (!normalised.ok) return { index, outcome: 'rejected', faults: normalised.faults };
    const { recordId, factId } = normalised.event.envelope;
    if (deps.recent.has(recordId) || fresh.has(recordId)) return { index, outcome: 'duplicate', recordId, factId };
    fresh.set(recordId, normalised.event);
    return { index, outcome: 'accepted', recordId, factId };
  });
  if (fresh.size > 0) {
    const headers = traceHeaders();
    const messages = [...fresh.values()].map((event) => ({
      ...eventMessage(deps.encoder, event, deps.now()),
      headers,
    }));
    await deps.append(messages);
    for (const recordId of fresh.keys()) deps.recent.add(recordId);
  }
  return results;
}
