import type { TopicRecord } from '../read-topic.ts';
import { isInLog, lastRecordOf } from './last-record.ts';
import { RecordGoneError, type RecordReader } from './record-reader.ts';

const record = (value: string | null, key: string | null = 'k', timestamp = 1): TopicRecord => ({
  topic: 't',
  partition: 0,
  offset: 7,
  timestamp,
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers: {},
});

const logWith = (found: TopicRecord | undefined): RecordReader => ({
  async read() {
    if (found === undefined) throw new RecordGoneError('gone');
    return new Map([[found.offset, found]]);
  },
  close: async () => undefined,
});

describe('the last record of a store', () => {
  it('tells apart what stands at its offset', () => {
    const all = [record('v'), record('w'), record('v', 'l'), record('v', 'k', 2), record(null), record('', 'k')];
    const more = [record('kv', null), record('v', 'k'.repeat(2)), record(null, null), record('', '')];
    const hashes = [...all, ...more].map((each) => lastRecordOf(each).hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is in its own log, and not in another', async () => {
    const last = lastRecordOf(record('v'));
    expect(await isInLog(logWith(record('v')), 0, last, 0)).toBe(true);
    expect(await isInLog(logWith(record('w')), 0, last, 0)).toBe(false);
    expect(await isInLog(logWith(undefined), 0, last, 0)).toBe(false);
  });

  it('cannot be compared when there is none, or when the log no longer keeps it', async () => {
    expect(await isInLog(logWith(undefined), 0, null, 0)).toBe(true);
    expect(await isInLog(logWith(undefined), 0, lastRecordOf(record('v')), 8)).toBe(true);
  });
});
