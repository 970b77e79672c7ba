import { createRequire } from 'node:module';
import type * as Kafkajs from 'kafkajs';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

const CHECK_PENDING_MS = 10;

const load = createRequire(import.meta.url);

/**
 * kafkajs 2.2.4 sets a timer with a negative time after each response: Node 24 warns of it, and each is a wasted turn.
 * Nothing pending and no throttling means that there is nothing to look at later.
 */
export function patchRequestQueue(): void {
  const { prototype } = load('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue & { scheduleCheckPendingRequests(this: RequestQueue): void };
  };
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    const throttledFor = this.throttledUntil - Date.now();
    if (this.throttleCheckTimeoutId !== null || (throttledFor <= 0 && this.pending.length === 0)) return;
    const timer = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledFor > 0 ? throttledFor : CHECK_PENDING_MS,
    );
    this.throttleCheckTimeoutId = timer;
  };
}

interface Coordinator {
  isConnected(): boolean;
}

interface CoordinatorLookUp {
  readonly groupId: string;
  readonly coordinatorType?: number;
}

interface Cluster {
  findGroupCoordinator(lookUp: CoordinatorLookUp): Promise<Coordinator>;
  metadata(options?: object): Promise<object | null>;
}

/** Less than the retries of a transaction's steps go on for: they outlive a coordinator that has moved. */
const COORDINATOR_KNOWN_FOR_MS = 500;

/**
 * kafkajs 2.2.4 asks a broker for the coordinator ahead of each step of a transaction: one that writes to two topics then takes
 * twelve round trips instead of seven. Here a coordinator is known for a moment, as long as its connection stands.
 */
export function patchCoordinatorLookUps(): void {
  const { prototype } = load('kafkajs/src/cluster') as { prototype: Cluster };
  const lookUpAnew = prototype.findGroupCoordinator;
  const known = new WeakMap<Cluster, Map<string, { readonly coordinator: Coordinator; readonly until: number }>>();
  prototype.findGroupCoordinator = async function find(this: Cluster, lookUp): Promise<Coordinator> {
    const ofCluster = known.get(this) ?? new Map<string, { coordinator: Coordinator; until: number }>();
    known.set(this, ofCluster);
    const name = `${lookUp.coordinatorType ?? 0} ${lookUp.groupId}`;
    const last = ofCluster.get(name);
    if (last !== undefined && last.coordinator.isConnected() && performance.now() < last.until) return last.coordinator;
    const coordinator = await lookUpAnew.call(this, lookUp);
    ofCluster.set(name, { coordinator, until: performance.now() + COORDINATOR_KNOWN_FOR_MS });
    return coordinator;
  };
}

/**
 * kafkajs 2.2.4 has null for the metadata when every broker it asked lost the connection: what reads them ends in a TypeError,
 * which nothing tells from a fault of our own.
 */
export function patchClusterMetadata(): void {
  const { prototype } = load('kafkajs/src/cluster') as { prototype: Cluster };
  const { KafkaJSConnectionError } = load('kafkajs') as typeof Kafkajs;
  const { metadata } = prototype;
  prototype.metadata = async function answered(this: Cluster, options?: object): Promise<object> {
    const answer = await metadata.call(this, options);
    if (answer === null) throw new KafkaJSConnectionError('no broker has told its metadata');
    return answer;
  };
}
