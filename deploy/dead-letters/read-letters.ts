import { readTopic, type KafkaConnection, type TopicRecord } from '#libs/stream';
import { lettersOf, type Letter } from './letter.ts';

/** Every letter of the topics that is committed now, in the order of topic, partition and offset. */
export async function readLetters(connection: KafkaConnection, topics: readonly string[]): Promise<readonly Letter[]> {
  const records: TopicRecord[] = [];
  const reading = await readTopic(connection, {
    topics,
    from: 'beginning',
    untilEnd: true,
    onRecord: (record) => void records.push(record),
  });
  await reading.done;
  const place = (topic: string): number => topics.indexOf(topic);
  records.sort((a, b) => place(a.topic) - place(b.topic) || a.partition - b.partition || a.offset - b.offset);
  return lettersOf(records);
}
