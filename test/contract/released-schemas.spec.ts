import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avro from 'avsc';
import { RECORD_SCHEMAS } from '#libs/contracts';
import type { AvroNode } from '#libs/contracts';
import { readAvroSources } from '../../libs/contracts/generate/avro-sources.ts';
import {
  incompatibilities,
  readHashes,
  release,
  RELEASED,
  releasedVersions,
  sha256,
  unreleased,
} from '../../libs/contracts/generate/releases.ts';

const root = process.cwd();
const types = readAvroSources(root);
const hashes = readHashes(root);
const subjects = [...new Set(Object.keys(hashes).map((file) => file.slice(0, file.lastIndexOf('/'))))];

describe('released schemas', () => {
  it('are never edited: each has the hash it was released with, and none is missing or extra', () => {
    const files = globSync('*/*.avsc', { cwd: join(root, RELEASED) }).map((file) => file.replaceAll('\\', '/'));
    const actual = files.map((file) => [file, sha256(readFileSync(join(root, RELEASED, file), 'utf8'))]);
    expect(Object.fromEntries(actual)).toEqual(hashes);
  });

  it('are numbered 1, 2, 3 … without gaps', () => {
    for (const subject of subjects) {
      const count = Object.keys(hashes).filter((file) => file.startsWith(`${subject}/`)).length;
      for (let version = 1; version <= count; version++) expect(hashes).toHaveProperty([`${subject}/${version}.avsc`]);
    }
  });

  it.each(subjects)('%s reads every older version (BACKWARD_TRANSITIVE)', (subject) => {
    const versions = releasedVersions(root, subject);
    const faults = versions.flatMap((reader, place) =>
      incompatibilities(subject, reader, versions.slice(0, place + 1)),
    );
    expect(faults).toEqual([]);
  });

  it('are what today’s sources give; otherwise run npm run generate -- --release', () => {
    expect(unreleased(root, types)).toEqual([]);
  });

  it('are what a process registers', () => {
    expect(RECORD_SCHEMAS.map(({ subject }) => subject).sort()).toEqual([...subjects].sort());
    for (const { subject, schema } of RECORD_SCHEMAS) {
      expect(JSON.parse(releasedVersions(root, subject).at(-1) ?? '')).toEqual(schema);
    }
  });

  it('document every field, and use no union but null with one type, and the value map', () => {
    const faults = RECORD_SCHEMAS.flatMap(({ schema }) => inspect(schema, schema.name ?? ''));
    expect(faults).toEqual([]);
  });
});

function inspect(schema: unknown, path: string): string[] {
  if (Array.isArray(schema)) {
    const nullable = schema.length === 2 && schema[0] === 'null';
    const faults = nullable || path.endsWith('attributes{}') ? [] : [`${path} is a union of ${schema.length}`];
    return [...faults, ...schema.flatMap((branch) => inspect(branch, path))];
  }
  if (typeof schema !== 'object' || schema === null) return [];
  const node = schema as AvroNode;
  const fields = (node.fields ?? []).flatMap((field) => [
    ...(field.doc ? [] : [`${path}.${field.name} has no doc`]),
    ...inspect(field.type, `${path}.${field.name}`),
  ]);
  return [...fields, ...inspect(node.items, `${path}[]`), ...inspect(node.values, `${path}{}`)];
}

describe('releasing', () => {
  let directory: string;
  const source = (fields: object[]) => ({
    ...types,
    'risk.WarningRaised': { type: 'record', namespace: 'risk', name: 'WarningRaised', fields } as unknown as AvroNode,
  });
  const id = { name: 'id', type: 'string' };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'released-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('writes a new version of a changed subject only, and its hash', () => {
    release(directory, source([id]));
    const written = release(directory, source([id, { name: 'note', type: ['null', 'string'], default: null }]));
    expect(written).toEqual([`${RELEASED}/risk.warnings.v1-risk.WarningRaised/2.avsc`]);
    expect(readHashes(directory)['risk.warnings.v1-risk.WarningRaised/2.avsc']).toBe(
      sha256(readFileSync(join(directory, written[0] ?? ''), 'utf8')),
    );
  });

  it('refuses a change that cannot read any older version, and writes nothing', () => {
    release(directory, source([id]));
    expect(() => release(directory, source([id, { name: 'note', type: 'string' }]))).toThrow(
      /WarningRaised cannot read its version 1/,
    );
    expect(existsSync(join(directory, RELEASED, 'risk.warnings.v1-risk.WarningRaised/2.avsc'))).toBe(false);
  });

  it('checks against all older versions, not the newest alone', () => {
    const versions = [[id], [], [{ ...id, type: 'long', default: 0 }]].map((fields) =>
      JSON.stringify({ type: 'record', name: 'X', fields }),
    );
    expect(incompatibilities('x', versions[2] ?? '', versions.slice(1, 2))).toEqual([]);
    expect(incompatibilities('x', versions[2] ?? '', versions)).toHaveLength(1);
  });
});

describe('the event log', () => {
  it('names each source file after its type, and defines each type once', () => {
    const duplicate = mkdtempSync(join(tmpdir(), 'sources-'));
    const text = JSON.stringify(types['enterprise.events.Subject']);
    for (const folder of ['a', 'b']) {
      mkdirSync(join(duplicate, 'schemas/avro', folder), { recursive: true });
      writeFileSync(join(duplicate, 'schemas/avro', folder, 'Subject.avsc'), text);
    }
    expect(() => readAvroSources(duplicate)).toThrow(/a second time/);
    rmSync(duplicate, { recursive: true });
  });

  it('reads what a source wrote with version 1 of every record', () => {
    for (const { subject, schema } of RECORD_SCHEMAS) {
      const reader = avro.Type.forSchema(schema as avro.Schema);
      const writer = avro.Type.forSchema(JSON.parse(releasedVersions(root, subject)[0] ?? '') as avro.Schema);
      const value: unknown = writer.random();
      expect(() => reader.fromBuffer(writer.toBuffer(value), reader.createResolver(writer))).not.toThrow();
    }
  });
});
