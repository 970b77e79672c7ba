import { Counter, Gauge, Histogram } from 'prom-client';
import type { Metrics } from '#libs/service';
import type { ChunkReport, StreamStatus } from '#libs/stream';

export interface ScorerMetrics {
  observe(report: ChunkReport): void;
  lost(): void;
  repeated(): void;
  dependencyAway(): void;
}

/** Every metric of the scorer, once, with its sentence. */
export function createScorerMetrics(registry: Metrics, status: () => StreamStatus | undefined): ScorerMetrics {
  const registers = [registry];
  const records = new Counter({
    name: 'scorer_records_total',
    help: 'Records of the event log applied, live or while state is rebuilt.',
    labelNames: ['mode'],
    registers,
  });
  const reviews = new Counter({
    name: 'scorer_reviews_total',
    help: 'Reviews fired because a position was due.',
    registers,
  });
  const outputs = new Counter({ name: 'scorer_outputs_total', help: 'Class changes and warnings written.', registers });
  const deadLetters = new Counter({
    name: 'scorer_dead_letters_total',
    help: 'Records that could not be processed and went to the dead letters.',
    registers,
  });
  const lost = new Counter({
    name: 'scorer_transactions_lost_total',
    help: 'Partitions taken over anew because a transaction of theirs ended in an error.',
    registers,
  });
  const repeated = new Counter({
    name: 'scorer_transactions_repeated_total',
    help: 'Times that a transaction, or its end, was asked for once more because a broker did not answer.',
    registers,
  });
  const away = new Counter({
    name: 'scorer_dependency_away_total',
    help: 'Times that the schema registry or Kafka did not answer at a chunk, a take-over or a clock tick; each is tried again.',
    registers,
  });
  const batch = new Histogram({
    name: 'scorer_batch_seconds',
    help: 'Time from a chunk of records to its committed transaction.',
    registers,
  });
  const endToEnd = new Histogram({
    name: 'scorer_end_to_end_seconds',
    help: "Time from a record's own time to the commit of what it changed; live records only.",
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    registers,
  });
  const gauge = (name: string, help: string, read: (now: StreamStatus) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const now = status();
        if (now !== undefined) this.set(read(now));
      },
    });
  gauge(
    'scorer_lag_records',
    'Records of the event log not applied yet, in the partitions of this process.',
    (now) => now.lag,
  );
  gauge(
    'scorer_restore_lag_records',
    'Records still to be replayed before all partitions of this process are live.',
    (now) => now.restoreLag,
  );
  gauge('scorer_enterprises', 'Enterprises with a state in the partitions of this process.', (now) => now.keys);
  return {
    observe(report) {
      records.inc({ mode: report.silent ? 'restore' : 'live' }, report.records);
      reviews.inc(report.reviews);
      outputs.inc(report.outputs);
      deadLetters.inc(report.deadLetters);
      batch.observe(report.ms / 1_000);
      if (!report.silent && report.lastTimestamp > 0)
        endToEnd.observe(Math.max(0, Date.now() - report.lastTimestamp) / 1_000);
    },
    lost: () => lost.inc(),
    repeated: () => repeated.inc(),
    dependencyAway: () => away.inc(),
  };
}
