import { deadLetterOf, markOf, type OutgoingMessage, type TopicRecord } from '#libs/stream';
import { lettersOf } from './letter.ts';
import { isEverything, isSelected, offsetRange } from './selection.ts';

const DLT = 'events.scorer.dlt';

const source = (offset: number, key: string | null = 'uscc:1'): TopicRecord => ({
  topic: 'events',
  partition: 2,
  offset,
  timestamp: 1_000,
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from('no Avro'),
  headers: {},
});

function written(messages: readonly OutgoingMessage[]): TopicRecord[] {
  return messages.map(({ key, value, partition, headers }, offset) => ({
    topic: DLT,
    partition: partition ?? 0,
    offset,
    timestamp: 2_000,
    key: key === null ? null : Buffer.from(key),
    value,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, Buffer.from(text)])),
  }));
}

const letter = (offset: number, reason = 'no Avro', key: string | null = 'uscc:1'): OutgoingMessage =>
  deadLetterOf(source(offset, key), reason, '1');

describe('the letters of a dead-letter topic', () => {
  it('say where they stood, of which group and why, and wait until they are marked', () => {
    const [found] = lettersOf(written([letter(7)]));
    expect(found).toMatchObject({
      source: { topic: 'events', partition: 2, offset: 7 },
      group: 'scorer',
      reason: 'no Avro',
      state: 'waiting',
      replayOf: null,
    });
  });

  it('take the latest mark, with what was said', () => {
    const records = written([letter(7), letter(8)]);
    const [first] = records;
    const marks = [markOf(first as TopicRecord, 'replayed'), markOf(first as TopicRecord, 'dropped', 'still broken')];
    const letters = lettersOf([...records, ...written([letter(0), letter(0), ...marks]).slice(2)]);
    expect(letters.map(({ state, note }) => [state, note])).toEqual([
      ['dropped', 'still broken'],
      ['waiting', ''],
    ]);
  });

  it('are one when a consumer wrote a record twice, and a mark on either holds for both', () => {
    const records = written([letter(7), letter(7)]);
    const mark = written([letter(0), letter(0), markOf(records[1] as TopicRecord, 'dropped')]).slice(2);
    const letters = lettersOf([...records, ...mark]);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ state: 'dropped', record: { offset: 0 } });
  });
});

describe('a selection', () => {
  const [one, two] = lettersOf(written([letter(7), letter(8, 'The registry knows no schema 9', null)]));
  const selects = (selection: Parameters<typeof isSelected>[1]): boolean[] =>
    [one, two].map((each) => isSelected(each as NonNullable<typeof each>, selection));

  it.each([
    [{}, [true, true]],
    [{ topic: 'events' }, [true, true]],
    [{ topic: DLT }, [true, true]],
    [{ topic: 'other' }, [false, false]],
    [{ group: 'warehouse' }, [false, false]],
    [{ partition: 2, offset: { from: 1, to: 5 } }, [false, true]],
    [{ key: 'uscc:1' }, [true, false]],
    [{ key: '-' }, [false, true]],
    [{ reason: 'SCHEMA 9' }, [false, true]],
  ])('%j means %j', (selection, expected) => {
    expect(selects(selection)).toEqual(expected);
  });

  it('knows when it is everything', () => {
    expect([{}, { topic: undefined as never }, { partition: 0 }].map(isEverything)).toEqual([true, true, false]);
  });

  it.each([
    ['17', { from: 17, to: 17 }],
    ['17-40', { from: 17, to: 40 }],
    ['40-17', undefined],
    ['x', undefined],
  ])('reads the offsets %s', (text, range) => {
    expect(offsetRange(text)).toEqual(range);
  });
});
