import type { TopicRecord } from '../read-topic.ts';
import { isDeadLetter, markIn, markOf, replayOf, sourceOf } from './dead-letter-marks.ts';
import { deadLetterOf } from './dead-letters.ts';

const record: TopicRecord = {
  topic: 'events',
  partition: 3,
  offset: 17,
  timestamp: 1_000,
  key: Buffer.from('k'),
  value: Buffer.from([1, 2, 3]),
  headers: { traceparent: Buffer.from('t') },
};

/** What a reader of the dead-letter topic gets of a message that was written there. */
function written(offset: number, { key, value, partition, headers }: ReturnType<typeof markOf>): TopicRecord {
  return {
    topic: 'events.scorer.dlt',
    partition: partition ?? 0,
    offset,
    timestamp: 2_000,
    key: key === null ? null : Buffer.from(key),
    value,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, Buffer.from(text)])),
  };
}

const letter = written(5, deadLetterOf(record, 'no Avro', '1'));

describe('a mark on a dead letter', () => {
  it('stands in the partition of its letter and names it', () => {
    const mark = written(6, markOf(letter, 'dropped', 'a test record'));
    expect(mark.partition).toBe(3);
    expect(markIn(mark)).toEqual({ kind: 'dropped', letterOffset: 5, note: 'a test record' });
    expect(isDeadLetter(mark)).toBe(false);
  });

  it('is never seen in a letter, whatever headers its record had', () => {
    const forged = { ...record, headers: { 'dlt-mark': Buffer.from('dropped'), 'dlt-mark-of': Buffer.from('1') } };
    const found = written(7, deadLetterOf(forged, 'no Avro', '1'));
    expect(markIn(found)).toBeUndefined();
    expect(isDeadLetter(found)).toBe(true);
  });
});

describe('a replay', () => {
  it('is the original key, bytes and headers, in the original partition, and says of which letter it is', () => {
    const replay = replayOf(letter);
    expect(replay).toEqual({
      key: record.key,
      value: record.value,
      partition: 3,
      headers: { traceparent: record.headers['traceparent'], 'dlt-replay-of': 'events.scorer.dlt/3/5' },
    });
    expect(sourceOf(letter)).toEqual({ topic: 'events', partition: 3, offset: 17 });
  });

  it('that became a dead letter again is replayed under the name of its newest letter', () => {
    const again = written(9, deadLetterOf({ ...written(20, replayOf(letter)), topic: 'events' }, 'still no Avro', '2'));
    expect(sourceOf(again)).toEqual({ topic: 'events', partition: 3, offset: 20 });
    expect(replayOf(again).headers).toMatchObject({ 'dlt-replay-of': 'events.scorer.dlt/3/9' });
  });
});
