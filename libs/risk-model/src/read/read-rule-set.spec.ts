import { readRuleSet } from './read-rule-set.ts';
import type { IndicatorDefinition } from '../rule-set/definition.ts';
import { midnight } from '../calendar.ts';
import { fileOf } from './rule-set-files.spec-support.ts';

const FIRST = readRuleSet(fileOf('general@1.0.0'));
const GENERAL = readRuleSet(fileOf('general@2.0.0'));
const FOOD = readRuleSet(fileOf('food-production@1.0.0'));

function indicator(code: string): IndicatorDefinition {
  const found = GENERAL.indicators.find((item) => item.code === code);
  if (found === undefined) throw new Error(`no ${code}`);
  return found;
}

describe('the first rule set, which is never edited', () => {
  it('goes on being read, in the units of the model', () => {
    expect(FIRST).toMatchObject({
      id: 'general',
      version: '1.0.0',
      scaleMax: 1_000_000,
      official: null,
      overrides: null,
    });
    expect(FIRST.scheme).toEqual({
      id: 'general',
      kind: 'general',
      department: null,
      field: null,
      base: null,
      takesBase: false,
    });
    expect(FIRST.bands[1]).toEqual({ riskClass: 'B', from: 40_000, to: 100_000 });
    expect(FIRST.population.leavingFacts).toEqual([
      { factType: 'enterprise.deregistration', outcome: null, where: [] },
    ]);
    expect(FIRST.indicators.map(({ code }) => code)).toHaveLength(21);
  });

  it('lists every fact type that it reads, those without a lifetime as plain ones', () => {
    const plain = { startsAt: null, expiresAt: null, completedOn: null, publicityEnd: null, publicityMonths: null };
    expect(FIRST.facts.map(({ type }) => type)).toHaveLength(18);
    expect(FIRST.facts).toContainEqual({ type: 'report.verified', lifetime: plain, keepMonths: null });
  });
});

describe('the general rule set', () => {
  it('has the 46 indicators, 8 direct determinations and 5 floors of the catalogue', () => {
    const inGroup = (code: string): number => GENERAL.indicators.filter(({ group }) => group === code).length;
    expect(['BASE', 'DYN', 'REG', 'ASC', 'SOC'].map(inGroup)).toEqual([5, 10, 20, 4, 7]);
    const codes = (kind: string): string[] => GENERAL.conditions.filter((c) => c.kind === kind).map(({ code }) => code);
    expect(codes('DIRECT')).toEqual(['X01', 'X02', 'X03', 'X04', 'X05', 'X06', 'X07', 'X08']);
    expect(codes('FLOOR')).toEqual(['F01', 'F02', 'F03', 'F04', 'F05']);
    expect(GENERAL.conditions.slice(0, 8).every(({ kind, riskClass }) => kind === 'DIRECT' && riskClass === 'D')).toBe(
      true,
    );
  });

  it('keeps points as magnitudes and says which are positive', () => {
    expect(GENERAL.indicators.filter(({ positive }) => positive).map(({ code }) => code)).toEqual(['R16', 'S07']);
    expect(indicator('S07')).toMatchObject({ cap: 30_000, parts: [{ points: 15_000 }, { points: 10_000 }, {}, {}] });
  });

  it('ranks result codes by the points of their class, the neutral one last', () => {
    const outcome = GENERAL.classifications.find(({ factType }) => factType === 'inspection.result');
    expect(outcome).toMatchObject({
      classes: ['NO_PROBLEM', 'CORRECTED', 'PROBLEM', 'UNREACHABLE', 'REFUSED', 'NEUTRAL'],
      ranks: [-10_000, 10_000, 30_000, 60_000, 80_000, null],
    });
  });

  it('reads a listing by its code and code system', () => {
    expect(indicator('R10').parts[0]).toMatchObject({
      form: 'state',
      select: { where: [{ kind: 'code', attribute: 'reasonCode', system: 'gsxt-abnormal-reason', values: ['4'] }] },
      residual: { points: 25_000, decay: [{ until: { unit: 'MONTH', length: 12 }, perMille: 1000 }] },
    });
  });

  it('reads each new form', () => {
    const month = (length: number): object => ({ unit: 'MONTH', length });
    expect(indicator('D03').parts[0]).toMatchObject({ select: { where: [{ kind: 'share', atMostPerMille: 500 }] } });
    expect(indicator('D04').parts[0]).toMatchObject({
      closedBy: [{ select: { factType: 'annual-report.filing' }, same: 'year', order: 'ANY' }],
    });
    expect(indicator('D05').parts[0]).toMatchObject({ form: 'consecutive', key: 'year', length: 2, points: 20_000 });
    expect(indicator('D06').parts[0]).toMatchObject({
      form: 'drop',
      everyMonths: 3,
      toPerMille: 500,
      within: month(12),
    });
    expect(indicator('D07').parts[0]).toMatchObject({
      opens: { on: 'EXPIRY' },
      whileEnterprise: { attribute: 'status', values: ['ACTIVE'] },
      closedBy: [{ same: 'licenceType', order: 'LATER' }],
    });
    expect(indicator('R06').parts[0]).toMatchObject({ opens: { on: 'PERFORMANCE', value: 'OVERDUE' } });
    expect(indicator('R20')).toMatchObject({ combine: 'GREATEST', parts: [{ form: 'state' }, { form: 'state' }] });
    expect(indicator('A01').parts[0]).toMatchObject({ form: 'derived', measure: { by: 'EACH', points: 15_000 } });
    expect(indicator('A02').parts[0]).toMatchObject({
      select: { where: [{ kind: 'sameAs', attribute: 'personKey', enterprise: 'legalRepresentativeKey' }] },
    });
    expect(indicator('A04').parts[0]).toMatchObject({
      measure: { by: 'STEPS', steps: [{ from: 300, points: 15_000 }] },
    });
    expect(indicator('S01').parts[0]).toMatchObject({ form: 'excess', overAtLeast: 3, each: 2_000, within: month(12) });
    expect(indicator('S03').parts[1]).toMatchObject({
      decay: [{ until: { unit: 'DAY', length: 90 }, perMille: 1000 }],
    });
  });

  it('lets three sets exclude each other, defaulters by person', () => {
    expect(GENERAL.exclusive).toEqual([
      { members: ['R10', 'R15'], per: null },
      { members: ['R07', 'D04'], per: null },
      { members: ['S04', 'A02'], per: 'personKey' },
    ]);
  });
});

