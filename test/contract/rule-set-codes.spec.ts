import { globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CODE_LISTS, CODE_SYSTEMS, FACT_TYPES } from '#libs/contracts';

/** Codes of the contract's lists that an attribute of this name may hold, in any fact type; undefined: no code list. */
function codesOf(attribute: string): ReadonlySet<string> | undefined {
  const lists = Object.values(FACT_TYPES).flatMap(({ attributes }) => attributes[attribute]?.list ?? []);
  return lists.length > 0 ? new Set(lists.flatMap((list) => Object.keys(CODE_LISTS[list] ?? {}))) : undefined;
}

/** Every comparison of an attribute with stated codes, anywhere in a rule set. */
function comparisons(node: unknown): readonly (readonly [string, string])[] {
  if (typeof node !== 'object' || node === null) return [];
  const { attribute, ...rest } = node as Record<string, unknown>;
  const stated = Object.values(rest).filter(
    (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  );
  const own = typeof attribute === 'string' ? stated.flat().map((code) => [attribute, code] as const) : [];
  return [...own, ...Object.values(rest).flatMap(comparisons)];
}

/** Every comparison of an attribute with codes of a stated code system. */
function systemComparisons(node: unknown): readonly (readonly [string, string])[] {
  if (typeof node !== 'object' || node === null) return [];
  const { system, is } = node as Record<string, unknown>;
  const own = typeof system === 'string' && Array.isArray(is) ? is.map((code) => [system, String(code)] as const) : [];
  return [...own, ...Object.values(node).flatMap(systemComparisons)];
}

const ruleSets = globSync('schemas/rule-sets/*.yaml').map((file) => [file, parse(readFileSync(file, 'utf8'))] as const);
const mappings = globSync('schemas/mappings/*.yaml').map((file) => [file, readFileSync(file, 'utf8')] as const);

describe.each(ruleSets)('%s', (_, ruleSet) => {
  it('compares attributes only with codes that the contract lets in', () => {
    const unknown = comparisons(ruleSet).filter(([attribute, code]) => codesOf(attribute)?.has(code) === false);
    expect(unknown).toEqual([]);
  });

  it('compares with codes of a code system only those that the system has', () => {
    const unknown = systemComparisons(ruleSet).filter(
      ([system, code]) => CODE_SYSTEMS[system]?.codes[code] === undefined,
    );
    expect(unknown).toEqual([]);
  });

  it('names only statuses that the contract has', () => {
    const statuses = Object.keys(CODE_LISTS['enterprise-status'] ?? {});
    expect(statuses).toEqual(expect.arrayContaining(ruleSet.population?.leavingStatuses ?? []));
  });

  it('gives every result code of every inspection code system an outcome, where it reads outcomes at all', () => {
    const systems: Record<string, object> | undefined = ruleSet.classifications?.outcome?.systems;
    if (systems === undefined) return expect(JSON.stringify(ruleSet)).not.toContain('"fact":"inspection.result"');
    const known = Object.entries(CODE_SYSTEMS).filter(([, { appliesTo }]) => appliesTo.includes('inspection.result'));
    expect(Object.keys(systems).sort()).toEqual(known.map(([id]) => id).sort());
    for (const [id, { codes }] of known)
      expect([id, Object.keys(systems[id] ?? {}).sort()]).toEqual([id, Object.keys(codes).sort()]);
  });
});

describe.each(mappings)('%s', (_, text) => {
  it('states only code systems that the contract knows', () => {
    const stated = [...text.matchAll(/codeSystem: \{ constant: ([^ ,}]+)/g)].map((match) => match[1] ?? '');
    expect(stated.filter((system) => !Object.hasOwn(CODE_SYSTEMS, system))).toEqual([]);
  });
});
