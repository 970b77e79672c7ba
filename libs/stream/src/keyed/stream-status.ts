export interface StreamStatus {
  readonly joined: boolean;
  readonly assigned: number;
  readonly live: number;
  readonly restoreLag: number;
  readonly lag: number;
  readonly keys: number;
  /** Why records wait for something other than Kafka; undefined while nothing does. */
  readonly waitingFor: string | undefined;
  /** Epoch milliseconds of the consumer loop's last turn. */
  readonly lastTurn: number;
}

/** Of one partition. */
export interface PartitionProgress {
  readonly restoring: boolean;
  readonly broken: boolean;
  readonly restoreLag: number;
  readonly lag: number;
  readonly keys: number;
  readonly waitingFor: string | undefined;
}

type Progress = Omit<StreamStatus, 'joined' | 'assigned' | 'lastTurn'>;

/** Of all partitions together. */
export function progressOf(runtimes: readonly PartitionProgress[]): Progress {
  const sumOf = (each: (runtime: PartitionProgress) => number): number =>
    runtimes.reduce((sum, runtime) => sum + each(runtime), 0);
  return {
    live: runtimes.filter((runtime) => !runtime.restoring && !runtime.broken).length,
    restoreLag: sumOf((runtime) => runtime.restoreLag),
    lag: sumOf((runtime) => runtime.lag),
    keys: sumOf((runtime) => runtime.keys),
    waitingFor: runtimes.find((runtime) => runtime.waitingFor !== undefined)?.waitingFor,
  };
}
