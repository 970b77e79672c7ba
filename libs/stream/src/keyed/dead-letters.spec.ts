import { DeadLetterLimit, deadLetterOf, deadLetterTopic, sourceOffsetOf } from './dead-letters.ts';

const record = {
  topic: 'events',
  partition: 3,
  offset: 17,
  timestamp: 1_000,
  key: Buffer.from('k'),
  value: Buffer.from([1, 2, 3]),
  headers: { traceparent: Buffer.from('t') },
};

describe('a dead letter', () => {
  it('keeps bytes, key, headers and partition, and says where it stood and why', () => {
    const letter = deadLetterOf(record, 'no Avro', '1.2.3');
    expect(letter).toMatchObject({ key: record.key, value: record.value, partition: 3 });
    expect(letter.headers).toMatchObject({
      traceparent: record.headers.traceparent,
      'dlt-topic': 'events',
      'dlt-partition': '3',
      'dlt-offset': '17',
      'dlt-reason': 'no Avro',
      'dlt-app-version': '1.2.3',
    });
    const written = { ...record, headers: { 'dlt-offset': Buffer.from('17') } };
    expect(sourceOffsetOf(written)).toBe(17);
    expect(deadLetterTopic('events', 'scorer')).toBe('events.scorer.dlt');
  });
});

describe('the limit of dead letters', () => {
  const limits = { maxConsecutive: 3, maxRatio: 0.5, window: 10 };

  it('stops at too many in a row, and counts anew after a good record', () => {
    const limit = new DeadLetterLimit(limits);
    expect([true, true, false, true, true].map((dead) => limit.count(dead))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(limit.count(true)).toMatch(/3 records in a row/);
  });

  it('stops at too large a share of a whole window, not before', () => {
    const limit = new DeadLetterLimit(limits);
    const pattern = [true, true, false, true, true, false, true, true, false];
    expect(pattern.map((dead) => limit.count(dead)).every((answer) => answer === undefined)).toBe(true);
    expect(limit.count(true)).toMatch(/of the last 10 records/);
  });

  it('forgets what has left the window', () => {
    const limit = new DeadLetterLimit(limits);
    for (let i = 0; i < 100; i++) expect(limit.count(i % 3 === 0)).toBeUndefined();
  });
});
