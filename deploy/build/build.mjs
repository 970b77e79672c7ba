// Compiles apps, libs, deploy and test from TypeScript into dist/ with swc; files whose output is newer are left alone.
// Type errors are `npm run typecheck`'s business: this only has to be fast, because `npm start` waits for it.
import { transformFile } from '@swc/core';
import { globSync } from 'node:fs';
import { mkdir, stat, writeFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const mtime = async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

const sources = globSync('{apps,libs,deploy,test}/**/*.ts', {
  cwd: root,
  exclude: (path) => path.endsWith('.spec.ts') || path.endsWith('.d.ts'),
});
const configured = await mtime(join(root, '.swcrc'));
let compiled = 0;
await Promise.all(
  sources.map(async (source) => {
    const target = join(root, 'dist', source.replace(/\.ts$/, '.js'));
    const newest = Math.max(await mtime(join(root, source)), configured);
    if ((await mtime(target)) > newest) return;
    const { code, map } = await transformFile(join(root, source), { cwd: root });
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.map`, map ?? '');
    await writeFile(target, `${code}\n//# sourceMappingURL=${target.split('/').at(-1)}.map\n`);
    compiled++;
  }),
);

const expected = new Set(sources.map((source) => source.replace(/\.ts$/, '.js')));
const stale = globSync('{apps,libs,deploy,test}/**/*.js', { cwd: join(root, 'dist') }).filter(
  (path) => !expected.has(path),
);
await Promise.all(
  stale.flatMap((path) => [rm(join(root, 'dist', path)), rm(join(root, 'dist', `${path}.map`), { force: true })]),
);
if (compiled > 0 || stale.length > 0) console.log(`compiled ${compiled} files, removed ${stale.length}`);
