import { retryTransient, WarehouseError, type Cell, type Table, type Warehouse } from '#libs/warehouse-client';

export interface TableWriter {
  /** Resolves when the rows are durable. Repeats transient failures for ever; rejects for permanent ones and by the signal. */
  write(
    table: Table<Record<string, Cell>>,
    rows: readonly Readonly<Record<string, Cell>>[],
    signal: AbortSignal,
  ): Promise<void>;
  /** Tables that are being repeated now, with the code of the last failure: why the service is not ready. */
  failing(): ReadonlyMap<string, string>;
}

export interface Retry {
  readonly table: string;
  readonly rows: number;
  readonly attempt: number;
  readonly delayMs: number;
  readonly code: string;
  readonly err: unknown;
}

const BACKOFF = { attempts: Number.POSITIVE_INFINITY, initialDelayMs: 100, maxDelayMs: 5_000 };

export function createTableWriter(
  warehouse: Pick<Warehouse, 'insertRows'>,
  onRetry: (retry: Retry) => void,
  backoff: { readonly initialDelayMs: number; readonly maxDelayMs: number } = BACKOFF,
): TableWriter {
  const failing = new Map<string, string>();
  return {
    failing: () => failing,
    async write(table, rows, signal) {
      // The signal ends the waiting, not a request under way: an insert given up half-way would be repeated for nothing.
      await retryTransient(() => warehouse.insertRows(table, rows), {
        ...BACKOFF,
        ...backoff,
        signal,
        onRetry: ({ attempt, delayMs, error }) => {
          const code = error instanceof WarehouseError ? (error.code ?? 'no code') : 'no code';
          failing.set(table.name, code);
          onRetry({ table: table.name, rows: rows.length, attempt, delayMs, code, err: error });
        },
      });
      failing.delete(table.name);
    },
  };
}
