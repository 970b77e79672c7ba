import { markOf, readTopic, replayOf, type KafkaConnection, type TransactionalWriter } from '#libs/stream';
import type { Letter } from './letter.ts';

export interface ReplayOptions {
  /** Replay what was replayed or dropped before, too. */
  readonly again: boolean;
  readonly note: string;
}

/** A letter that is not replayed, and why. */
export interface Refusal {
  readonly letter: Letter;
  readonly why: string;
}

/** Which of the letters may be replayed; `all` are the letters of every group, because two may have one of the same record. */
export function refusalsOf(
  chosen: readonly Letter[],
  all: readonly Letter[],
  { again }: Pick<ReplayOptions, 'again'>,
): readonly Refusal[] {
  if (again) return [];
  const replayed = new Map(
    all.filter(({ state }) => state === 'replayed').map((letter) => [sourcePlace(letter), letter] as const),
  );
  const taken = new Map<string, Letter>();
  return chosen.flatMap((letter) => {
    const place = sourcePlace(letter);
    const before = replayed.get(place) ?? taken.get(place);
    taken.set(place, letter);
    if (before !== undefined) {
      const whose = before.group === letter.group ? '' : ` for ${before.group}`;
      return [{ letter, why: `its record was replayed already${whose}; --again replays it once more` }];
    }
    return letter.state === 'dropped' ? [{ letter, why: 'it was dropped; --again replays it nevertheless' }] : [];
  });
}

/** Letters of a compacted topic whose key has a newer record there: the old bytes would replace it. */
export async function superseded(
  connection: KafkaConnection,
  chosen: readonly Letter[],
  compacted: ReadonlySet<string>,
): Promise<readonly Refusal[]> {
  const concerned = chosen.filter(({ source }) => compacted.has(source.topic));
  if (concerned.length === 0) return [];
  const newest = new Map<string, number>();
  const reading = await readTopic(connection, {
    topics: [...new Set(concerned.map(({ source }) => source.topic))],
    from: 'beginning',
    untilEnd: true,
    onRecord: ({ topic, partition, offset, key }) => void newest.set(`${topic}/${partition} ${String(key)}`, offset),
  });
  await reading.done;
  return concerned.flatMap((letter) => {
    const { topic, partition, offset } = letter.source;
    const at = newest.get(`${topic}/${partition} ${String(letter.record.key)}`) ?? -1;
    if (at <= offset) return [];
    return [{ letter, why: `${topic} is compacted and has a newer record of this key at ${partition}/${at}; drop it` }];
  });
}

/**
 * Writes the letters' bytes back and marks them, each batch all or nothing: no letter is replayed without its mark, and
 * none is marked without its replay. A transaction on an input topic holds its readers back, so batches are short.
 */
export async function replay(
  writer: TransactionalWriter,
  letters: readonly Letter[],
  { note }: Pick<ReplayOptions, 'note'>,
): Promise<void> {
  for (let start = 0; start < letters.length; start += LETTERS_PER_TRANSACTION) {
    const batch = letters.slice(start, start + LETTERS_PER_TRANSACTION);
    await writer.transaction(async (tx) => {
      for (const [topic, group] of groupedBy(batch, ({ source }) => source.topic)) {
        await tx.send(
          topic,
          group.map(({ record }) => replayOf(record)),
        );
      }
      await sendMarks(tx, batch, 'replayed', note);
    });
  }
}

/** Marks the letters as given up; nothing is deleted, because a restore reads them. */
export async function drop(writer: TransactionalWriter, letters: readonly Letter[], note: string): Promise<void> {
  await writer.transaction((tx) => sendMarks(tx, letters, 'dropped', note));
}

const LETTERS_PER_TRANSACTION = 500;

type Sender = Parameters<Parameters<TransactionalWriter['transaction']>[0]>[0];

async function sendMarks(
  tx: Sender,
  letters: readonly Letter[],
  kind: 'replayed' | 'dropped',
  note: string,
): Promise<void> {
  for (const [topic, group] of groupedBy(letters, ({ record }) => record.topic)) {
    await tx.send(
      topic,
      group.map(({ record }) => markOf(record, kind, note)),
    );
  }
}

function groupedBy(letters: readonly Letter[], name: (letter: Letter) => string): Map<string, Letter[]> {
  const groups = new Map<string, Letter[]>();
  for (const letter of letters) {
    const group = groups.get(name(letter));
    if (group === undefined) groups.set(name(letter), [letter]);
    else group.push(letter);
  }
  return groups;
}

function sourcePlace({ source: { topic, partition, offset } }: Letter): string {
  return `${topic}/${partition}/${offset}`;
}
