import { connectKafka, createLogWriter, createTopics, readTopic } from '#libs/stream';
import { testStack } from '../stack/connect.ts';
import { eventually } from './support/tally.ts';

const clientId = `read-topic-${process.pid}`;
const topic = `${clientId}-${Date.now()}`;
const RECORDS = 50;

describe('a reader of whole topics', () => {
  it.each([['the beginning'], ['an offset']])(
    'reads each record from %s once, however often its group is joined anew',
    async (from) => {
      const connection = connectKafka({ clientId, brokers: [testStack().kafkaBrokers] });
      const own = `${topic}-${from.replace(/ /g, '-')}`;
      await createTopics(connection, [{ topic: own, partitions: 2 }]);
      const writer = await createLogWriter(connection);
      const write = (first: number): Promise<void> =>
        writer.send(
          own,
          Array.from({ length: RECORDS }, (_, i) => ({ key: `k${i}`, value: Buffer.from(String(first + i)) })),
        );
      await write(0);
      const values: string[] = [];
      const reading = await readTopic(connection, {
        topics: [own],
        from:
          from === 'the beginning'
            ? 'beginning'
            : new Map([
                [`${own}/0`, 0],
                [`${own}/1`, 0],
              ]),
        onRecord: ({ value }) => void values.push(String(value)),
      });
      await eventually('it has read what there was', () => values.length >= RECORDS);

      const admin = connection.kafka.admin();
      await admin.connect();
      const { groups } = await admin.listGroups();
      const [groupId = ''] = groups.map((group) => group.groupId).filter((id) => id.startsWith(`${clientId}-reader-`));
      const size = async (): Promise<number> => (await admin.describeGroups([groupId])).groups[0]?.members.length ?? 0;
      const intruder = connection.kafka.consumer({ groupId });
      await intruder.connect();
      await intruder.subscribe({ topics: [own] });
      await intruder.run({ eachBatchAutoResolve: false, autoCommit: false, eachBatch: async () => undefined });
      await eventually('another member has joined', async () => (await size()) === 2);
      await intruder.disconnect();
      await eventually('it has left', async () => (await size()) === 1);
      await admin.disconnect();

      await write(RECORDS);
      await eventually('it has read the rest', () => new Set(values).size === 2 * RECORDS);
      await reading.stop();
      await writer.close();
      expect(values).toHaveLength(2 * RECORDS);
    },
  );
});
