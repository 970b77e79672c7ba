import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readAvroSources } from './avro-sources.ts';
import { readCatalogue } from './fact-sources.ts';
import { GENERATED_NOTE, recordTypesSource } from './record-types.ts';

const root = process.cwd();
const check = process.argv.includes('--check');

const types = readAvroSources(root);
const outputs: Record<string, string> = {
  'libs/contracts/src/generated/records.ts': recordTypesSource(types),
  'libs/contracts/src/generated/avro-types.ts': `${GENERATED_NOTE}\nimport type { NamedTypes } from '../compose.ts';\n\nexport const AVRO_TYPES: NamedTypes = ${JSON.stringify(types, null, 1)};\n`,
  'libs/contracts/src/generated/catalogue.ts': `${GENERATED_NOTE}\nimport type { Catalogue } from '../catalogue-types.ts';\n\nexport const CATALOGUE: Catalogue = ${JSON.stringify(readCatalogue(root), null, 1)};\n`,
};

const current = (path: string) => {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
};
const stale = Object.keys(outputs).filter((path) => current(path) !== outputs[path]);
if (check) {
  for (const path of stale) console.error(`${path} is out of date; run npm run generate and commit the result`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), outputs[path] ?? '');
    console.log(`wrote ${path}`);
  }
}
