import type { Logger } from '#libs/service';
import type { Viewer } from '../access/token-book.ts';
import type { ReadAudit, ReadAuditRow } from '../reads/read-audit.ts';
import { keyOf, type ChangeView, type Subject } from '../reads/views.ts';
import { createChangeRing } from './change-ring.ts';
import { commentFrame, eventFrame, retryFrame } from './sse-frame.ts';

/** One viewer's open connection. */
export interface FeedConnection {
  readonly viewer: Viewer;
  write(frame: string): void;
  /** Bytes written that the peer has not taken yet. */
  bufferedBytes(): number;
  close(): void;
}

export interface FeedHub {
  /** Takes a change from the log; a repeated id is ignored. */
  push(change: ChangeView): void;
  /** Adds a viewer; what came after `lastEventId` is delivered first. Returns what to call when the viewer has gone. */
  connect(connection: FeedConnection, lastEventId?: string): () => void;
  /** The newest changes that came through the log, newest first; ClickHouse may not have them yet. */
  latest(limit: number): readonly ChangeView[];
  /** Changes were lost before they reached this process: every viewer is told to read the list. */
  gap(): void;
  viewers(): number;
  close(): Promise<void>;
}

interface FeedPorts {
  readonly audit: ReadAudit;
  /** Names by `scheme:value`; a missing name is no error. */
  namesOf(subjects: readonly Subject[]): Promise<ReadonlyMap<string, string>>;
  readonly logger: Logger;
  now(): number;
}

export interface FeedLimits {
  /** Changes remembered for viewers that come back. */
  readonly ring: number;
  /** Changes delivered to one viewer at once. */
  readonly batch: number;
  readonly flushMs: number;
  readonly heartbeatMs: number;
  /** A viewer with more unsent bytes than this is disconnected. */
  readonly clientBytes: number;
}

export const FEED_LIMITS: FeedLimits = {
  ring: 5000,
  batch: 200,
  flushMs: 250,
  heartbeatMs: 15_000,
  clientBytes: 1 << 20,
};
const RETRY_MS = 3000;

interface Client {
  readonly connection: FeedConnection;
  /** Number of the last change delivered. */
  delivered: number;
}

/** What one client gets in one flush. */
interface Delivery {
  readonly client: Client;
  readonly changes: readonly ChangeView[];
  readonly last: number;
  readonly missed: number;
}

/**
 * Delivers class changes to viewers: batched within `flushMs`, one audit row for each change and viewer, stored before the batch
 * is written. When the rows cannot be stored, the viewers that were due are disconnected and nothing is shown.
 */
export function createFeedHub(ports: FeedPorts, limits: FeedLimits = FEED_LIMITS): FeedHub {
  const ring = createChangeRing<ChangeView>(limits.ring);
  const names = new Map<string, string>();
  const clients = new Set<Client>();
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();
  let closed = false;

  const heartbeat = setInterval(() => {
    for (const client of [...clients]) {
      if ((client.connection.viewer.until ?? Infinity) <= ports.now()) drop(client);
      else write(client, commentFrame('still here'));
    }
  }, limits.heartbeatMs);
  heartbeat.unref();

  function drop(client: Client): void {
    if (clients.delete(client)) client.connection.close();
  }

  function write(client: Client, frame: string): void {
    if (!clients.has(client)) return;
    client.connection.write(frame);
    if (client.connection.bufferedBytes() <= limits.clientBytes) return;
    ports.logger.warn({ tokenId: client.connection.viewer.tokenId }, 'a slow viewer of the feed was disconnected');
    drop(client);
  }

  function schedule(): void {
    if (closed || timer !== undefined || clients.size === 0) return;
    timer = setTimeout(() => {
      flushing = flush().finally(() => {
        timer = undefined;
        if ([...clients].some((client) => client.delivered < ring.head)) schedule();
      });
    }, limits.flushMs);
  }

  async function flush(): Promise<void> {
    const due = [...clients].map(deliveryOf).filter(({ changes }) => changes.length > 0);
    if (due.length === 0) return;
    await learnNames(due.flatMap(({ changes }) => changes));
    const at = ports.now();
    try {
      await ports.audit.append(due.flatMap((delivery) => auditRows(delivery, at)));
    } catch (error) {
      ports.logger.error(
        { err: error, viewers: due.length },
        'feed reads could not be put on record; viewers disconnected',
      );
      for (const { client } of due) drop(client);
      return;
    }
    for (const delivery of due) deliver(delivery);
  }

  /** A viewer that fell behind the ring gets the newest batch and is told how many it has not seen. */
  function deliveryOf(client: Client): Delivery {
    const next = ring.after(client.delivered, limits.batch);
    if (next.missed === 0) return { client, changes: next.items, last: next.last, missed: 0 };
    const newest = Math.max(0, ring.head - limits.batch);
    const rest = ring.after(newest, limits.batch);
    return { client, changes: rest.items, last: rest.last, missed: newest - client.delivered };
  }

  function deliver({ client, changes, last, missed }: Delivery): void {
    const frames = changes.map((change) => eventFrame('class-changed', named(change), change.changeId));
    if (missed > 0) frames.unshift(eventFrame('missed', { count: missed }));
    client.delivered = last;
    write(client, frames.join(''));
  }

  async function learnNames(changes: readonly ChangeView[]): Promise<void> {
    const unknown = new Map(
      changes.filter(({ name }) => name === null).map(({ subject }) => [keyOf(subject), subject] as const),
    );
    for (const key of names.keys()) unknown.delete(key);
    if (unknown.size === 0) return;
    if (names.size > 2 * limits.ring) names.clear();
    try {
      for (const [key, name] of await ports.namesOf([...unknown.values()])) names.set(key, name);
    } catch (error) {
      ports.logger.warn({ err: error }, 'names of enterprises could not be read; the feed goes on without them');
    }
  }

  function named(change: ChangeView): ChangeView {
    return change.name === null ? { ...change, name: names.get(keyOf(change.subject)) ?? null } : change;
  }

  return {
    push(change) {
      ring.push(change.changeId, change);
      schedule();
    },
    connect(connection, lastEventId) {
      const resumed = lastEventId === undefined ? ring.head : ring.numberOf(lastEventId);
      const client: Client = { connection, delivered: resumed ?? ring.head };
      clients.add(client);
      write(client, retryFrame(RETRY_MS));
      // An id that is not remembered: the viewer must read the list of latest changes instead.
      write(client, resumed === undefined ? eventFrame('missed', { count: null }) : commentFrame('open'));
      schedule();
      return () => clients.delete(client);
    },
    latest: (limit) => ring.latest(limit).map(named),
    gap() {
      for (const client of [...clients]) write(client, eventFrame('missed', { count: null }));
    },
    viewers: () => clients.size,
    async close() {
      closed = true;
      clearInterval(heartbeat);
      clearTimeout(timer);
      await flushing;
      for (const client of [...clients]) drop(client);
    },
  };
}

function auditRows({ client, changes }: Delivery, at: number): ReadAuditRow[] {
  const { tokenId } = client.connection.viewer;
  return changes.map(({ subject, schemeId }) => ({ tokenId, subject, schemeId, via: 'feed', at }));
}
