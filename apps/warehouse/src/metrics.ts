import { Counter, Gauge, Histogram } from 'prom-client';
import type { Metrics } from '#libs/service';
import type { Sink, SinkBatch } from '#libs/stream';
import type { FlushReport } from './group-commit.ts';
import type { BatchOutcome } from './store-batch.ts';
import type { Retry } from './table-writer.ts';

export interface WarehouseMetrics {
  flushed(report: FlushReport): void;
  retried(retry: Retry): void;
  stored(batch: SinkBatch, outcome: BatchOutcome): void;
}

export interface Observed {
  readonly sink: () => Sink | undefined;
  readonly buffered: () => number;
}

/** Every metric of the warehouse, once, with its sentence. */
export function createWarehouseMetrics(registry: Metrics, observed: Observed): WarehouseMetrics {
  const registers = [registry];
  const rows = new Counter({
    name: 'warehouse_rows_total',
    help: 'Rows that ClickHouse acknowledged.',
    labelNames: ['table'],
    registers,
  });
  const flush = new Histogram({
    name: 'warehouse_flush_seconds',
    help: 'Time of one flush: from its first insert to the answer of its last table, repetitions included.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    registers,
  });
  const retries = new Counter({
    name: 'warehouse_insert_retries_total',
    help: 'Inserts repeated after a transient failure.',
    labelNames: ['table', 'code'],
    registers,
  });
  const deadLetters = new Counter({
    name: 'warehouse_dead_letters_total',
    help: 'Records no row could be made of; they went to the dead letters.',
    labelNames: ['topic'],
    registers,
  });
  const endToEnd = new Histogram({
    name: 'warehouse_end_to_end_seconds',
    help: "Time from the last record's own time to its visible row; batches that reach the end of their partition only.",
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    labelNames: ['topic'],
    registers,
  });
  new Gauge({
    name: 'warehouse_lag_records',
    help: 'Records not durable yet, as of the last batch of each partition of this process.',
    registers,
    collect() {
      this.set([...(observed.sink()?.lag().values() ?? [])].reduce((sum, lag) => sum + lag, 0));
    },
  });
  new Gauge({
    name: 'warehouse_buffered_rows',
    help: 'Rows in memory that ClickHouse has not acknowledged.',
    registers,
    collect() {
      this.set(observed.buffered());
    },
  });
  return {
    flushed(report) {
      for (const [table, count] of Object.entries(report.tables)) rows.inc({ table }, count);
      flush.observe(report.ms / 1_000);
    },
    retried: ({ table, code }) => retries.inc({ table, code }),
    stored(batch, outcome) {
      if (outcome.deadLetters > 0) deadLetters.inc({ topic: batch.topic }, outcome.deadLetters);
      const last = batch.records.at(-1);
      if (last === undefined || outcome.behind || outcome.rows === 0) return;
      endToEnd.observe({ topic: batch.topic }, Math.max(0, Date.now() - last.timestamp) / 1_000);
    },
  };
}
