import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AvroNode, NamedTypes } from '../src/compose.ts';

/** Reads every source in schemas/avro (not the released ones), by full name, in a stable order. */
export function readAvroSources(root: string): NamedTypes {
  const directory = join(root, 'schemas/avro');
  const files = globSync('*/*.avsc', { cwd: directory, exclude: (path) => path.startsWith('released') }).sort();
  const types: Record<string, AvroNode> = {};
  for (const file of files) {
    const node = JSON.parse(readFileSync(join(directory, file), 'utf8')) as AvroNode;
    const fullName = `${node.namespace}.${node.name}`;
    if (node.name !== basename(file, '.avsc'))
      throw new Error(`schemas/avro/${file} defines ${fullName}; name the file after it`);
    if (types[fullName]) throw new Error(`schemas/avro/${file} defines ${fullName} a second time`);
    types[fullName] = node;
  }
  return types;
}
