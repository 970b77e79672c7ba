import { createLogWriter } from '#libs/stream';
import { listening } from '../../libs/stream/src/inside.spec-support.ts';
import { createTallyRig, eventually } from './support/tally.ts';

const PARTITIONS = 4;
const ROUNDS = 10;

it('a transaction takes five requests, whatever it writes to', async () => {
  const rig = await createTallyRig(PARTITIONS);
  const requests = new Map<string, number>();
  const count = (name: string): number => requests.get(name) ?? 0;
  const connection = listening(rig.connection, (name) => requests.set(name, count(name) + 1));
  const writer = await createLogWriter(rig.connection);
  try {
    // Each transaction writes to the changes and to the snapshots, of one partition or of several.
    await rig.start('one', { connection, maxTouchedPerPartition: 1 });
    for (let round = 1; round <= ROUNDS; round++) {
      const messages = Array.from({ length: PARTITIONS }, (_, partition) => ({
        key: `k${round} ${partition}`,
        value: Buffer.from('{"add":1}'),
        partition,
      }));
      await writer.send(rig.topics.input, messages);
      const told = async (): Promise<number> => (await rig.read(rig.topics.changes)).length;
      await eventually(`${round * PARTITIONS} changes`, async () => (await told()) === round * PARTITIONS);
    }
    expect(await rig.read(rig.topics.snapshots)).toHaveLength(ROUNDS * PARTITIONS);
    const transactions = count('EndTxn');
    expect(transactions).toBeGreaterThanOrEqual(ROUNDS);
    expect([count('Produce'), count('AddOffsetsToTxn')]).toEqual([transactions, transactions]);
    // Those that are refused while the last transaction's markers are written are asked for again.
    expect(count('AddPartitionsToTxn')).toBeLessThan(2 * transactions);
    expect(count('TxnOffsetCommit')).toBeLessThan(2 * transactions);
    // Of the coordinators it is asked once.
    expect(count('GroupCoordinator')).toBeLessThan(PARTITIONS * 4);
  } finally {
    await writer.close();
    await rig.dispose();
  }
});
