import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { transformSync } from '@swc/core';

/**
 * TypeScript modules of the project, evaluated afresh each time: nothing that one mutant left in a module outlives it.
 * Packages are loaded once, as they are.
 */

const scripts = new Map();
const packages = new Map();

function compiled(file) {
  const known = scripts.get(file);
  if (known !== undefined) return known;
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    swcrc: false,
    filename: file,
    jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2023', keepClassNames: true },
    module: { type: 'es6' },
  });
  const script = { code, cachedData: undefined };
  scripts.set(file, script);
  return script;
}

function moduleOf(file) {
  const script = compiled(file);
  const { cachedData } = script;
  const module = new vm.SourceTextModule(script.code, {
    identifier: file,
    cachedData,
    initializeImportMeta: (meta) => Object.assign(meta, { url: pathToFileURL(file).href, dirname: path.dirname(file) }),
  });
  if (cachedData === undefined) script.cachedData = module.createCachedData();
  return module;
}

/** Each rule-set file is read thousands of times and never changes; whoever asks gets a copy of its own. */
function remembering(parse) {
  const known = new Map();
  return (text, ...options) => {
    if (options.length > 0) return parse(text, ...options);
    if (!known.has(text)) known.set(text, parse(text));
    return structuredClone(known.get(text));
  };
}

async function packageOf(specifier, root) {
  const known = packages.get(specifier);
  if (known !== undefined) return known;
  const isBuiltIn = specifier.startsWith('node:');
  const target = isBuiltIn ? specifier : pathToFileURL(createRequire(path.join(root, 'x.js')).resolve(specifier)).href;
  const loaded = await import(isBuiltIn || !target.endsWith('.js') ? target : specifier);
  const namespace = specifier === 'yaml' ? { ...loaded, parse: remembering(loaded.parse) } : loaded;
  const names = Object.keys(namespace);
  const module = new vm.SyntheticModule(names, () => names.forEach((name) => module.setExport(name, namespace[name])));
  packages.set(specifier, module);
  return module;
}

/** Evaluates a module and, afresh, all modules of the project that it needs. */
export async function evaluateModule(file, root) {
  const fresh = new Map();
  const own = (target) => {
    const known = fresh.get(target);
    if (known !== undefined) return known;
    const module = moduleOf(target);
    fresh.set(target, module);
    return module;
  };
  const link = (specifier, { identifier }) => {
    if (specifier.startsWith('.')) return own(path.resolve(path.dirname(identifier), specifier));
    const library = /^#libs\/(.+)$/.exec(specifier);
    return library === null ? packageOf(specifier, root) : own(path.join(root, 'libs', library[1], 'src', 'index.ts'));
  };
  const module = own(file);
  await module.link(link);
  await module.evaluate();
}
