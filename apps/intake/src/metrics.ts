import { Counter, Histogram } from 'prom-client';
import type { Metrics } from '#libs/service';
import type { EventResult } from './accept-events.ts';

export interface IntakeMetrics {
  /** Counts the events of one request by outcome, and refused ones by rule. */
  count(results: readonly EventResult[]): void;
  /** Observes how long the log took to acknowledge. */
  observeWrite(seconds: number, failed: boolean): void;
}

/** Every metric of intake, once, with its sentence. */
export function createIntakeMetrics(registry: Metrics): IntakeMetrics {
  const registers = [registry];
  const events = new Counter({
    name: 'intake_events_total',
    help: 'Events received over HTTP, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const faults = new Counter({
    name: 'intake_faults_total',
    help: 'Faults found in refused events, by rule.',
    labelNames: ['rule'],
    registers,
  });
  const writes = new Histogram({
    name: 'intake_write_seconds',
    help: 'Time until the log acknowledged the events of one request.',
    labelNames: ['outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10],
    registers,
  });
  return {
    count(results) {
      for (const result of results) {
        events.inc({ outcome: result.outcome });
        if (result.outcome === 'rejected') for (const { rule } of result.faults) faults.inc({ rule });
      }
    },
    observeWrite: (seconds, failed) => writes.observe({ outcome: failed ? 'failed' : 'acknowledged' }, seconds),
  };
}
