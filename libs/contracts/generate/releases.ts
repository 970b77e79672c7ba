import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import avro from 'avsc';
import { composeSchema } from '../src/compose.ts';
import type { AvroNode, NamedTypes } from '../src/compose.ts';
import { registrySubject, TOPIC_LIST } from '../src/topics.ts';

export const RELEASED = 'schemas/avro/released';
const HASHES = `${RELEASED}/released.json`;

/** SHA-256 of every released file by its path below schemas/avro/released. */
export type ReleasedHashes = Readonly<Record<string, string>>;

export function readHashes(root: string): ReleasedHashes {
  const path = join(root, HASHES);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ReleasedHashes) : {};
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Texts of the released versions of a subject, oldest first: `1.avsc`, `2.avsc`, … */
export function releasedVersions(root: string, subject: string): readonly string[] {
  const directory = join(root, RELEASED, subject);
  const versions = existsSync(directory) ? readdirSync(directory) : [];
  return versions.map((_, place) => readFileSync(join(directory, `${place + 1}.avsc`), 'utf8'));
}

/** Registry subjects with the schema that today's sources give, as the text of its file. */
export function composedSubjects(types: NamedTypes): ReadonlyMap<string, string> {
  return new Map(
    TOPIC_LIST.flatMap((topic) =>
      topic.records.map((name) => [
        registrySubject(topic.name, name),
        `${JSON.stringify(composeSchema(name, types), null, 1)}\n`,
      ]),
    ),
  );
}

/** Subjects whose sources changed since their newest release, or that were never released. */
export function unreleased(root: string, types: NamedTypes): readonly string[] {
  return [...composedSubjects(types)]
    .filter(([subject, text]) => releasedVersions(root, subject).at(-1) !== text)
    .map(([subject]) => subject);
}

/**
 * BACKWARD_TRANSITIVE: the reader must read what any older version wrote.
 * Returns what it cannot read, one line for each older version that breaks.
 */
export function incompatibilities(subject: string, reader: string, older: readonly string[]): readonly string[] {
  const type = typeOf(reader);
  return older.flatMap((writer, place) => {
    try {
      type.createResolver(typeOf(writer));
      return [];
    } catch (error) {
      return [`${subject} cannot read its version ${place + 1}: ${(error as Error).message}`];
    }
  });
}

function typeOf(text: string): avro.Type {
  return avro.Type.forSchema(JSON.parse(text) as avro.Schema & AvroNode);
}

/**
 * Writes a new version of every changed subject and its hash; nothing is written when one of them could not read an
 * older version. Returns the files written; throws an Error that names every incompatible version.
 */
export function release(root: string, types: NamedTypes): readonly string[] {
  const composed = composedSubjects(types);
  const subjects = unreleased(root, types);
  const faults = subjects.flatMap((subject) =>
    incompatibilities(subject, composed.get(subject) as string, releasedVersions(root, subject)),
  );
  if (faults.length > 0) throw new Error(`not released:\n  ${faults.join('\n  ')}`);
  const hashes: Record<string, string> = { ...readHashes(root) };
  const written = subjects.map((subject) => {
    const text = composed.get(subject) as string;
    const file = `${subject}/${releasedVersions(root, subject).length + 1}.avsc`;
    mkdirSync(join(root, RELEASED, subject), { recursive: true });
    writeFileSync(join(root, RELEASED, file), text);
    hashes[file] = sha256(text);
    return `${RELEASED}/${file}`;
  });
  const sorted = Object.fromEntries(Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (written.length > 0) writeFileSync(join(root, HASHES), `${JSON.stringify(sorted, null, 2)}\n`);
  return written;
}