describe('conditions', () => {
  const when = (given: unknown): unknown => {
    const file = fileOf('general@2.0.0');
    file.floors.push({ ...file.floors[4], code: 'F06', when: given });
    return readRuleSet(file).conditions.find(({ code }) => code === 'F06')?.when;
  };
  const D = { kind: 'schemeClass', scheme: 'food', classes: ['D'] };
  const leaf = { scheme: 'food', class: ['D'] };
  const trade = { kind: 'attributePrefix', attribute: 'industry', prefixes: ['C13'] };

  it('in a list are met when one of them is', () => {
    expect(when([leaf, { attribute: 'industry', startsWith: ['C13'] }])).toEqual({ kind: 'any', of: [D, trade] });
    expect(when([leaf])).toEqual(D);
  });

  it('may be nested freely', () => {
    expect(when({ all: [leaf, { not: [leaf, { any: [leaf] }] }] })).toEqual({
      kind: 'all',
      of: [D, { kind: 'not', of: { kind: 'any', of: [D, D] } }],
    });
  });

  it('on facts state what is asked of their time', () => {
    expect(
      when({ fact: 'licence.grant', opensAt: 'expiry', afterDays: 7, label: 'proposal', basis: 'a week' }),
    ).toEqual({
      kind: 'fact',
      select: { factType: 'licence.grant', outcome: null, where: [] },
      opens: { on: 'EXPIRY' },
      within: null,
      after: { unit: 'DAY', length: 7 },
      unlessPerformance: null,
      endsWithinDays: null,
    });
  });
});

describe('a specialised rule set', () => {
  it('says whose it is, on what base, for whom and how often they are visited', () => {
    expect(FOOD.scheme).toMatchObject({ kind: 'specialised', department: 'food', base: 'general', takesBase: false });
    expect(FOOD.appliesTo).toMatchObject({ kind: 'any', of: [{ kind: 'fact' }, { kind: 'attributePrefix' }] });
    expect(FOOD.visits?.A).toEqual({ times: 1, years: 2 });
    expect(FOOD.indicators.at(-1)?.parts).toEqual([
      { form: 'schemeClass', scheme: 'general', points: { A: 0, B: 7_000, C: 14_000, D: 20_000 } },
    ]);
  });

  it('that takes the base as it is needs nothing but to say so and for whom', () => {
    const { id, version, label, name, appliesTo, scheme } = fileOf('food-production@1.0.0');
    const read = readRuleSet({
      id,
      version,
      label,
      name,
      appliesTo,
      scheme: { ...scheme, takesBase: true },
      effective: { from: '2026-01-01' },
    });
    expect(read.scheme.takesBase).toBe(true);
    expect(read.effective).toEqual({ from: midnight(2026, 1, 1), to: null });
    expect(read).toMatchObject({
      ...{ scaleMax: 0, bands: [], groups: [], alone: null, official: null, overrides: null, classifications: [] },
      population: { statusAttribute: 'status', leavingStatuses: [], leavingFacts: [] },
      evidence: { months: 0, newSince: 'registeredAt' },
      objection: { days: 0, perMille: 0 },
      ...{ indicators: [], incidentOrder: [], exclusive: [], positivePool: { cap: 0, suspendedWhileOpen: [] } },
      ...{ conditions: [], warnings: [], visits: null },
    });
    expect(read.facts.map(({ type }) => type)).toEqual([
      'enterprise.registration',
      'enterprise.change',
      'licence.grant',
    ]);
  });
});
