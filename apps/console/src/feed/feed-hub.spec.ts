import { pino } from 'pino';
import { changeOf, MemoryAudit, MemoryConnection, MemoryReads, NOON } from '../../testing/fakes.ts';
import { createFeedHub, FEED_LIMITS, type FeedHub, type FeedLimits } from './feed-hub.ts';

const LIMITS: FeedLimits = { ...FEED_LIMITS, ring: 10, batch: 4, flushMs: 1, clientBytes: 1000 };

let hub: FeedHub | undefined;
afterEach(() => hub?.close());

function start(fields: { limits?: Partial<FeedLimits>; now?: () => number } = {}) {
  const steps: string[] = [];
  const audit = new MemoryAudit(steps);
  const reads = new MemoryReads();
  const started = createFeedHub(
    {
      audit,
      namesOf: (subjects) => reads.namesOf(subjects),
      logger: pino({ level: 'silent' }),
      now: fields.now ?? (() => NOON),
    },
    { ...LIMITS, ...fields.limits },
  );
  hub = started;
  return { hub: started, audit, steps };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 2000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the condition was not met within 2 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('the feed', () => {
  it('puts each change and viewer on record before anyone sees the change', async () => {
    const { hub, audit, steps } = start();
    const first = new MemoryConnection('operator', null, steps);
    const second = new MemoryConnection('town-07', null, steps);
    hub.connect(first);
    hub.connect(second);
    hub.push(changeOf(1));
    hub.push(changeOf(2));
    await until(() => second.ids.length === 2);
    expect(steps).toEqual(['recorded 4', 'delivered', 'delivered']);
    expect(audit.rows.map(({ tokenId, subject, via }) => `${tokenId} ${via} ${subject.value}`)).toEqual([
      'operator feed enterprise-1',
      'operator feed enterprise-2',
      'town-07 feed enterprise-1',
      'town-07 feed enterprise-2',
    ]);
  });

  it('shows nothing and lets the viewers go when the reads cannot be put on record', async () => {
    const { hub, audit } = start();
    audit.failing = true;
    const viewer = new MemoryConnection('operator');
    hub.connect(viewer);
    hub.push(changeOf(1));
    await until(() => viewer.closed);
    expect(viewer.ids).toEqual([]);
    expect(hub.viewers()).toBe(0);
  });

  it('delivers each change once, in order, in batches', async () => {
    const { hub } = start();
    const viewer = new MemoryConnection('operator');
    hub.connect(viewer);
    for (const number of [1, 2, 2, 3, 1, 4, 5, 6]) hub.push(changeOf(number));
    await until(() => viewer.ids.length === 6);
    expect(viewer.ids).toEqual([1, 2, 3, 4, 5, 6].map((number) => `change-${number}`));
  });

  it('names the enterprise of a change', async () => {
    const { hub } = start();
    const viewer = new MemoryConnection('operator');
    hub.connect(viewer);
    hub.push(changeOf(7));
    await until(() => viewer.ids.length === 1);
    expect(viewer.frames).toContain('"name":"企业enterprise-7"');
    expect(hub.latest(1)[0]?.name).toBe('企业enterprise-7');
  });

  it('does not repeat to a new viewer what came before it', async () => {
    const { hub } = start();
    hub.push(changeOf(1));
    const viewer = new MemoryConnection('operator');
    hub.connect(viewer);
    hub.push(changeOf(2));
    await until(() => viewer.ids.length > 0);
    expect(viewer.ids).toEqual(['change-2']);
  });

  it('goes on after the last event a viewer saw, and records what it delivers then', async () => {
    const { hub, audit } = start();
    for (const number of [1, 2, 3]) hub.push(changeOf(number));
    const viewer = new MemoryConnection('operator');
    hub.connect(viewer, 'change-1');
    await until(() => viewer.ids.length === 2);
    expect(viewer.ids).toEqual(['change-2', 'change-3']);
    expect(audit.rows).toHaveLength(2);
  });

  it('tells a viewer whose last event is no longer remembered to read the list instead', () => {
    const { hub } = start();
    const viewer = new MemoryConnection('operator');
    hub.connect(viewer, 'change-of-last-week');
    expect(viewer.frames).toContain('event: missed\ndata: {"count":null}\n\n');
  });

  it('gives a viewer that fell behind the newest changes and the number of those left out', async () => {
    const { hub } = start();
    const viewer = new MemoryConnection('operator');
    hub.connect(viewer);
    for (let number = 1; number <= 30; number++) hub.push(changeOf(number));
    await until(() => viewer.ids.includes('change-30'));
    expect(viewer.frames).toContain('event: missed\ndata: {"count":26}\n\n');
    expect(viewer.ids).toEqual([27, 28, 29, 30].map((number) => `change-${number}`));
  });

  it('disconnects a viewer that does not take what is written, and nobody else', async () => {
    const { hub } = start();
    const slow = new MemoryConnection('slow');
    const quick = new MemoryConnection('quick');
    hub.connect(slow);
    hub.connect(quick);
    slow.buffered = 1001;
    hub.push(changeOf(1));
    await until(() => quick.ids.length === 1);
    expect(slow.closed).toBe(true);
    expect(quick.closed).toBe(false);
    expect(hub.viewers()).toBe(1);
  });

  it('keeps a silent connection alive with comments, and ends it with its session', async () => {
    let now = NOON;
    const { hub } = start({ limits: { heartbeatMs: 5 }, now: () => now });
    const viewer = new MemoryConnection('operator', NOON + 1000);
    hub.connect(viewer);
    await until(() => viewer.frames.includes(': still here\n\n'));
    expect(viewer.closed).toBe(false);
    now += 1000;
    await until(() => viewer.closed);
  });

  it('writes nothing to a viewer that has gone, and records nothing for it', async () => {
    const { hub, audit } = start();
    const gone = new MemoryConnection('gone');
    const here = new MemoryConnection('here');
    const leave = hub.connect(gone);
    hub.connect(here);
    leave();
    hub.push(changeOf(1));
    await until(() => here.ids.length === 1);
    expect(gone.ids).toEqual([]);
    expect(audit.rows.map(({ tokenId }) => tokenId)).toEqual(['here']);
  });
});
