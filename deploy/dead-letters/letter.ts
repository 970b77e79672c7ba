import { isDeadLetter, markIn, sourceOf, type Mark, type Place, type TopicRecord } from '#libs/stream';

/** What became of a letter: nothing yet, or its latest mark. */
export type LetterState = 'waiting' | Mark['kind'];

/** One record that a group could not process, and what was done about it since. */
export interface Letter {
  readonly record: TopicRecord;
  readonly source: Place;
  readonly group: string;
  readonly reason: string;
  readonly state: LetterState;
  /** What was said when it was marked. */
  readonly note: string;
  /** The letter of which its record was a replay, as `topic/partition/offset`; null for a first time. */
  readonly replayOf: string | null;
}

/**
 * The letters among the records of dead-letter topics, each with its latest mark. Two letters of one record are one:
 * a consumer that died before its commit writes a letter twice, and a mark on either holds for both.
 */
export function lettersOf(records: readonly TopicRecord[]): readonly Letter[] {
  const letters = new Map<string, Letter>();
  const placeOf = new Map<string, string>();
  for (const record of records) {
    if (!isDeadLetter(record)) continue;
    const letter = letterOf(record);
    const { topic, partition, offset } = letter.source;
    const place = `${record.topic} ${topic}/${partition}/${offset}`;
    placeOf.set(`${record.topic}/${record.partition}/${record.offset}`, place);
    if (!letters.has(place)) letters.set(place, letter);
  }
  for (const record of records) {
    const mark = markIn(record);
    if (mark === undefined) continue;
    const place = placeOf.get(`${record.topic}/${record.partition}/${mark.letterOffset}`) ?? '';
    const letter = letters.get(place);
    if (letter !== undefined) letters.set(place, { ...letter, state: mark.kind, note: mark.note });
  }
  return [...letters.values()];
}

function letterOf(record: TopicRecord): Letter {
  const { headers, topic } = record;
  const source = sourceOf(record);
  return {
    record,
    source,
    group: topic.startsWith(`${source.topic}.`) ? topic.slice(source.topic.length + 1, -'.dlt'.length) : '',
    reason: headers['dlt-reason']?.toString('utf8') ?? '',
    state: 'waiting',
    note: '',
    replayOf: headers['dlt-replay-of']?.toString('utf8') ?? null,
  };
}
