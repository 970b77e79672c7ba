import { randomUUID } from 'node:crypto';
import { defineTable, READ_RETRY, retryTransient, type Warehouse } from '#libs/warehouse-client';
import type { ReadAudit } from './read-audit.ts';

interface Row {
  readonly at: number;
  readonly token_id: string;
  readonly subject_scheme: string;
  readonly subject_value: string;
  readonly scheme_id: string;
  readonly via: string;
}

const READ_AUDIT = defineTable<Row>()('read_audit', [
  'at',
  'token_id',
  'subject_scheme',
  'subject_value',
  'scheme_id',
  'via',
]);

/** Appends to `read_audit`; a retry after a lost answer counts no read twice. */
export function clickhouseAudit(warehouse: Warehouse): ReadAudit {
  return {
    async append(reads) {
      const rows = reads.map(({ tokenId, subject, schemeId, via, at }) => ({
        at,
        token_id: tokenId,
        subject_scheme: subject.scheme,
        subject_value: subject.value,
        scheme_id: schemeId,
        via,
      }));
      const deduplicationToken = randomUUID();
      await retryTransient(() => warehouse.insertRows(READ_AUDIT, rows, { deduplicationToken }), READ_RETRY);
    },
  };
}
