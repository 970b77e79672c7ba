import { jest } from '@jest/globals';
import { createLogWriter, type LogWriter, type OutgoingMessage } from '#libs/stream';
import { openOldOwner, putOutMembers, type OldOwner } from '../../libs/stream/src/inside.spec-support.ts';
import { doubting, type Step } from './support/doubting.ts';
import { createTallyRig, eventually, GROUP, texts, type TallyRig } from './support/tally.ts';

/** A group settles, restores and commits within seconds on an idle machine; a busy one must not fail for it. */
jest.setTimeout(90_000);

const RECORDS = 100;
const OLD = 40;

describe('an owner of a partition', () => {
  let rig: TallyRig;
  let writer: LogWriter;

  beforeEach(async () => {
    rig = await createTallyRig(1);
    writer = await createLogWriter(rig.connection);
    await write();
  });
  afterEach(async () => {
    await writer.close();
    await rig.dispose();
  });

  const write = (): Promise<void> =>
    writer.send(
      rig.topics.input,
      Array.from({ length: RECORDS }, (_, i): OutgoingMessage => ({
        key: `k${i % 50}`,
        value: Buffer.from('{"add":1}'),
      })),
    );
  const offsets = async (): Promise<unknown[]> =>
    (texts(await rig.read(rig.topics.changes)) as { offset: number }[]).map(({ offset }) => offset);
  const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

  /** The owner before it, whose transaction over the first records is written and not ended. */
  const stalled = async (): Promise<OldOwner> => {
    const { input: topic, changes } = rig.topics;
    const owner = await openOldOwner(rig.connection, topic);
    const outputs = all(OLD).map((offset) => ({
      key: 'old',
      value: Buffer.from(`{"offset":${offset}}`),
      partition: 0,
    }));
    const metadata = `{"v":1,"p":${OLD},"n":0,"e":"1"}`;
    await owner.write([[changes, outputs]], {
      groupId: GROUP,
      topic,
      partitions: [{ partition: 0, offset: OLD, metadata }],
    });
    return owner;
  };

  it('waits for the transaction that the one before it has begun, and goes on from what that commits', async () => {
    const owner = await stalled();
    const mine = await rig.start('one');
    await eventually('it is a member', () => mine.status().assigned === 1);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(mine.status().live).toBe(0);
    await owner.commit();
    await eventually('all changes', async () => (await offsets()).length >= RECORDS);
    expect(await offsets()).toEqual(all(RECORDS));
    await owner.close();
  });

  it('begins where the one before it has begun a transaction that nobody ends', async () => {
    const owner = await stalled();
    await owner.close();
    await rig.start('one');
    await eventually('all changes', async () => (await offsets()).length >= RECORDS);
    expect(await offsets()).toEqual(all(RECORDS));
    const states = texts(await rig.read(rig.topics.changes)) as { why?: string }[];
    expect(states.filter(({ why }) => why === 'add')).toHaveLength(RECORDS);
  });

  it('that has to join anew ends its transaction in the generation in which it began, and keeps its state', async () => {
    const events: string[] = [];
    let isSlow = false;
    const slowly = (step: Step): Promise<undefined> | undefined =>
      step === 'sendOffsets' && isSlow ? new Promise((resolve) => setTimeout(resolve, 3_000, undefined)) : undefined;
    const connection = doubting(rig.connection, slowly);
    const first = await rig.start('one', { connection, onEvent: (event) => events.push(event) });
    await eventually('all changes', async () => (await offsets()).length >= RECORDS);
    isSlow = true;
    await write();
    await rig.start('two');
    isSlow = false;
    await eventually('more changes', async () => (await offsets()).length >= 2 * RECORDS);
    await eventually('it is a member again', () => events.filter((event) => event === 'assigned').length > 1);
    expect(await offsets()).toEqual(all(2 * RECORDS));
    expect(events).not.toContain('transaction lost');
    expect(first.status().assigned).toBeLessThanOrEqual(1);
  });

  it('that its group has put out commits nothing more until it is a member again, and applies each record once', async () => {
    const events: string[] = [];
    let chunks = 0;
    await rig.start('one', {
      recordsPerChunk: 10,
      onEvent: (event) => events.push(event),
      async handle(chunk, replay) {
        await replay(chunk);
        if (++chunks === 3) await putOutMembers(rig.connection, GROUP);
      },
    });
    await eventually('all changes', async () => (await offsets()).length >= RECORDS);
    expect(await offsets()).toEqual(all(RECORDS));
    expect(events).toContain('transaction lost');
    expect(rig.crashes).toEqual([]);
  });
});
