import { types } from 'node:util';
import { ClickHouseError } from '@clickhouse/client';
import { isTransientSocketCode } from '#libs/service';

/** Whether the same request may succeed later (`transient`) or never will (`permanent`). */
export type FailureKind = 'transient' | 'permanent';

/** A failed request to ClickHouse: what was asked, the server's or the socket's code, and whether to ask again. */
export class WarehouseError extends Error {
  readonly kind: FailureKind;
  /** ClickHouse's number (`241`), the socket's name (`ECONNREFUSED`), or null when the answer carried neither. */
  readonly code: string | null;
  /** What failed, without values: `insert into facts (20000 rows)`. */
  readonly operation: string;

  constructor(operation: string, cause: unknown) {
    const code = codeOf(cause);
    const showsData = cause instanceof ClickHouseError && DATA_CODES.has(cause.code);
    super(
      `${operation} failed with ${code ?? 'no code'}: ${showsData ? cause.type : firstLineOf(cause)}`,
      showsData ? {} : { cause },
    );
    this.name = 'WarehouseError';
    this.operation = operation;
    this.code = code;
    this.kind = classifyFailure(cause);
  }
}

/**
 * Codes after which the same statement may succeed without anyone changing it. Everything else is permanent: a
 * statement repeated for ever against a missing table or a wrong type hides the fault.
 */
const TRANSIENT_SERVER_CODES: ReadonlyMap<string, string> = new Map([
  ['159', 'TIMEOUT_EXCEEDED'],
  ['160', 'TOO_SLOW'],
  ['198', 'DNS_ERROR'],
  ['202', 'TOO_MANY_SIMULTANEOUS_QUERIES'],
  ['203', 'NO_FREE_CONNECTION'],
  ['209', 'SOCKET_TIMEOUT'],
  ['210', 'NETWORK_ERROR'],
  ['225', 'NO_ZOOKEEPER'],
  ['236', 'ABORTED: the server is stopping'],
  ['241', 'MEMORY_LIMIT_EXCEEDED'],
  ['242', 'TABLE_IS_READ_ONLY: the replica has lost its keeper'],
  ['243', 'NOT_ENOUGH_SPACE'],
  ['252', 'TOO_MANY_PARTS'],
  ['279', 'ALL_CONNECTION_TRIES_FAILED'],
  ['285', 'TOO_FEW_LIVE_REPLICAS'],
  ['319', 'UNKNOWN_STATUS_OF_INSERT'],
  ['394', 'QUERY_WAS_CANCELLED: killed by an operator or a restart'],
  ['439', 'CANNOT_SCHEDULE_TASK'],
  ['745', 'SERVER_OVERLOADED'],
  ['999', 'KEEPER_EXCEPTION'],
]);

/** Codes whose message quotes the row that was refused: rows may name persons, and errors are logged, so only the code's name is kept. */
const DATA_CODES: ReadonlySet<string> = new Set(
  [6, 26, 27, 33, 38, 41, 53, 70, 72, 117, 131, 321, 441, 469, 691].map(String),
);

/** Classifies by code, never by message text. */
export function classifyFailure(error: unknown): FailureKind {
  if (error instanceof WarehouseError) return error.kind;
  if (error instanceof ClickHouseError) return TRANSIENT_SERVER_CODES.has(error.code) ? 'transient' : 'permanent';
  if (!types.isNativeError(error)) return 'permanent';
  const code = codeOf(error);
  if (code !== null) return isTransientSocketCode(code) ? 'transient' : 'permanent';
  // A plain Error without a code is the client's own time-out, or an answer that is not ClickHouse's: a gateway's 502,
  // 503 or 504. A TypeError and its like are our own fault and stay so.
  return error.name === 'Error' ? 'transient' : 'permanent';
}

function codeOf(error: unknown): string | null {
  const code: unknown = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code !== '' ? code : null;
}

function firstLineOf(cause: unknown): string {
  const text = types.isNativeError(cause) ? cause.message : String(cause);
  return (text.split('\n', 1)[0] ?? '').slice(0, 300).trim();
}
