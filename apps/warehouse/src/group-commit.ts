import type { Cell, Table } from '#libs/warehouse-client';
import type { TableRow } from './rows.ts';

type AnyTable = Table<Record<string, Cell>>;
type AnyRow = Readonly<Record<string, Cell>>;

export interface GroupCommitOptions {
  /** Resolves when the rows are durable; rejects only for what no repetition mends, or by the signal. */
  write(table: AnyTable, rows: readonly AnyRow[], signal: AbortSignal): Promise<void>;
  /** Least time between two flushes while nothing is behind: inserts per second cost ClickHouse more than rows. */
  readonly flushEveryMs: number;
  /** A group of so many rows is written without waiting for more. */
  readonly flushRows: number;
  /** Filling and in flight together; above it `room` waits. */
  readonly maxRows: number;
  readonly onFlush?: (report: FlushReport) => void;
}

export interface FlushReport {
  readonly rows: number;
  readonly batches: number;
  readonly tables: Readonly<Record<string, number>>;
  /** From the first insert's start to the last table's answer. */
  readonly ms: number;
}

export interface RowBatch {
  readonly rows: readonly TableRow[];
  /** More records wait in the partition: it is not held back to fill groups. */
  readonly behind: boolean;
}

/** Resolves with the moment the flush began (performance.now). */
interface Deferred {
  readonly promise: Promise<number>;
  resolve(startedAt: number): void;
  reject(error: Error): void;
}

interface Group {
  readonly tables: Map<AnyTable, AnyRow[]>;
  rows: number;
  batches: number;
  readonly durable: Deferred;
}

/** Batches of one fetch come in the same turn or a few milliseconds apart; they belong in one insert. */
const LINGER_MS = 10;

/**
 * Writes the rows of many partitions in common inserts: one group in flight, one filling. A batch's promise resolves
 * when every table has acknowledged every row of its group, so its offset can be committed. A failure that no
 * repetition mends rejects the group and everything after it.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #abort = new AbortController();
  #filling: Group | undefined;
  #inFlight: Group | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  #closing = false;
  readonly #waitingForRoom: (() => void)[] = [];
  readonly #held = new Set<() => void>();

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Rows not yet acknowledged. */
  get buffered(): number {
    return (this.#filling?.rows ?? 0) + (this.#inFlight?.rows ?? 0);
  }

  /** Waits until the buffer takes another batch; the caller keeps its batch undecoded meanwhile. */
  async room(): Promise<void> {
    while (this.buffered >= this.#options.maxRows && this.#failure === undefined) {
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when all rows of the batch are durable, and not before the pace of flushes lets the next batch come. */
  async add(batch: RowBatch): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (batch.rows.length === 0 && this.#filling === undefined && this.#inFlight === undefined) return;
    const group = (this.#filling ??= newGroup());
    for (const { table, row } of batch.rows) {
      const rows = group.tables.get(table);
      if (rows === undefined) group.tables.set(table, [row]);
      else rows.push(row);
    }
    group.rows += batch.rows.length;
    group.batches++;
    this.#schedule();
    const startedAt = await group.durable.promise;
    if (!batch.behind) await this.#hold(startedAt + this.#options.flushEveryMs - performance.now());
  }

  /**
   * Writes what is there and ends. When that takes longer than `graceMs` (ClickHouse is away), the rest is given up:
   * its promises reject, its offsets stay uncommitted, and the next start repeats it.
   */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    for (const release of this.#held) release();
    const pending = [this.#inFlight, this.#filling].filter((group) => group !== undefined);
    this.#schedule();
    const timer = setTimeout(() => this.#abort.abort(new Error('the warehouse is stopping')), graceMs);
    await Promise.allSettled(pending.map((group) => group.durable.promise));
    clearTimeout(timer);
    this.#failure ??= new Error('the warehouse is stopping');
    this.#releaseRoom();
  }

  #schedule(): void {
    const group = this.#filling;
    if (group === undefined || this.#inFlight !== undefined) return;
    clearTimeout(this.#timer);
    if (this.#closing || group.rows >= this.#options.flushRows) void this.#flush(group);
    else this.#timer = setTimeout(() => void this.#flush(group), LINGER_MS);
  }

  async #flush(group: Group): Promise<void> {
    if (group !== this.#filling || this.#inFlight !== undefined) return;
    this.#filling = undefined;
    this.#inFlight = group;
    const startedAt = performance.now();
    try {
      // 1. Every table takes its rows; one that failed repeats alone. If the process dies here, the offsets are
      //    uncommitted and the rows come again: the tables' sort keys make them the same rows.
      await this.#writeAll(group);
      // 2. Only now may any partition of the group commit. If the process dies here: the same.
      group.durable.resolve(startedAt);
      this.#options.onFlush?.(reportOf(group, performance.now() - startedAt));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)), group);
    }
    this.#inFlight = undefined;
    this.#releaseRoom();
    this.#schedule();
  }

  async #writeAll(group: Group): Promise<void> {
    try {
      await Promise.all([...group.tables].map(([table, rows]) => this.#options.write(table, rows, this.#abort.signal)));
    } catch (error) {
      // Another table may be repeating for ever; nothing of this group can be committed any more.
      this.#abort.abort(error);
      throw error;
    }
  }

  #fail(error: Error, group: Group): void {
    this.#failure ??= error;
    group.durable.reject(error);
    this.#filling?.durable.reject(error);
    this.#filling = undefined;
  }

  /** Holding the answer back, not the rows, makes the next fetch bring what came meanwhile. */
  async #hold(ms: number): Promise<void> {
    if (ms <= 0 || this.#closing) return;
    await new Promise<void>((resolve) => {
      const release = (): void => {
        clearTimeout(timer);
        this.#held.delete(release);
        resolve();
      };
      const timer = setTimeout(release, ms);
      this.#held.add(release);
    });
  }

  #releaseRoom(): void {
    for (const resolve of this.#waitingForRoom.splice(0)) resolve();
  }
}

function newGroup(): Group {
  const durable = deferred();
  // Whoever added a batch hears of the failure; a group without listeners must not end the process by itself.
  durable.promise.catch(() => undefined);
  return { tables: new Map(), rows: 0, batches: 0, durable };
}

function deferred(): Deferred {
  let resolve: Deferred['resolve'] = () => undefined;
  let reject: Deferred['reject'] = () => undefined;
  const promise = new Promise<number>((settle, fail) => {
    resolve = settle;
    reject = fail;
  });
  return { promise, resolve: (startedAt) => resolve(startedAt), reject: (error) => reject(error) };
}

function reportOf(group: Group, ms: number): FlushReport {
  return {
    rows: group.rows,
    batches: group.batches,
    tables: Object.fromEntries([...group.tables].map(([table, rows]) => [table.name, rows.length])),
    ms: Math.round(ms),
  };
}
