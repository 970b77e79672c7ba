import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NamedTypes } from '../src/compose.ts';
import { asyncApi } from './asyncapi.ts';
import { readAvroSources } from './avro-sources.ts';
import { readCatalogue } from './fact-sources.ts';
import { GENERATED_NOTE, recordTypesSource } from './record-types.ts';
import { release, releasedVersions, unreleased } from './releases.ts';

/** Every generated file with its text, from the sources alone. */
function generate(root: string, types: NamedTypes): ReadonlyMap<string, string> {
  const generated = 'libs/contracts/src/generated';
  const versionOf = (subject: string) => Math.max(1, releasedVersions(root, subject).length);
  return new Map([
    [`${generated}/records.ts`, recordTypesSource(types)],
    [`${generated}/avro-types.ts`, constant('AVRO_TYPES', 'NamedTypes', '../compose.ts', types)],
    [`${generated}/catalogue.ts`, constant('CATALOGUE', 'Catalogue', '../catalogue-types.ts', readCatalogue(root))],
    ['schemas/asyncapi.yaml', asyncApi(types, versionOf)],
  ]);
}

function constant(name: string, type: string, from: string, value: unknown): string {
  return `${GENERATED_NOTE}\nimport type { ${type} } from '${from}';\n\nexport const ${name}: ${type} = ${JSON.stringify(value, null, 1)};\n`;
}

function staleFiles(root: string, files: ReadonlyMap<string, string>): readonly string[] {
  return [...files.keys()].filter((path) => {
    try {
      return readFileSync(join(root, path), 'utf8') !== files.get(path);
    } catch {
      return true;
    }
  });
}

function main(root: string, options: ReadonlySet<string>): number {
  const types = readAvroSources(root);
  if (options.has('--release')) for (const path of release(root, types)) console.log(`released ${path}`);
  const files = generate(root, types);
  const stale = staleFiles(root, files);
  if (options.has('--check')) {
    const changed = unreleased(root, types);
    for (const path of stale) console.error(`${path} is out of date; run npm run generate and commit the result`);
    for (const subject of changed) {
      console.error(
        `${subject} changed since its newest release; run npm run generate -- --release and commit the result`,
      );
    }
    return stale.length + changed.length > 0 ? 1 : 0;
  }
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files.get(path) ?? '');
    console.log(`wrote ${path}`);
  }
  return 0;
}

process.exitCode = main(process.cwd(), new Set(process.argv.slice(2)));
