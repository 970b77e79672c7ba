import { Refusal } from '../http/problem.ts';
import type { Subject } from './views.ts';

/** By which way a class was read. */
export type ReadVia = 'enterprise' | 'feed' | 'search' | 'recent';

/** One read of one class: who, which enterprise, which scheme, by which way, when (epoch ms). */
export interface ReadAuditRow {
  readonly tokenId: string;
  readonly subject: Subject;
  readonly schemeId: string;
  readonly via: ReadVia;
  readonly at: number;
}

/** The record of reads. `append` resolves only when the rows are stored, and rejects otherwise. */
export interface ReadAudit {
  append(rows: readonly ReadAuditRow[]): Promise<void>;
}

/** Stores the reads before they are answered; when that fails the read is refused with 503. */
export async function recordReads(audit: ReadAudit, rows: readonly ReadAuditRow[]): Promise<void> {
  if (rows.length === 0) return;
  try {
    await audit.append(rows);
  } catch (cause) {
    throw new Refusal(503, 'read_not_recorded', 'the read could not be put on record, so it is not answered', {
      cause,
    });
  }
}
