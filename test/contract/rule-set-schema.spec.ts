import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { MODEL_ATTRIBUTES, orderSchemes, readRuleSet, RuleSetError } from '#libs/risk-model';

const SCHEMA = JSON.parse(readFileSync('schemas/rule-sets/rule-set.schema.json', 'utf8'));
const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(SCHEMA);

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a file to be broken in any place */
type File = any;

const texts = new Map(
  globSync('schemas/rule-sets/*.yaml').map((file) => [basename(file), readFileSync(file, 'utf8')] as const),
);

const GENERAL: File = parse(texts.get('general@2.0.0.yaml') ?? '');
const FOOD: File = parse(texts.get('food-production@1.0.0.yaml') ?? '');

function schemaFaults(file: unknown): string[] {
  if (validate(file)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function readerFaults(file: unknown): string[] {
  try {
    readRuleSet(file);
    return [];
  } catch (error) {
    if (error instanceof RuleSetError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
}

/** What a department adds that takes the general class as it is: the example of the README. */
const TAKES_BASE: unknown = parse(
  /```yaml\n(# yaml-language-server[^`]+)```/u.exec(readFileSync('schemas/rule-sets/README.md', 'utf8'))?.[1] ?? '',
);

describe('the published schema of rule sets', () => {
  it.each([...texts])('accepts %s, and so does the reader', (_, text) => {
    expect(schemaFaults(parse(text))).toEqual([]);
    expect(readerFaults(parse(text))).toEqual([]);
  });

  it('accepts the README’s scheme that takes the general class as it is, and so does the reader', () => {
    expect(schemaFaults(TAKES_BASE)).toEqual([]);
    expect(readerFaults(TAKES_BASE)).toEqual([]);
  });

  it('knows the fact types and attributes of the model, no more and no fewer', () => {
    expect(SCHEMA.$defs.factType.enum).toEqual(Object.keys(MODEL_ATTRIBUTES));
    expect([...SCHEMA.$defs.attribute.enum].sort()).toEqual(
      [...new Set(Object.values(MODEL_ATTRIBUTES).flat())].sort(),
    );
    expect(SCHEMA.$defs.enterpriseAttribute.enum).toEqual(MODEL_ATTRIBUTES['enterprise.registration']);
  });

  it('says of every file but the first, which came before it, that an editor finds it beside', () => {
    const without = [...texts].filter(
      ([, text]) => !text.startsWith('# yaml-language-server: $schema=./rule-set.schema.json\n'),
    );
    expect(without.map(([file]) => file)).toEqual(['general@1.0.0.yaml']);
  });
});

describe('the released rule sets', () => {
  it.each([...texts])('%s holds the rule set of its name', (file, text) => {
    const { id, version } = readRuleSet(parse(text));
    expect(`${id}@${version}.yaml`).toBe(file);
  });

  it('can be evaluated in an order in which each class is known before it is read', () => {
    const latest = ['food-production@1.0.0.yaml', 'special-equipment@1.0.0.yaml', 'general@2.0.0.yaml'];
    const definitions = latest.map((file) => readRuleSet(parse(texts.get(file) ?? '')));
    const ordered = orderSchemes([readRuleSet(TAKES_BASE), ...definitions]);
    expect(ordered.map(({ scheme }) => scheme.id)).toEqual([
      'general',
      'drug-retail',
      'food-production',
      'special-equipment',
    ]);
  });
});

describe('what the schema refuses, the reader refuses too', () => {
  const indicator = (file: File, code: string): File => file.indicators.find((item: File) => item.code === code);

  it.each<[string, (file: File) => unknown]>([
    ['an unknown key of the file', (file) => (file.colour = 'red')],
    ['an unknown key of an indicator', (file) => (indicator(file, 'R01').decai = 'YR2')],
    ['an unknown key of a part', (file) => (indicator(file, 'R17').parts[0].point = 1)],
    ['a code in a part', (file) => (indicator(file, 'R17').parts[0].code = 'R99')],
    ['an unknown key of a state', (file) => (indicator(file, 'R07').closes = 12)],
    ['an unknown form', (file) => (indicator(file, 'R01').form = 'guess')],
    ['a form and parts', (file) => (indicator(file, 'R17').form = 'facts')],
    ['an unknown fact type', (file) => (indicator(file, 'S02').fact = 'report.unheard')],
    ['an unknown fact type among those used', (file) => (file.facts['report.unheard'] = {})],
    ['an unknown attribute', (file) => (indicator(file, 'R07').where[0].attribute = 'colour')],
    ['a text for points', (file) => (indicator(file, 'R01').points = '15')],
    ['open points of 0', (file) => (indicator(file, 'R10').open = 0)],
    ['a fraction of a month', (file) => (indicator(file, 'R04').months = 1.5)],
    ['months and days', (file) => (indicator(file, 'R04').days = 30)],
    ['no points', (file) => delete indicator(file, 'R01').points],
    ['no cap', (file) => delete indicator(file, 'R01').cap],
    ['no group', (file) => delete indicator(file, 'R01').group],
    ['no basis', (file) => delete indicator(file, 'R01').basis],
    ['no English name', (file) => delete indicator(file, 'R01').name.en],
    ['an unknown label', (file) => (indicator(file, 'R01').label = 'guess')],
    ['a predicate of two comparisons', (file) => (indicator(file, 'R07').where[0].anyOf = ['1'])],
    ['a code system without codes', (file) => delete indicator(file, 'R07').where[0].is],
    ['a share of nothing', (file) => delete indicator(file, 'D03').where[0].ofAttribute],
    ['a decay without steps', (file) => (file.decays.YR2 = { halfLifeMonths: 6, label: 'proposal', basis: 'x' })],
    ['a weight above one', (file) => (file.decays.YR2.steps[0].perMille = 1001)],
    ['no bands', (file) => delete file.bands],
    ['three bands', (file) => file.bands.list.pop()],
    ['no version', (file) => delete file.version],
    ['a version of two numbers', (file) => (file.version = '2.0')],
    ['an unknown kind of scheme', (file) => (file.scheme.kind = 'special')],
    ['a general scheme with a department', (file) => (file.scheme.department = 'food')],
    [
      'a specialised scheme without one',
      (file) => (file.scheme = { id: 'x', kind: 'specialised', field: 'x', base: 'y' }),
    ],
    ['a general scheme for some only', (file) => (file.appliesTo = { attribute: 'status', is: ['ACTIVE'] })],
    ['a general scheme with visits', (file) => (file.visits = { A: { times: 1, years: 2 } })],
    ['facts and lifetimes', (file) => (file.lifetimes = {})],
    ['a floor of class D', (file) => (file.floors[0].class = 'D')],
    ['a floor of class A', (file) => (file.floors[0].class = 'A')],
    ['a direct determination of class C', (file) => (file.directDeterminations[0].class = 'C')],
    ['a floor on nothing', (file) => (file.floors[0].when = [])],
    ['a condition of no kind', (file) => (file.floors[0].when = [{ withinMonths: 3 }])],
    ['a misspelt condition', (file) => (file.floors[0].when = { any: [{ fact: 'recall.ordered', within: 3 }] })],
    [
      'a nested misspelt condition',
      (file) => (file.floors[0].when = { not: { all: [{ count: { fact: 'recall.ordered' } }] } }),
    ],
    ['a warning level of its own', (file) => (file.warnings[0].level = 'PURPLE')],
    ['a warning of two kinds', (file) => (file.warnings[0].when.worsenedByAtLeast = 2)],
    ['an exclusive set of one', (file) => (file.exclusive[0].set = ['R10'])],
    ['a day that is none', (file) => (file.effective = { from: '1 January 2026' })],
    ['a share above one', (file) => (file.objection.perMille = 1001)],
  ])('%s', (_, change) => {
    const file: File = structuredClone(GENERAL);
    change(file);
    expect(schemaFaults(file)).not.toEqual([]);
    expect(readerFaults(file)).not.toEqual([]);
  });

  it.each<[string, (file: File) => unknown]>([
    ['no one it applies to', (file) => delete file.appliesTo],
    ['no base', (file) => delete file.scheme.base],
    ['a visit without years', (file) => delete file.visits.A.years],
    ['points for a class that is none', (file) => (indicator(file, 'FG1').points.E = 20)],
    ['indicators beside the class it takes', (file) => (file.scheme.takesBase = true)],
  ])('%s, in a specialised scheme', (_, change) => {
    const file: File = structuredClone(FOOD);
    change(file);
    expect(schemaFaults(file)).not.toEqual([]);
    expect(readerFaults(file)).not.toEqual([]);
  });
});
